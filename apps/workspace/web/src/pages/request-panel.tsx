import { makeStyles, Text, tokens as theme } from '@fluentui/react-components';
import {
  CopyButton,
  DateTime,
  durationText,
  EmptyState,
  EntityTable,
  QueryView,
  SidePanel,
  type Column,
} from '@joinery/ui';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { LoggedRequest } from '@joinery/workspace/contract';
import { requestQuery } from '../data/requests.ts';
import { RequestStatus } from '../design/badges.tsx';
import { isAbsent } from '../design/is-absent.ts';
import { Properties, Property } from '../design/properties.tsx';
import { helpFor } from '../messages/error-help.ts';
import { requestMessages } from '../messages/requests.ts';
import { messages } from '../messages/messages.ts';
import { explainTolerated } from '../messages/tolerated.ts';

const text = requestMessages;

const useStyles = makeStyles({
  body: { display: 'flex', flexDirection: 'column', gap: theme.spacingVerticalL },
  heading: { margin: 0 },
  block: { display: 'flex', flexDirection: 'column', gap: theme.spacingVerticalXS, overflowWrap: 'anywhere' },
  list: { margin: 0, paddingInlineStart: theme.spacingHorizontalL },
  muted: { color: theme.colorNeutralForeground2 },
});

/** One request of the log beside the list, under an address of its own. */
export function RequestPanel({ id, onClose }: { id: string; onClose: () => void }) {
  const query = useQuery(requestQuery(id));
  return (
    <SidePanel title={text.details} onClose={onClose}>
      {isAbsent(query.error) ? (
        <EmptyState title={text.notFound}>{text.notFoundHint}</EmptyState>
      ) : (
        <QueryView query={query}>{(request) => <RequestDetails request={request} />}</QueryView>
      )}
    </SidePanel>
  );
}

function RequestDetails({ request }: { request: LoggedRequest }) {
  const styles = useStyles();
  return (
    <div className={styles.body}>
      {request.status >= 400 && (
        <>
          <Block title={text.error}>
            <Text>{request.errorDetail ?? messages.none}</Text>
            {request.errorCode !== null && <Text className={styles.muted}>{request.errorCode}</Text>}
          </Block>
          <Block title={text.whatToDo}>
            <Text>{helpFor(request.errorCode, request.status)}</Text>
          </Block>
        </>
      )}
      {request.operations !== null && <Operations operations={request.operations} />}
      {request.tolerated.length > 0 && <Tolerated entries={request.tolerated} />}
      <Properties>
        <Property name={text.status}>
          <RequestStatus status={request.status} />
        </Property>
        <Property name={text.method}>{request.method}</Property>
        <Property name={text.path}>{request.path}</Property>
        <Property name={text.time}>
          <DateTime value={request.at} />
        </Property>
        <Property name={text.duration}>{durationText(request.durationMs)}</Property>
        <Property name={text.token}>{request.token ?? text.noToken}</Property>
        <Property name={text.requestId}>
          {request.requestId} <CopyButton label={text.requestId} value={request.requestId} />
        </Property>
      </Properties>
    </div>
  );
}

function Block({ title, children }: { title: string; children: ReactNode }) {
  const styles = useStyles();
  return (
    <section className={styles.block}>
      <Text as="h3" weight="semibold" className={styles.heading}>
        {title}
      </Text>
      {children}
    </section>
  );
}

type Operation = NonNullable<LoggedRequest['operations']>[number];
type NumberedOperation = Operation & { readonly number: number };

const operationColumns: readonly Column<NumberedOperation>[] = [
  { id: 'request', header: text.request, render: ({ method, path }) => `${method} ${path}` },
  { id: 'error', header: text.error, render: ({ errorCode }) => errorCode ?? messages.none },
  { id: 'status', header: text.status, width: '90px', render: ({ status }) => <RequestStatus status={status} /> },
];

/** The parts of a bulk request. */
function Operations({ operations }: { operations: readonly Operation[] }) {
  const styles = useStyles();
  return (
    <Block title={text.operations}>
      <Text className={styles.muted}>{text.operationsHint}</Text>
      <EntityTable
        label={text.operations}
        columns={operationColumns}
        rowId={({ number }) => String(number)}
        rows={operations.map((operation, number) => ({ ...operation, number }))}
        empty={messages.none}
      />
    </Block>
  );
}

function Tolerated({ entries }: { entries: readonly string[] }) {
  const styles = useStyles();
  return (
    <Block title={text.tolerated}>
      <Text className={styles.muted}>{text.toleratedHint}</Text>
      <ul className={styles.list}>
        {entries.map((entry) => {
          const { name, subject, text: explanation } = explainTolerated(entry);
          return (
            <li key={entry}>
              {explanation === '' ? name : explanation}{' '}
              {subject !== '' && <Text className={styles.muted}>{subject}</Text>}
            </li>
          );
        })}
      </ul>
    </Block>
  );
}
