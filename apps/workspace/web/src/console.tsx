import {
  AppsListDetailRegular,
  BookOpenRegular,
  CheckmarkStarburstRegular,
  ClipboardTaskListLtrRegular,
  DocumentBulletListClockRegular,
  HomeRegular,
  KeyRegular,
  PlugConnectedRegular,
  ShieldTaskRegular,
  TableSettingsRegular,
  PeopleRegular,
  PersonRegular,
} from '@fluentui/react-icons';
import { AppFrame, ErrorState, LoadingState, useToasts, type NavigationGroup } from '@joinery/ui';
import { useQuery } from '@tanstack/react-query';
import { Outlet } from '@tanstack/react-router';
import { Suspense, useRef } from 'react';
import type { Session } from '@joinery/workspace/contract';
import { LiveContext, useLive } from './data/live.ts';
import { sessionQuery, signOut } from './data/session.ts';
import { messages } from './messages/messages.ts';
import { paths } from './paths.ts';
import { SignInPage } from './pages/sign-in.tsx';

const text = messages.navigation;
const navigation: readonly NavigationGroup[] = [
  {
    entries: [
      { label: text.overview, href: paths.overview, icon: <HomeRegular /> },
      { label: text.people, href: paths.people, icon: <PersonRegular /> },
      { label: text.groups, href: paths.groups, icon: <PeopleRegular /> },
    ],
  },
  {
    title: text.integrations,
    entries: [
      { label: text.tokens, href: paths.tokens, icon: <KeyRegular /> },
      { label: text.oauth, href: paths.oauthClients, icon: <AppsListDetailRegular /> },
      { label: text.webhooks, href: paths.webhooks, icon: <PlugConnectedRegular /> },
      { label: text.guide, href: paths.guide, icon: <BookOpenRegular /> },
      { label: text.requests, href: paths.requests, icon: <DocumentBulletListClockRegular /> },
      { label: text.selfCheck, href: paths.selfCheck, icon: <CheckmarkStarburstRegular /> },
    ],
  },
  {
    title: text.administration,
    entries: [
      { label: text.rules, href: paths.rules, icon: <ShieldTaskRegular /> },
      { label: text.schemas, href: paths.schemas, icon: <TableSettingsRegular /> },
      { label: text.audit, href: paths.audit, icon: <ClipboardTaskListLtrRegular /> },
    ],
  },
];

/** Every page behind the sign-in, which is shown in their place while nobody is signed in, so that addresses stay. */
export function Console() {
  const session = useQuery(sessionQuery);
  const hasBeenSignedIn = useRef(false);
  const hasLeft = useRef(false);
  if (session.data === undefined) {
    return session.isError ? (
      <ErrorState error={session.error} onRetry={() => void session.refetch()} />
    ) : (
      <LoadingState />
    );
  }
  if (session.data === null) return <SignInPage hasExpired={hasBeenSignedIn.current && !hasLeft.current} />;
  hasBeenSignedIn.current = true;
  hasLeft.current = false;
  return (
    <SignedIn
      session={session.data}
      onSigningOut={() => {
        hasLeft.current = true;
      }}
    />
  );
}

function SignedIn({ session, onSigningOut }: { session: Session; onSigningOut: () => void }) {
  const toasts = useToasts();
  const live = useLive();
  const { displayName, email } = session.administrator;

  function leave(): void {
    onSigningOut();
    signOut().catch((error: unknown) => toasts.failure(messages.signOutFailed, error));
  }

  return (
    <LiveContext value={live}>
      <AppFrame
        name={messages.name}
        place={session.tenant.name}
        navigation={navigation}
        user={displayName === email ? { name: email } : { name: displayName, detail: email }}
        onSignOut={leave}
      >
        <Suspense fallback={<LoadingState />}>
          <Outlet />
        </Suspense>
      </AppFrame>
    </LiveContext>
  );
}
