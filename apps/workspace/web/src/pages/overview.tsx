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
import { useEffect, useRef, useState } from 'react';
import type { Tenant, Token } from '@joinery/workspace/contract';
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
const soonMs = 30 * dayMs;

const useStyles = makeStyles({
  columns: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(140px, 1fr))',
    gap: theme.spacingHorizontalM,
  },
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
  const steps = tokens === undefined ? undefined : setUpSteps(tenant, tokens);
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
      {tokens !== undefined && <ExpiryWarning tokens={tokens} />}
      <div className={styles.columns}>
        <StatusCard tenant={tenant} />
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
  if (last.status === 401 || last.status === 403 || last.status >= 500) {
    return { tone: 'danger', title: text.failing, hint: text.failingHint };
  }
  if (now - (parseTime(last.at) ?? now) > dayMs) return { tone: 'warning', title: text.silent, hint: text.silentHint };
  return { tone: 'success', title: text.receiving, hint: undefined };
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

function ExpiryWarning({ tokens }: { tokens: readonly Token[] }) {
  const now = useNow();
  const [next] = tokens
    .filter(({ state, expires }) => state === 'active' && (parseTime(expires) ?? 0) - now < soonMs)
    .toSorted((left, right) => left.expires.localeCompare(right.expires));
  if (next === undefined) return null;
  return (
    <MessageBar layout="multiline" intent="warning">
      <MessageBarBody>
        {text.expiring(next.name)} <RelativeTime value={next.expires} />. {text.expiringHint}
      </MessageBarBody>
      <MessageBarActions>
        <LinkButton href={paths.rotateToken(next.id)}>{messages.tokens.rotate}</LinkButton>
      </MessageBarActions>
    </MessageBar>
  );
}

function setUpSteps(tenant: Tenant, tokens: readonly Token[]): readonly Step[] {
  const hasRequest = tenant.lastRequest !== null;
  return [
    {
      title: text.stepToken,
      isDone: tokens.some(isUsable),
      content: tokens.some(isUsable) ? (
        text.stepTokenHint
      ) : (
        <>
          <span>{text.stepTokenHint}</span>
          <span>
            <LinkButton appearance="primary" href={paths.newToken}>
              {messages.tokens.create}
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
          {text.stepEnterHint} <RouteLink href={paths.guide}>{messages.guide.title}</RouteLink>
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
            <EmptyState title={messages.requests.empty}>{text.recentNone}</EmptyState>
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
