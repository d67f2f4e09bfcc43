const number = (value: number): string => value.toLocaleString();

/** "12 people and 1 group": what an action concerns. */
function people(users: number, groups: number): string {
  const parts = [
    ...(users > 0 || groups === 0 ? [`${number(users)} ${users === 1 ? 'person' : 'people'}`] : []),
    ...(groups > 0 ? [`${number(groups)} ${groups === 1 ? 'group' : 'groups'}`] : []),
  ];
  return parts.join(' and ');
}

const actions = {
  create: 'Create',
  update: 'Update',
  disable: 'Disable',
  delete: 'Delete',
  skip: 'Skip',
} as const;

/** Texts of the page Preview: a whole cycle before anything is sent. */
export const cyclePreviewMessages = {
  title: 'Preview of the next cycle',
  description:
    'Computes what the next cycle would do and sends nothing. Then you can let exactly that be done: whoever has changed in between is left alone and shown.',
  make: 'Preview this cycle',
  cancel: 'Cancel',
  remove: 'Delete this preview',
  failed: 'That did not work',
  started: 'The preview has begun',
  deleted: 'The preview was deleted',
  empty: 'No preview yet',
  emptyText: 'Preview the next cycle to see who would be created, updated, disabled and deleted, and why.',
  notConfigured: 'Provisioning is not configured yet',
  notConfiguredText: 'Say where the application is reached and with which token; then preview the first cycle.',
  choose: 'Preview',
  making: 'The preview is being made',
  madeFailed: 'The preview failed',
  kinds: { initial: 'Initial cycle', incremental: 'Incremental cycle' } as Readonly<Record<string, string>>,
  facts: { made: 'Made', by: 'Made by', kind: 'Cycle', requests: 'Requests to read', kept: 'Kept until' },
  nobody: 'The service',
  figures: { ...actions, failed: 'Can’t be done' },
  reasons: 'By reason',
  guardTitle: 'The accidental deletions prevention would trip',
  guardText: (departures: number) =>
    `${number(departures)} users and groups would be disabled or deleted. Applied as it is, nobody departs until you allow it.`,
  apply: 'Apply this plan',
  applyTitle: (users: number, groups: number) => `Apply this plan to ${people(users, groups)}?`,
  applyText:
    'Exactly this is sent to the application, and nothing else. Whoever has changed since is left alone and shown.',
  applyParts: (action: keyof typeof actions, users: number, groups: number) =>
    `${actions[action]}: ${people(users, groups)}`,
  allow: (users: number, groups: number) =>
    `Also disable or delete ${people(users, groups)}, which is more than the accidental deletions prevention allows`,
  applyStarted: 'The plan is being applied',
  nothing: 'There is nothing to apply.',
  application: {
    requested: 'The plan is applied as soon as no other cycle runs',
    running: 'The plan is being applied',
    succeeded: 'The plan was applied',
    failed: 'Applying the plan failed',
  },
  applied: { done: 'Done', failed: 'Failed', changed: 'Changed since', skipped: 'Left' } as Readonly<
    Record<string, string>
  >,
  appliedText: (counts: { done: number; failed: number; changed: number }) =>
    `${number(counts.done)} done, ${number(counts.failed)} failed, ${number(counts.changed)} changed since the preview and left for the next cycle.`,
  showChanged: 'Show who has changed',
  list: 'Planned operations',
  search: 'Search by name',
  action: 'Action',
  anyAction: 'All actions',
  type: 'Type',
  types: { '': 'Users and groups', User: 'Users', Group: 'Groups' } as Readonly<Record<string, string>>,
  typeNames: { User: 'User', Group: 'Group' } as Readonly<Record<string, string>>,
  outcome: 'Outcome',
  anyOutcome: 'All outcomes',
  columns: { name: 'Name', type: 'Type', action: 'Action', why: 'Reason', changes: 'Changes', outcome: 'Outcome' },
  changes: (attributes: number, members: { readonly added: number; readonly removed: number }) =>
    [
      ...(attributes > 0 ? [`${number(attributes)} ${attributes === 1 ? 'attribute' : 'attributes'}`] : []),
      ...(members.added > 0 ? [`+${number(members.added)} members`] : []),
      ...(members.removed > 0 ? [`−${number(members.removed)} members`] : []),
    ].join(', '),
  noRows: 'Nothing is planned here',
  noRowsText: 'Choose other filters, or another preview.',
  why: {
    Created: 'In scope, and not in the application',
    Changed: 'Values differ',
    MembersChanged: 'Members differ',
    ReferenceResolved: 'A reference can be set now',
    RedundantExport: 'The application holds the same values already',
    NotEffectivelyEntitled: 'Not assigned, or not active',
    EntrySynchronizationSkipped: 'Outside the scoping filter',
    AccountDisabled: 'Blocked from sign-in',
    SoftDeleted: 'In the recycle bin',
    HardDeleted: 'Deleted for good',
    ImportSkipped: 'No matching value',
    ProtectedAccount: 'Protected account',
    UpsertOnly: 'The job only creates and updates',
    SkipOutOfScopeDeletions: 'Left scope, and is left alone',
    DuplicateTargetEntries: 'Several accounts match',
    DuplicateSourceEntries: 'Somebody else matches the same account',
  } as Readonly<Record<string, string>>,
  panel: 'Planned operation',
  target: 'Id in the application',
  created: 'Would be created',
  source: 'In the directory',
  problem: 'Problem',
  outcomeDetail: 'When applied',
  attributes: 'Attributes',
  attribute: { name: 'Attribute', old: 'Now', new: 'Planned' },
  noAttributes: 'No attribute changes.',
  members: 'Members',
  member: { name: 'Member', operation: 'Change' },
  memberOperations: { add: 'Add', remove: 'Remove' },
} as const;
