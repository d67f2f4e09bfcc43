import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { Console } from './console.tsx';
import { PageFailed } from './pages/page-failed.tsx';
import { PageNotFound } from './pages/page-not-found.tsx';

const root = createRootRoute();

const setUp = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  component: lazyRouteComponent(() => import('./pages/set-up.tsx'), 'SetUpPage'),
});

const signedIn = createRoute({ getParentRoute: () => root, id: 'console', component: Console });

const start = createRoute({
  getParentRoute: () => signedIn,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/overview', replace: true });
  },
});

const overview = createRoute({
  getParentRoute: () => signedIn,
  path: '/overview',
  component: lazyRouteComponent(() => import('./pages/overview.tsx'), 'OverviewPage'),
});

const people = createRoute({
  getParentRoute: () => signedIn,
  path: '/people',
  component: lazyRouteComponent(() => import('./pages/people.tsx'), 'PeoplePage'),
});

const person = createRoute({
  getParentRoute: () => signedIn,
  path: '/people/$id',
  component: lazyRouteComponent(() => import('./pages/person.tsx'), 'PersonPage'),
});

const personGroups = createRoute({
  getParentRoute: () => signedIn,
  path: '/people/$id/groups',
  component: lazyRouteComponent(() => import('./pages/person.tsx'), 'PersonGroupsPage'),
});

const groups = createRoute({
  getParentRoute: () => signedIn,
  path: '/groups',
  component: lazyRouteComponent(() => import('./pages/groups.tsx'), 'GroupsPage'),
});

const group = createRoute({
  getParentRoute: () => signedIn,
  path: '/groups/$id',
  component: lazyRouteComponent(() => import('./pages/group.tsx'), 'GroupMembersPage'),
});

const groupAttributes = createRoute({
  getParentRoute: () => signedIn,
  path: '/groups/$id/attributes',
  component: lazyRouteComponent(() => import('./pages/group.tsx'), 'GroupAttributesPage'),
});

const tokens = createRoute({
  getParentRoute: () => signedIn,
  path: '/administration/integrations/tokens',
  component: lazyRouteComponent(() => import('./pages/tokens.tsx'), 'TokensPage'),
});

const newToken = createRoute({
  getParentRoute: () => signedIn,
  path: '/administration/integrations/tokens/new',
  component: lazyRouteComponent(() => import('./pages/new-token.tsx'), 'NewTokenPage'),
});

const token = createRoute({
  getParentRoute: () => signedIn,
  path: '/administration/integrations/tokens/$id',
  component: lazyRouteComponent(() => import('./pages/token.tsx'), 'TokenPage'),
});

const rotateToken = createRoute({
  getParentRoute: () => signedIn,
  path: '/administration/integrations/tokens/$id/rotate',
  component: lazyRouteComponent(() => import('./pages/rotate-token.tsx'), 'RotateTokenPage'),
});

const guide = createRoute({
  getParentRoute: () => signedIn,
  path: '/administration/integrations/guide',
  beforeLoad: () => {
    throw redirect({ to: '/administration/integrations/guide/entra', replace: true });
  },
});

const entraGuide = createRoute({
  getParentRoute: () => signedIn,
  path: '/administration/integrations/guide/entra',
  component: lazyRouteComponent(() => import('./pages/guide.tsx'), 'EntraGuidePage'),
});

const oktaGuide = createRoute({
  getParentRoute: () => signedIn,
  path: '/administration/integrations/guide/okta',
  component: lazyRouteComponent(() => import('./pages/guide.tsx'), 'OktaGuidePage'),
});

const requests = createRoute({
  getParentRoute: () => signedIn,
  path: '/administration/integrations/requests',
  component: lazyRouteComponent(() => import('./pages/requests.tsx'), 'RequestsPage'),
});

const oauthClients = createRoute({
  getParentRoute: () => signedIn,
  path: '/administration/integrations/oauth-clients',
  component: lazyRouteComponent(() => import('./pages/oauth-clients.tsx'), 'OAuthClientsPage'),
});

const newOAuthClient = createRoute({
  getParentRoute: () => signedIn,
  path: '/administration/integrations/oauth-clients/new',
  component: lazyRouteComponent(() => import('./pages/new-oauth-client.tsx'), 'NewOAuthClientPage'),
});

const oauthClient = createRoute({
  getParentRoute: () => signedIn,
  path: '/administration/integrations/oauth-clients/$id',
  component: lazyRouteComponent(() => import('./pages/oauth-client.tsx'), 'OAuthClientPage'),
});

const newSecret = createRoute({
  getParentRoute: () => signedIn,
  path: '/administration/integrations/oauth-clients/$id/new-secret',
  component: lazyRouteComponent(() => import('./pages/new-secret.tsx'), 'NewSecretPage'),
});

const newFederation = createRoute({
  getParentRoute: () => signedIn,
  path: '/administration/integrations/oauth-clients/$id/new-federation',
  component: lazyRouteComponent(() => import('./pages/new-federation.tsx'), 'NewFederationPage'),
});

const webhooks = createRoute({
  getParentRoute: () => signedIn,
  path: '/administration/integrations/webhooks',
  component: lazyRouteComponent(() => import('./pages/webhooks.tsx'), 'WebhooksPage'),
});

const newWebhook = createRoute({
  getParentRoute: () => signedIn,
  path: '/administration/integrations/webhooks/new',
  component: lazyRouteComponent(() => import('./pages/new-webhook.tsx'), 'NewWebhookPage'),
});

const webhook = createRoute({
  getParentRoute: () => signedIn,
  path: '/administration/integrations/webhooks/$id',
  component: lazyRouteComponent(() => import('./pages/webhook.tsx'), 'DeliveriesPage'),
});

const webhookSettings = createRoute({
  getParentRoute: () => signedIn,
  path: '/administration/integrations/webhooks/$id/settings',
  component: lazyRouteComponent(() => import('./pages/webhook-settings.tsx'), 'WebhookSettingsPage'),
});

const selfCheck = createRoute({
  getParentRoute: () => signedIn,
  path: '/administration/integrations/self-check',
  component: lazyRouteComponent(() => import('./pages/self-check.tsx'), 'SelfCheckPage'),
});

const rules = createRoute({
  getParentRoute: () => signedIn,
  path: '/administration/rules',
  component: lazyRouteComponent(() => import('./pages/rules.tsx'), 'RulesPage'),
});

const reading = createRoute({
  getParentRoute: () => signedIn,
  path: '/administration/rules/reading',
  component: lazyRouteComponent(() => import('./pages/reading.tsx'), 'ReadingPage'),
});

const schemas = createRoute({
  getParentRoute: () => signedIn,
  path: '/administration/schemas',
  component: lazyRouteComponent(() => import('./pages/schemas.tsx'), 'ExtensionsPage'),
});

const resourceTypes = createRoute({
  getParentRoute: () => signedIn,
  path: '/administration/schemas/resource-types',
  component: lazyRouteComponent(() => import('./pages/schemas.tsx'), 'ResourceTypesPage'),
});

const newDefinition = createRoute({
  getParentRoute: () => signedIn,
  path: '/administration/schemas/new/$kind',
  component: lazyRouteComponent(() => import('./pages/new-definition.tsx'), 'NewDefinitionPage'),
});

const definition = createRoute({
  getParentRoute: () => signedIn,
  path: '/administration/schemas/$kind/$id',
  component: lazyRouteComponent(() => import('./pages/definition.tsx'), 'DefinitionPage'),
});

const definitionText = createRoute({
  getParentRoute: () => signedIn,
  path: '/administration/schemas/$kind/$id/definition',
  component: lazyRouteComponent(() => import('./pages/definition.tsx'), 'DefinitionTextPage'),
});

const audit = createRoute({
  getParentRoute: () => signedIn,
  path: '/administration/audit',
  component: lazyRouteComponent(() => import('./pages/audit.tsx'), 'AuditPage'),
});

const elsewhere = createRoute({ getParentRoute: () => signedIn, path: '/$', component: PageNotFound });

export const router = createRouter({
  routeTree: root.addChildren([
    setUp,
    signedIn.addChildren([
      start,
      overview,
      people,
      person,
      personGroups,
      groups,
      group,
      groupAttributes,
      tokens,
      newToken,
      token,
      rotateToken,
      guide,
      entraGuide,
      oktaGuide,
      requests,
      oauthClients,
      newOAuthClient,
      oauthClient,
      newSecret,
      newFederation,
      webhooks,
      newWebhook,
      webhook,
      webhookSettings,
      selfCheck,
      rules,
      reading,
      schemas,
      resourceTypes,
      newDefinition,
      definition,
      definitionText,
      audit,
      elsewhere,
    ]),
  ]),
  defaultErrorComponent: PageFailed,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
