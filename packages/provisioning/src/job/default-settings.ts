import type { JobSettings } from './job.ts';

export const defaultJobSettings: JobSettings = {
  scope: 'assigned',
  profile: 'efficient',
  intervalSeconds: 2_400,
  onChange: true,
  concurrency: 16,
  requestsPerSecond: undefined,
  bulk: false,
  deletionGuard: { enabled: true, count: 500, percent: 20 },
  skipOutOfScopeDeletions: false,
  onLeavingScope: 'disable',
  onClearedValue: 'profile',
  comparison: { enabled: false, intervalHours: 24 },
  protectedAccounts: [],
  upsertOnly: false,
  rawExchanges: 'all',
  notification: { enabled: false, emails: [] },
};
