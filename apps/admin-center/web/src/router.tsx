import { ApiError, ErrorState, LoadingState } from '@joinery/ui';
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { onSignedOut, queryClient } from './data/api.ts';
import { meQuery } from './data/session.ts';
import { NotFound } from './pages/not-found.tsx';
import { Shell } from './shell.tsx';

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound });

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  component: lazyRouteComponent(() => import('./pages/sign-in.tsx'), 'SignInPage'),
});
const setUp = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  component: lazyRouteComponent(() => import('./pages/set-up.tsx'), 'SetUpPage'),
});

/** Everything inside needs a session; without one the reader signs in and comes back to the same address. */
const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  component: Shell,
  beforeLoad: async ({ location }) => {
    try {
      await queryClient.ensureQueryData(meQuery);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
      // The router's own way of going elsewhere before a page loads.
      // oxlint-disable-next-line no-throw-literal
      throw redirect({ href: `/sign-in?from=${encodeURIComponent(location.href)}` });
    }
  },
});

const page = (path: string, component: ReturnType<typeof lazyRouteComponent>) =>
  createRoute({ getParentRoute: () => shell, path, component });

const home = createRoute({
  getParentRoute: () => shell,
  path: '/',
  beforeLoad: () => {
    // oxlint-disable-next-line no-throw-literal
    throw redirect({ to: '/enterprise-applications' });
  },
});

const application = createRoute({
  getParentRoute: () => shell,
  path: '/enterprise-applications/$id',
  component: lazyRouteComponent(() => import('./pages/application/application.tsx'), 'ApplicationPage'),
});
const tab = (path: string, component: ReturnType<typeof lazyRouteComponent>) =>
  createRoute({ getParentRoute: () => application, path, component });

const applicationTree = application.addChildren([
  tab(
    '/',
    lazyRouteComponent(() => import('./pages/application/overview.tsx'), 'OverviewTab'),
  ),
  tab(
    'users-and-groups',
    lazyRouteComponent(() => import('./pages/application/assignments.tsx'), 'AssignmentsTab'),
  ),
  tab(
    'provisioning',
    lazyRouteComponent(() => import('./pages/application/provisioning.tsx'), 'ProvisioningTab'),
  ),
  tab(
    'attribute-mapping',
    lazyRouteComponent(() => import('./pages/application/mappings.tsx'), 'MappingsTab'),
  ),
  tab(
    'attribute-mapping/schema',
    lazyRouteComponent(() => import('./pages/application/schema.tsx'), 'SchemaTab'),
  ),
  tab(
    'attribute-mapping/$object/attribute-list',
    lazyRouteComponent(() => import('./pages/application/attribute-list.tsx'), 'AttributeListTab'),
  ),
  tab(
    'attribute-mapping/$object',
    lazyRouteComponent(() => import('./pages/application/mapping-editor.tsx'), 'MappingEditorTab'),
  ),
  tab(
    'provision-on-demand',
    lazyRouteComponent(() => import('./pages/application/on-demand.tsx'), 'OnDemandTab'),
  ),
  tab(
    'preview',
    lazyRouteComponent(() => import('./pages/application/cycle-preview.tsx'), 'CyclePreviewTab'),
  ),
  tab(
    'identities',
    lazyRouteComponent(() => import('./pages/application/identities.tsx'), 'IdentitiesTab'),
  ),
  tab(
    'links',
    lazyRouteComponent(() => import('./pages/application/links.tsx'), 'LinksTab'),
  ),
  tab(
    'provisioning-logs',
    lazyRouteComponent(() => import('./pages/application/logs.tsx'), 'LogsTab'),
  ),
  tab(
    'audit-logs',
    lazyRouteComponent(() => import('./pages/application/audit.tsx'), 'AuditTab'),
  ),
]);

const shellTree = shell.addChildren([
  home,
  page(
    '/enterprise-applications',
    lazyRouteComponent(() => import('./pages/applications.tsx'), 'ApplicationsPage'),
  ),
  page(
    '/gallery',
    lazyRouteComponent(() => import('./pages/gallery.tsx'), 'GalleryPage'),
  ),
  applicationTree,
  page(
    '/provisioning-logs',
    lazyRouteComponent(() => import('./pages/logs.tsx'), 'LogsPage'),
  ),
  page(
    '/audit-logs',
    lazyRouteComponent(() => import('./pages/audit.tsx'), 'AuditPage'),
  ),
  page(
    '/notifications',
    lazyRouteComponent(() => import('./pages/notifications.tsx'), 'NotificationsPage'),
  ),
  page(
    '/users',
    lazyRouteComponent(() => import('./pages/users.tsx'), 'UsersPage'),
  ),
  page(
    '/users/$id',
    lazyRouteComponent(() => import('./pages/user.tsx'), 'UserPage'),
  ),
  page(
    '/groups',
    lazyRouteComponent(() => import('./pages/groups.tsx'), 'GroupsPage'),
  ),
  page(
    '/groups/$id',
    lazyRouteComponent(() => import('./pages/group.tsx'), 'GroupPage'),
  ),
  page(
    '/deleted',
    lazyRouteComponent(() => import('./pages/recycle-bin.tsx'), 'RecycleBinPage'),
  ),
  page(
    '/administrators',
    lazyRouteComponent(() => import('./pages/administrators.tsx'), 'AdministratorsPage'),
  ),
]);

export const router = createRouter({
  routeTree: root.addChildren([signIn, setUp, shellTree]),
  defaultPendingComponent: LoadingState,
  defaultErrorComponent: ({ error, reset }) => <ErrorState error={error} onRetry={reset} />,
  defaultPreload: false,
  scrollRestoration: true,
});

onSignedOut(() => {
  const { location } = router.state;
  if (location.pathname === '/sign-in' || location.pathname === '/setup') return;
  queryClient.removeQueries({ queryKey: meQuery.queryKey });
  void router.navigate({ href: `/sign-in?from=${encodeURIComponent(location.href)}` });
});
