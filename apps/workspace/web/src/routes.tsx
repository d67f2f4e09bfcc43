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
