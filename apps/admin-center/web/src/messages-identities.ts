const number = (value: number): string => value.toLocaleString();

/** "12 people and 1 group": what an action concerns. */
function people(users: number, groups: number): string {
  const parts = [
    ...(users > 0 || groups === 0 ? [`${number(users)} ${users === 1 ? 'person' : 'people'}`] : []),
    ...(groups > 0 ? [`${number(groups)} ${groups === 1 ? 'group' : 'groups'}`] : []),
  ];
  return parts.join(' and ');
}

/** Texts of the page Discover identities. */
export const identitiesMessages = {
  description:
    'Compares the accounts and groups of the application with what is provisioned: who is there without your doing, and what was changed or deleted there. Nothing is written until you say so.',
  compare: 'Compare now',
  cancel: 'Cancel',
  failed: 'That did not work',
  started: 'The comparison has begun',
  canceled: 'The comparison was canceled',
  schedule: 'Schedule',
  scheduleSaved: 'The schedule was saved',
  schedules: {
    '': 'No schedule',
    '6': 'Every 6 hours',
    '24': 'Every day',
    '168': 'Every week',
    '720': 'Every 30 days',
  } as Readonly<Record<string, string>>,
  everyHours: (hours: number) => `Every ${number(hours)} hours`,
  running: 'Comparing',
  progress: (done: number, total: number | null) =>
    total === null
      ? 'The directory is read; then the application is asked.'
      : `${number(done)} of ${number(total)} accounts and groups compared`,
  comparisonFailed: 'The last comparison did not come to its end',
  lastCompared: 'Compared',
  by: (name: string) => `by ${name}`,
  bySchedule: 'by schedule',
  queued: (count: number) => `${number(count)} ${count === 1 ? 'account is' : 'accounts are'} being worked on`,
  empty: 'Not compared yet',
  emptyText: 'Compare the application with the directory to see whose accounts it has.',
  notConfigured: 'Provisioning is not configured yet',
  notConfiguredText: 'Say where the application is reached and with which token; then compare.',
  tabs: {
    local: 'Local',
    unassigned: 'Unassigned',
    assigned: 'Assigned',
    changed: 'Changed',
    missing: 'Missing',
    ignored: 'Ignored',
  } as Readonly<Record<string, string>>,
  tabTexts: {
    local: 'In the application only: nobody in the directory is linked to these accounts or matches them.',
    unassigned: 'They belong to somebody in the directory who is not in scope of provisioning.',
    assigned: 'They belong to somebody in scope. One that is not linked yet can be adopted.',
    changed: 'Linked, but the application holds other values or members than it should.',
    missing: 'Linked, but the application no longer has them.',
    ignored: 'You asked not to hear of these; they come back when something else is found out about them.',
  } as Readonly<Record<string, string>>,
  nothing: {
    local: 'No account is the application’s own',
    unassigned: 'Nobody out of scope has an account',
    assigned: 'Nobody in scope has an account',
    changed: 'Nothing was changed in the application',
    missing: 'No account is missing',
    ignored: 'Nothing is ignored',
  } as Readonly<Record<string, string>>,
  noMatch: 'No account has this name',
  search: 'Search accounts',
  type: 'Type',
  types: { '': 'Users and groups', User: 'Users', Group: 'Groups' } as Readonly<Record<string, string>>,
  typeNames: { User: 'User', Group: 'Group' } as Readonly<Record<string, string>>,
  list: 'Accounts',
  columns: {
    select: 'Select',
    name: 'Account',
    type: 'Type',
    source: 'In the directory',
    found: 'Found',
    state: 'State',
  },
  select: (name: string) => `Select ${name}`,
  selected: (count: number) => `${number(count)} selected`,
  more: (name: string) => `Actions for ${name}`,
  show: 'View attributes',
  linked: 'Linked',
  notLinked: 'Not linked',
  members: (missing: number, added: number) =>
    [
      ...(missing > 0 ? [`${number(missing)} ${missing === 1 ? 'member' : 'members'} missing`] : []),
      ...(added > 0 ? [`${number(added)} ${added === 1 ? 'member' : 'members'} too many`] : []),
    ].join(', '),
  problems: {
    DuplicateSourceEntries: 'Several people match',
    DuplicateTargetEntries: 'Several accounts match this person',
    ProtectedAccount: 'Protected',
  } as Readonly<Record<string, string>>,
  states: { queued: 'Waiting', succeeded: 'Done', failed: 'Failed' } as Readonly<Record<string, string>>,
  repair: 'Repair',
  repairAll: 'Repair all',
  adopt: 'Adopt',
  adoptAll: 'Adopt all',
  ignore: 'Ignore',
  unignore: 'Do not ignore',
  repairTitle: (users: number, groups: number) => `Repair ${people(users, groups)}?`,
  repairText: (users: number, groups: number) =>
    `The values of the directory are written again for ${people(users, groups)}, missing accounts are created again, and memberships are restored. What was changed in the application is overwritten. Nobody is disabled or deleted who is not already.`,
  adoptTitle: (users: number, groups: number) => `Adopt ${people(users, groups)}?`,
  adoptText: (users: number, groups: number) =>
    `The accounts of ${people(users, groups)} are linked and get the values of the attribute mapping; everything else in them stays. Provisioning manages them from then on. An account that several people match is not adopted.`,
  nobody: 'There is nothing to do for these accounts',
  queuedText: (users: number, groups: number) => `${people(users, groups)} will be worked on now`,
  ignored: (count: number) => `${number(count)} ${count === 1 ? 'account is' : 'accounts are'} ignored`,
  unignored: (count: number) => `${number(count)} ${count === 1 ? 'account is' : 'accounts are'} no longer ignored`,
  panel: {
    title: 'Account',
    targetId: 'Target ID',
    source: 'In the directory',
    nobody: 'Nobody',
    link: 'Link',
    problem: 'Why it can’t be adopted',
    failure: 'What failed',
    differences: 'Differences',
    noDifferences: 'The values are as they should be',
    attribute: 'Attribute',
    exported: 'Exported last',
    old: 'In the application',
    new: 'As it should be',
    members: 'Members',
    attributes: 'Attributes in the application',
    noAttributes: 'The application has no such account',
    notRead: 'They are shown after the next comparison',
    value: 'Value',
  },
} as const;

/** Texts of the page Links. */
export const linksMessages = {
  description:
    'Which user or group of the directory is which account of the application. Changes go to the linked account, whatever its name is there.',
  search: 'Search by name or ID',
  list: 'Links',
  columns: { name: 'Name', type: 'Type', target: 'Target ID', state: 'State' },
  states: { active: 'Active', disabled: 'Disabled' } as Readonly<Record<string, string>>,
  empty: 'Nobody is linked yet',
  emptyText: 'Links come with the first cycle, or when an account is adopted.',
  noMatch: 'No link has this name or ID',
  panel: {
    title: 'Link',
    sourceId: 'Source ID',
    targetId: 'Target ID',
    exported: 'Exported last',
    nothing: 'Nothing was exported yet',
    attribute: 'Attribute',
    value: 'Value',
  },
  delete: (name: string) => `Delete the link of ${name}`,
  deleteTitle: (name: string) => `Delete the link of ${name}?`,
  deleteText:
    'The account in the application stays as it is. 1 person or group is matched again in the cycle that evaluates it next, and may be linked to another account, or get a new one where none matches.',
  action: 'Delete link',
  deleted: (name: string) => `${name} is no longer linked`,
  failed: 'The link was not deleted',
} as const;
