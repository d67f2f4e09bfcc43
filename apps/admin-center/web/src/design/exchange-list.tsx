import type { Exchange } from '@joinery/graph-api/contract';
import { makeStyles, Text, tokens } from '@fluentui/react-components';
import { CopyButton, DateTime, durationText, EmptyState, QueryView, StatusBadge } from '@joinery/ui';
import { useQuery } from '@tanstack/react-query';
import { curlOf } from '../data/curl.ts';
import { exchangesQuery } from '../data/exchanges.ts';
import { messages } from '../messages.ts';
import { Facts } from './facts.tsx';

const m = messages.logs.exchange;

/** What was sent to the application for an entry of the log, and what it answered. */
export function ExchangeList({ entryId }: { entryId: string }) {
  const exchanges = useQuery(exchangesQuery(entryId));
  const styles = useStyles();
  return (
    <QueryView query={exchanges}>
      {(shown) =>
        shown.length === 0 ? (
          <EmptyState title={m.none}>{m.noneText}</EmptyState>
        ) : (
          <ol className={styles.list}>
            {shown.map((exchange, index) => (
              // Exchanges have no id of their own and never change their order.
              // oxlint-disable-next-line no-array-index-key
              <li key={index} className={styles.exchange}>
                <OneExchange exchange={exchange} />
              </li>
            ))}
          </ol>
        )
      }
    </QueryView>
  );
}

function OneExchange({ exchange }: { exchange: Exchange }) {
  const styles = useStyles();
  const name = `${exchange.method} ${exchange.url}`;
  return (
    <section aria-label={name} className={styles.exchange}>
      <div className={styles.heading}>
        <Text as="h3" weight="semibold" className={styles.name}>
          {name}
        </Text>
        <StatusBadge tone={exchange.status !== null && exchange.status < 400 ? 'success' : 'danger'}>
          {exchange.status === null ? m.noAnswer : String(exchange.status)}
        </StatusBadge>
      </div>
      <Facts
        facts={[
          [m.time, <DateTime key="t" value={exchange.startedDateTime} />],
          [m.duration, durationText(exchange.durationInMilliseconds)],
          [m.failure, exchange.failure ?? undefined],
        ]}
      />
      <Message title={m.request} headers={exchange.requestHeaders} body={exchange.requestBody} />
      <div>
        <CopyButton label={m.curlLabel} text={m.curl} value={curlOf(exchange)} />
      </div>
      {exchange.status !== null && (
        <Message title={m.answer} headers={exchange.responseHeaders} body={exchange.responseBody} />
      )}
    </section>
  );
}

function Message({
  title,
  headers,
  body,
}: {
  title: string;
  headers: Exchange['requestHeaders'];
  body: string | null;
}) {
  const styles = useStyles();
  const text = [...headers.map(({ name, value }) => `${name}: ${value}`), ...(body === null ? [] : ['', pretty(body)])];
  return (
    <div className={styles.message}>
      <Text weight="semibold">{title}</Text>
      <pre className={styles.text} tabIndex={0} aria-label={title}>
        {text.join('\n')}
      </pre>
    </div>
  );
}

/** JSON with line breaks; what is cut or no JSON stays as it came. */
function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

const useStyles = makeStyles({
  list: { margin: 0, padding: 0, listStyle: 'none', display: 'grid', gap: tokens.spacingVerticalXL },
  exchange: { minWidth: 0, display: 'grid', gap: tokens.spacingVerticalS },
  heading: { display: 'flex', justifyContent: 'space-between', gap: tokens.spacingHorizontalS, alignItems: 'start' },
  name: { margin: 0, overflowWrap: 'anywhere' },
  message: { minWidth: 0, display: 'grid', gap: tokens.spacingVerticalXXS },
  text: {
    margin: 0,
    maxHeight: '20rem',
    overflow: 'auto',
    padding: tokens.spacingHorizontalS,
    backgroundColor: tokens.colorNeutralBackground3,
    borderRadius: tokens.borderRadiusMedium,
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
  },
});
