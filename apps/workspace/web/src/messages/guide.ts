/** Texts around the set-up guides. */
export const guideMessages = {
  title: 'Set-up guide',
  lead: 'Connect your identity provider. The values below are those of your workspace.',
  entra: 'Microsoft Entra ID',
  okta: 'Okta',
  createToken: 'Create a token',
  haveToken: (count: string) => `You have ${count}. If its secret is lost, rotate it or create another.`,
  tokenCount: (count: number) => (count === 1 ? 'one usable token' : `${count} usable tokens`),
  noToken: 'You have no usable token yet.',
  waiting: 'Waiting for the first request…',
  received: 'First request received',
  lastRequest: 'Last request',
  value: 'Value',
  yourToken: 'The token you created',
  source: 'Entra attribute',
  target: 'Workspace attribute',
} as const;
