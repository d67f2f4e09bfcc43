/** Texts of the page behind the one-time link. */
export const setUpMessages = {
  title: 'Set up your workspace',
  lead: 'Choose the sign-in of the first administrator. This link works once.',
  email: 'E-mail address',
  emailInvalid: 'Enter an e-mail address such as anna@example.com.',
  displayName: 'Your name (optional)',
  password: 'Password',
  passwordHint: 'At least 12 characters. A few unrelated words are easy to remember and hard to guess.',
  passwordShort: (missing: number) => `${missing} more ${missing === 1 ? 'character' : 'characters'} needed.`,
  submit: 'Create administrator',
  noToken: 'This address has no set-up token.',
  noTokenHint:
    'Open the whole set-up link, as the server printed it at its start or as the command "joinery workspace tenant create" did.',
  toSignIn: 'Go to sign-in',
} as const;
