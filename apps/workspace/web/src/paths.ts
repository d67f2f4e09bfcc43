const integrations = '/administration/integrations';

/** The addresses of the console's pages. */
export const paths = {
  overview: '/overview',
  people: '/people',
  person: (id: string) => `/people/${id}`,
  personGroups: (id: string) => `/people/${id}/groups`,
  groups: '/groups',
  group: (id: string) => `/groups/${id}`,
  groupAttributes: (id: string) => `/groups/${id}/attributes`,
  tokens: `${integrations}/tokens`,
  newToken: `${integrations}/tokens/new`,
  token: (id: string) => `${integrations}/tokens/${id}`,
  rotateToken: (id: string) => `${integrations}/tokens/${id}/rotate`,
  guide: `${integrations}/guide`,
  entraGuide: `${integrations}/guide/entra`,
  oktaGuide: `${integrations}/guide/okta`,
  requests: `${integrations}/requests`,
  request: (id: string, isAmongFailed = false) =>
    `${integrations}/requests?${isAmongFailed ? 'failed=true&' : ''}request=${id}`,
} as const;
