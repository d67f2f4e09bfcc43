import { makeStyles, Text, tokens } from '@fluentui/react-components';
import {
  DateTime,
  EmptyState,
  EntityList,
  Page,
  QueryView,
  RouteLink,
  Section,
  SidePanel,
  useUrlState,
  type Column,
} from '@joinery/ui';
import { useQuery } from '@tanstack/react-query';
import type { AuditEntryView } from '@joinery/workspace/contract';
import { auditEntryQuery, useAudit } from '../data/audit.ts';
import { oauthQuery } from '../data/oauth.ts';
import { tokensQuery } from '../data/tokens.ts';
import { webhooksQuery } from '../data/webhooks.ts';
import { clockText } from '../design/clock-text.ts';
import { isAbsent } from '../design/is-absent.ts';
import { Properties, Property } from '../design/properties.tsx';
import { auditMessages } from '../messages/administration.ts';
import { messages } from '../messages/messages.ts';
import { paths } from '../paths.ts';

const text = auditMessages;

const useStyles = makeStyles({
  body: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalL },
  heading: { margin: 0 },
  detail: {
    margin: 0,
    padding: tokens.spacingHorizontalM,
    background: tokens.colorNeutralBackground2,
    borderRadius: tokens.borderRadiusMedium,
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
  },
});

const actionTexts: ReadonlyMap<string, string> = new Map(Object.entries(text.actions));

/** In words, where there are some. */
const actionText = (action: string): string => actionTexts.get(action) ?? action;

/** Of what still exists, by id. */
function useNames(): ReadonlyMap<string, string> {
  const tokens = useQuery(tokensQuery).data?.tokens ?? [];
  const clients = useQuery(oauthQuery).data?.clients ?? [];
  const webhooks = useQuery(webhooksQuery).data?.webhooks ?? [];
  return new Map([
    ...[...tokens, ...clients].map(({ id, name }) => [id, name] as const),
    ...webhooks.map(({ id, url }) => [id, url] as const),
  ]);
}

const columnsOf = (names: ReadonlyMap<string, string>): readonly Column<AuditEntryView>[] => [
  {
    id: 'time',
    header: text.time,
    width: '170px',
    render: (entry) => (
      <RouteLink href={`${paths.audit}?entry=${entry.id}`}>
        <time dateTime={entry.at}>{clockText(entry.at)}</time>
      </RouteLink>
    ),
  },
  { id: 'action', header: text.action, render: (entry) => actionText(entry.action) },
  {
    id: 'target',
    header: text.target,
    render: ({ targetName, targetId }) => targetName ?? names.get(targetId ?? '') ?? targetId ?? messages.none,
  },
  { id: 'actor', header: text.actor, width: '240px', render: (entry) => entry.actor },
];

export function AuditPage() {
  const pages = useAudit();
  const names = useNames();
  const [{ entry }, setState] = useUrlState(['entry']);
  return (
    <Page title={text.title} description={text.lead}>
      <Section>
        <EntityList
          label={text.caption}
          columns={columnsOf(names)}
          rowId={(row) => row.id}
          pages={pages}
          empty={<EmptyState title={text.empty}>{text.emptyHint}</EmptyState>}
        />
      </Section>
      {entry !== '' && <EntryPanel id={entry} onClose={() => setState({ entry: '' })} />}
    </Page>
  );
}

/** One entry beside the list, under an address of its own. */
function EntryPanel({ id, onClose }: { id: string; onClose: () => void }) {
  const query = useQuery(auditEntryQuery(id));
  return (
    <SidePanel title={text.details} onClose={onClose}>
      {isAbsent(query.error) ? (
        <EmptyState title={text.notFound} />
      ) : (
        <QueryView query={query}>{(entry) => <EntryDetails entry={entry} />}</QueryView>
      )}
    </SidePanel>
  );
}

function EntryDetails({ entry }: { entry: AuditEntryView }) {
  const styles = useStyles();
  return (
    <div className={styles.body}>
      <Properties>
        <Property name={text.time}>
          <DateTime value={entry.at} />
        </Property>
        <Property name={text.actor}>{entry.actor}</Property>
        <Property name={text.action}>{actionText(entry.action)}</Property>
        {entry.targetName !== null && <Property name={text.target}>{entry.targetName}</Property>}
        {entry.targetId !== null && <Property name={messages.id}>{entry.targetId}</Property>}
      </Properties>
      {entry.detail === null ? (
        <Text>{text.noDetail}</Text>
      ) : (
        <section>
          <Text as="h3" weight="semibold" className={styles.heading}>
            {text.asked}
          </Text>
          <pre className={styles.detail}>{JSON.stringify(entry.detail, null, 2)}</pre>
        </section>
      )}
    </div>
  );
}
