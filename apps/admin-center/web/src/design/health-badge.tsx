import type { JobOverview } from '@joinery/graph-api/contract';
import { StatusBadge, type Tone } from '@joinery/ui';
import { messages } from '../messages.ts';

const m = messages.health;

/** How an application's provisioning does, in one word. */
export function HealthBadge({ overview }: { overview: JobOverview | null | undefined }) {
  const [tone, text] = health(overview);
  return <StatusBadge tone={tone}>{text}</StatusBadge>;
}

function health(overview: JobOverview | null | undefined): readonly [Tone, string] {
  if (!overview) return ['subtle', m.none];
  switch (overview.job.status.code) {
    case 'Quarantine':
      return ['danger', m.quarantine];
    case 'Paused':
      return ['subtle', m.paused];
    case 'NotConfigured':
    case 'NotRun':
      return overview.running ? ['informative', m.running] : ['subtle', m.notRun];
    case 'Active':
      if (overview.running) return ['informative', m.running];
      if (overview.last?.state === 'failed') return ['danger', m.failed];
      return overview.escrows > 0 || overview.last?.state === 'entry-level-errors'
        ? ['warning', m.errors]
        : ['success', m.steady];
  }
}

export function entryCount(overview: JobOverview | null | undefined, key: 'User' | 'Group'): number {
  return overview?.job.status.synchronizedEntryCountByType.find((one) => one.key === key)?.value ?? 0;
}
