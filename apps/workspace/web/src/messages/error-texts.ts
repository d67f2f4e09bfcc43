import type { ErrorTexts } from '@joinery/ui';

/** What the console says for error codes of the management API, where the server's sentence is not for its readers. */
export const errorTexts: ErrorTexts = new Map<string, string>([
  ['workspace.wrong_sign_in', 'The e-mail address or the password is wrong.'],
  ['workspace.too_many_sign_ins', 'There were too many failed sign-ins. Wait a quarter of an hour and try again.'],
  [
    'workspace.setup_link_spent',
    'This set-up link has been used or has expired. Whoever runs the workspace can make a new one.',
  ],
  ['workspace.email_taken', 'Somebody signs in with this e-mail address already. Choose another.'],
  ['workspace.csrf_refused', 'This page is out of date. Load it again and repeat what you did.'],
  ['store.unavailable', 'The workspace cannot reach its database right now. Try again in a moment.'],
]);
