import { Badge, Tooltip } from '@fluentui/react-components';
import { LockClosedRegular } from '@fluentui/react-icons';
import { StatusBadge, type Tone } from '@joinery/ui';
import { use } from 'react';
import type { LoggedRequest, User } from '@joinery/workspace/contract';
import { LiveContext } from '../data/live.ts';
import { messages } from '../messages/messages.ts';

/** Whom a person or group belongs to; groups are always provisioned. */
export function ManagedBadge({ by = 'scim' }: { by?: User['managedBy'] }) {
  if (by === 'workspace') {
    return (
      <Tooltip content={messages.madeHereHint} relationship="description">
        <Badge appearance="outline" color="informative" size="large">
          {messages.madeHere}
        </Badge>
      </Tooltip>
    );
  }
  return (
    <Tooltip content={messages.managedByScimHint} relationship="description">
      <Badge appearance="outline" color="brand" size="large" icon={<LockClosedRegular />}>
        {messages.managedByScim}
      </Badge>
    </Tooltip>
  );
}

export function PersonState({ isActive }: { isActive: boolean }) {
  return (
    <StatusBadge tone={isActive ? 'success' : 'subtle'}>{isActive ? messages.active : messages.inactive}</StatusBadge>
  );
}

export function RequestStatus({ status }: { status: LoggedRequest['status'] }) {
  const tone: Tone = status >= 500 ? 'danger' : status >= 400 ? 'warning' : 'success';
  return <StatusBadge tone={tone}>{String(status)}</StatusBadge>;
}

/** Whether the page follows what happens right now. */
export function LiveBadge() {
  const live = use(LiveContext);
  return (
    <span role="status">
      <StatusBadge tone={live === 'live' ? 'success' : 'subtle'}>
        {live === 'live' ? messages.live.on : messages.live.connecting}
      </StatusBadge>
    </span>
  );
}
