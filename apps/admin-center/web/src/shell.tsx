import { product } from '@joinery/base';
import { AppFrame, useToasts, type NavigationGroup } from '@joinery/ui';
import {
  AlertRegular,
  AppsListRegular,
  DeleteRegular,
  DocumentTextRegular,
  GridRegular,
  PeopleRegular,
  PeopleTeamRegular,
  ShieldPersonRegular,
  TextBulletListSquareRegular,
} from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { Outlet, useRouter } from '@tanstack/react-router';
import { meQuery, organizationQuery, signOut, useHasRole } from './data/session.ts';
import { messages } from './messages.ts';

const m = messages.navigation;

/** The frame around every page that needs a session. */
export function Shell() {
  const router = useRouter();
  const toasts = useToasts();
  const { data: me } = useQuery(meQuery);
  const { data: organization } = useQuery(organizationQuery);
  const isGlobal = useHasRole('Global Administrator');
  const leave = () =>
    signOut().then(
      () => router.navigate({ href: '/sign-in' }),
      (error: unknown) => toasts.failure(messages.signIn.signOutFailed, error),
    );
  return (
    <AppFrame
      name={`${product.name} ${messages.app}`}
      {...(organization ? { place: organization.displayName } : {})}
      navigation={navigationFor(isGlobal)}
      user={{ name: me?.displayName ?? '', ...(me ? { detail: me.role } : {}) }}
      onSignOut={() => void leave()}
    >
      <Outlet />
    </AppFrame>
  );
}

function navigationFor(isGlobal: boolean): readonly NavigationGroup[] {
  return [
    {
      title: m.applications,
      entries: [
        { label: m.enterpriseApplications, href: '/enterprise-applications', icon: <AppsListRegular /> },
        { label: m.gallery, href: '/gallery', icon: <GridRegular /> },
      ],
    },
    {
      title: m.directory,
      entries: [
        { label: m.users, href: '/users', icon: <PeopleRegular /> },
        { label: m.groups, href: '/groups', icon: <PeopleTeamRegular /> },
        { label: m.deleted, href: '/deleted', icon: <DeleteRegular /> },
      ],
    },
    {
      title: m.monitoring,
      entries: [
        { label: m.provisioningLogs, href: '/provisioning-logs', icon: <TextBulletListSquareRegular /> },
        { label: m.auditLogs, href: '/audit-logs', icon: <DocumentTextRegular /> },
        { label: m.notifications, href: '/notifications', icon: <AlertRegular /> },
      ],
    },
    ...(isGlobal
      ? [
          {
            title: m.access,
            entries: [{ label: m.administrators, href: '/administrators', icon: <ShieldPersonRegular /> }],
          },
        ]
      : []),
  ];
}
