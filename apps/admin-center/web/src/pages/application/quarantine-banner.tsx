import type { JobOverview } from '@joinery/graph-api/contract';
import {
  Button,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
  Text,
} from '@fluentui/react-components';
import { LinkButton, RelativeTime, useConfirm, useToasts } from '@joinery/ui';
import { restart } from '../../data/jobs.ts';
import { messages } from '../../messages.ts';

const m = messages.quarantine;

/** Why the job is in quarantine, since when, and what to do. */
export function QuarantineBanner({ overview, canEdit }: { overview: JobOverview; canEdit: boolean }) {
  const { quarantine } = overview.job.status;
  const confirm = useConfirm();
  const toasts = useToasts();
  if (!quarantine) return null;
  const base = `/enterprise-applications/${overview.servicePrincipalId}`;
  const isDeletes = quarantine.reason === 'TooManyDeletes';
  const isCredentials = quarantine.reason === 'EncounteredQuarantineException';
  const allow = async () => {
    const isSure = await confirm({
      title: m.allowTitle,
      consequences: [quarantine.error.message, m.allowText].map((sentence) => <p key={sentence}>{sentence}</p>),
      action: m.allow,
      isDangerous: true,
    });
    if (!isSure) return;
    try {
      await restart(overview.servicePrincipalId, overview.job.id, 'ForceDeletes');
      toasts.success(messages.overview.restarted);
    } catch (error) {
      toasts.failure(messages.overview.failed, error);
    }
  };
  return (
    <MessageBar intent="error" layout="multiline">
      <MessageBarBody>
        <MessageBarTitle>{m.title}</MessageBarTitle>
        <Text block>{m.reasons[quarantine.reason] ?? m.reasons['Unknown']}</Text>
        <Text block style={{ overflowWrap: 'anywhere' }}>
          {quarantine.error.code}: {quarantine.error.message}
        </Text>
        <Text block>{isDeletes ? m.deletesText : isCredentials ? m.credentialsText : m.escrowText}</Text>
        <Text block size={200}>
          {m.since} <RelativeTime value={quarantine.currentBegan} /> · {m.next}{' '}
          <RelativeTime value={quarantine.nextAttempt} />
        </Text>
      </MessageBarBody>
      <MessageBarActions>
        {canEdit && isDeletes && <Button onClick={() => void allow()}>{m.allow}</Button>}
        {canEdit && isCredentials && <LinkButton href={`${base}/provisioning`}>{m.credentials}</LinkButton>}
        <LinkButton href={`${base}/provisioning-logs?${isDeletes ? 'action=stageddelete' : 'status=failure'}`}>
          {isDeletes ? m.who : m.logs}
        </LinkButton>
      </MessageBarActions>
    </MessageBar>
  );
}
