/** Every text that the shared parts show by themselves. Another language is another object of this type. */
export const uiMessages = {
  skipToContent: 'Skip to content',
  openNavigation: 'Open navigation',
  closeNavigation: 'Close navigation',
  navigation: 'Navigation',
  account: (name: string) => `Account: ${name}`,
  signOut: 'Sign out',
  breadcrumbs: 'Breadcrumbs',
  sections: 'Sections',
  theme: { label: 'Theme', system: 'Like the system', light: 'Light', dark: 'Dark' },
  loading: 'Loading…',
  retry: 'Try again',
  cancel: 'Cancel',
  close: 'Close',
  copy: 'Copy',
  copyNamed: (label: string) => `Copy ${label}`,
  copied: 'Copied',
  copyRefused: 'The browser refused to copy. Select the text and copy it by hand.',
  show: 'Show',
  hide: 'Hide',
  search: 'Search',
  clear: 'Clear search',
  previous: 'Previous',
  next: 'Next',
  paging: 'Pages',
  rows: (from: number, to: number, total: number | undefined) =>
    total === undefined ? `${count(from)}–${count(to)}` : `${count(from)}–${count(to)} of ${count(total)}`,
  requestId: (id: string) => `Request ${id}`,
  unsaved: {
    title: 'Leave without saving?',
    text: 'This page has changes that are not saved. They are lost when you leave it.',
    leave: 'Leave',
  },
  noPermission: {
    title: 'You do not have permission to see this',
    text: (role: string | undefined) =>
      role === undefined
        ? 'Your role does not include it. A Global Administrator can change your role.'
        : `It needs the role ${role}. A Global Administrator can change your role.`,
  },
  errors: {
    title: 'This could not be loaded',
    offline: 'The server does not answer. Check your connection; nothing that you saved is lost.',
    notFound: 'It is not there, or no longer there.',
    signedOut: 'Your session has ended. Sign in again.',
    tooMany: 'Too many requests in a short time. Wait a moment and try again.',
    internal:
      'The server failed to answer this request. Try again; if it goes on, give the request id to whoever runs it.',
    unknown: 'Something went wrong.',
  },
} as const;

function count(value: number): string {
  return value.toLocaleString();
}
