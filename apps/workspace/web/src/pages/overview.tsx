import {
  makeStyles,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
  Text,
  tokens as theme,
} from '@fluentui/react-components';
import {
  CopyField,
  EmptyState,
  LinkButton,
  Page,
  parseTime,
  QueryView,
  RelativeTime,
  RouteLink,
  Section,
  StatusBadge,
  useNow,
  type Tone,
} from '@joinery/ui';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { OAuthClientView, Tenant, Token } from '@joinery/workspace/contract';
import { oauthQuery } from '../data/oauth.ts';
import { latestRequestsQuery } from '../data/requests.ts';
import { tenantQuery } from '../data/tenant.ts';
import { isUsable, tokensQuery } from '../data/tokens.ts';
import { LiveBadge, RequestStatus } from '../design/badges.tsx';
import { Steps, type Step } from '../design/steps.tsx';
import { messages } from '../messages/messages.ts';
import { numberText } from '../messages/number-text.ts';
import { paths } from '../paths.ts';

const text = messages.overview;
const dayMs = 86_400_000;

const useStyles = makeStyles({
  columns: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(120px, 1fr))',
    gap: theme.spacingHorizontalM,
  },
  status: { gridColumn: 'span 2', display: 'grid' },
  figure: { margin: 0, fontSize: theme.fontSizeHero700, lineHeight: theme.lineHeightHero700 },
  muted: { color: theme.colorNeutralForeground2 },
  requests: { listStyle: 'none', margin: 0, padding: 0, display: 'flex', flexDirection: 'column', gap: '6px' },
  request: {
    display: 'grid',
    gridTemplateColumns: '72px minmax(0, 1fr) auto',
    alignItems: 'center',
    columnGap: theme.spacingHorizontalM,
    '@media (max-width: 639.98px)': { gridTemplateColumns: '72px minmax(0, 1fr)' },
  },
  time: { '@media (max-width: 639.98px)': { gridColumn: '2', color: theme.colorNeutralForeground2 } },
  path: { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
});

export function OverviewPage() {
  const tenant = useQuery(tenantQuery);
  return (
    <Page title={text.title} description={text.lead} status={<LiveBadge />}>
      <QueryView query={tenant}>{(known) => <Overview tenant={known} />}</QueryView>
    </Page>
  );
}

function Overview({ tenant }: { tenant: Tenant }) {
  const styles = useStyles();
  const tokens = useQuery(tokensQuery).data?.tokens;
  const isFirst = useFirstRequest(tenant);
  const clients = useQuery(oauthQuery).data?.clients ?? [];
  const hasCredential =
    tokens?.some(isUsable) === true ||
    clients.some(({ secrets, federations }) => secrets.length + federations.length > 0);
  const steps = tokens === undefined ? undefined : setUpSteps(tenant, hasCredential);
  return (
    <>
      <div role="status">
        {isFirst && (
          <MessageBar layout="multiline" intent="success">
            <MessageBarBody>
              <MessageBarTitle>{text.firstReceived}</MessageBarTitle> {text.firstReceivedHint}
            </MessageBarBody>
          </MessageBar>
        )}
      </div>
      <Alerts tenant={tenant} tokens={tokens ?? []} />
      <div className={styles.columns}>
        <div className={styles.status}>
          <StatusCard tenant={tenant} />
        </div>
        <Section title={text.people}>
          <p className={styles.figure}>
            <RouteLink href={paths.people}>{numberText(tenant.users)}</RouteLink>
          </p>
        </Section>
        <Section title={text.groups}>
          <p className={styles.figure}>
            <RouteLink href={paths.groups}>{numberText(tenant.groups)}</RouteLink>
          </p>
        </Section>
        <Section title={text.liveTokens}>
          <p className={styles.figure}>
            <RouteLink href={paths.tokens}>
              {tokens === undefined ? messages.none : tokens.filter(isUsable).length}
            </RouteLink>
          </p>
        </Section>
      </div>
      <Section>
        <CopyField label={text.tenantUrl} value={tenant.tenantUrl} hint={text.tenantUrlHint} />
      </Section>
      {steps !== undefined && steps.some(({ isDone }) => isDone !== true) && (
        <Section title={text.steps}>
          <Steps steps={steps} level="h3" />
        </Section>
      )}
      <LatestRequests />
    </>
  );
}

/** Whether the first request came while this page was being looked at. */
function useFirstRequest(tenant: Tenant): boolean {
  const wasWaiting = useRef(tenant.lastRequest === null);
  const [isFirst, setFirst] = useState(false);
  const hasCome = tenant.lastRequest !== null;
  useEffect(() => {
    if (hasCome && wasWaiting.current) setFirst(true);
  }, [hasCome]);
  return isFirst;
}

function statusOf(tenant: Tenant, now: number): { tone: Tone; title: string; hint: string | undefined } {
  const last = tenant.lastRequest;
  if (last === null) return { tone: 'informative', title: text.waiting, hint: text.waitingHint };
  if (last.status === 401 || last.status >= 500) {
    return { tone: 'danger', title: text.failing, hint: text.failingHint };
  }
  // Of one person by a rule, or of everything by a token that may only read.
  if (last.status === 403) return { tone: 'warning', title: text.failing, hint: text.failingHint };
  if (isSilent(tenant, now)) return { tone: 'warning', title: text.silent, hint: text.silentHint };
  return { tone: 'success', title: text.receiving, hint: undefined };
}

/** Entra sends a request about every 40 minutes. */
function isSilent({ lastRequest }: Tenant, now: number): boolean {
  return lastRequest !== null && now - (parseTime(lastRequest.at) ?? now) > dayMs;
}

function StatusCard({ tenant }: { tenant: Tenant }) {
  const styles = useStyles();
  const { tone, title, hint } = statusOf(tenant, useNow());
  return (
    <Section title={text.status}>
      <span>
        <StatusBadge tone={tone}>{title}</StatusBadge>
      </span>
      {hint !== undefined && <Text className={styles.muted}>{hint}</Text>}
      {tenant.lastRequest !== null && (
        <Text className={styles.muted}>
          {text.lastRequest} <RelativeTime value={tenant.lastRequest.at} />
        </Text>
      )}
    </Section>
  );
}

/** What an administrator should act on: credentials that end soon, and silence. */
function Alerts({ tenant, tokens }: { tenant: Tenant; tokens: readonly Token[] }) {
  const clients = useQuery(oauthQuery).data?.clients ?? [];
  const now = useNow();
  const ending = tokens
    .filter((token) => token.expiresWithinDays !== null)
    .toSorted((left, right) => left.expires.localeCompare(right.expires));
  return (
    <>
      {tenant.lastRequest !== null && isSilent(tenant, now) && (
        <Alert intent="warning" href={paths.guide} action={text.openGuide}>
          {text.silentSince} <RelativeTime value={tenant.lastRequest.at} />. {text.silentHint}
        </Alert>
      )}
      {ending.map((token) => (
        <Alert
          key={token.id}
          intent={token.expiresWithinDays === 1 ? 'error' : 'warning'}
          href={paths.rotateToken(token.id)}
          action={text.rotate}
        >
          {text.expiring(token.name)} <RelativeTime value={token.expires} />. {text.expiringHint}
        </Alert>
      ))}
      {clients
        .filter((client) => client.expiresWithinDays !== null)
        .map((client) => (
          <Alert
            key={client.id}
            intent={client.expiresWithinDays === 1 ? 'error' : 'warning'}
            href={paths.newSecret(client.id)}
            action={text.addSecret}
          >
            <ClientEnds client={client} /> {text.expiringSecretHint}
          </Alert>
        ))}
    </>
  );
}

/** When the last of a client's secrets ends; a client without any that works is warned of too. */
function ClientEnds({ client }: { client: OAuthClientView }) {
  const last = client.secrets
    .map(({ expires, revoked }) => (revoked !== null && revoked < expires ? revoked : expires))
    .toSorted()
    .at(-1);
  if (last === undefined) return text.noSecretWorks(client.name);
  return (
    <>
      {text.expiringSecret(client.name)} <RelativeTime value={last} />.
    </>
  );
}

function Alert({
  intent,
  href,
  action,
  children,
}: {
  intent: 'warning' | 'error';
  href: string;
  action: string;
  children: ReactNode;
}) {
  return (
    <MessageBar layout="multiline" intent={intent}>
      <MessageBarBody>{children}</MessageBarBody>
      <MessageBarActions>
        <LinkButton href={href}>{action}</LinkButton>
      </MessageBarActions>
    </MessageBar>
  );
}

function setUpSteps(tenant: Tenant, hasCredential: boolean): readonly Step[] {
  const hasRequest = tenant.lastRequest !== null;
  return [
    {
      title: text.stepToken,
      isDone: hasCredential,
      content: hasCredential ? (
        text.stepTokenHint
      ) : (
        <>
          <span>{text.stepTokenHint}</span>
          <span>
            <LinkButton appearance="primary" href={paths.newToken}>
              {text.createToken}
            </LinkButton>
          </span>
        </>
      ),
    },
    {
      title: text.stepEnter,
      isDone: hasRequest,
      content: (
        <span>
          {text.stepEnterHint} <RouteLink href={paths.guide}>{text.guide}</RouteLink>
        </span>
      ),
    },
    {
      title: hasRequest ? text.stepRequest : text.stepRequestOpen,
      isDone: hasRequest,
      content: text.stepRequestHint,
    },
    { title: text.stepPerson, isDone: tenant.users > 0, content: text.stepPersonHint },
  ];
}

function LatestRequests() {
  const styles = useStyles();
  const query = useQuery(latestRequestsQuery);
  return (
    <Section title={text.recent} actions={<RouteLink href={paths.requests}>{text.toLog}</RouteLink>}>
      <QueryView query={query}>
        {({ requests }) =>
          requests.length === 0 ? (
            <EmptyState title={text.noRequests}>{text.recentNone}</EmptyState>
          ) : (
            <ul className={styles.requests}>
              {requests.map((request) => (
                <li key={request.id} className={styles.request}>
                  <RequestStatus status={request.status} />
                  <RouteLink href={paths.request(request.id)} className={styles.path ?? ''} title={request.path}>
                    {`${request.method} ${request.path}`}
                  </RouteLink>
                  <span className={styles.time}>
                    <RelativeTime value={request.at} />
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </QueryView>
    </Section>
  );
}
