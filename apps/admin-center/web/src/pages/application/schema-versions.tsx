import type { SchemaDifference, SchemaVersion } from '@joinery/graph-api/contract';
import { Button, Link, makeStyles, Text, tokens } from '@fluentui/react-components';
import {
  DateTime,
  EntityList,
  EntityTable,
  QueryView,
  Section,
  StatusBadge,
  useKeysetPages,
  useToasts,
  useUrlState,
  type Column,
} from '@joinery/ui';
import { useQuery } from '@tanstack/react-query';
import { pagesOf } from '../../data/collection.ts';
import { differenceQuery, versionsPath } from '../../data/mapping.ts';
import { messages } from '../../messages.ts';
import { useSchemaChange } from './schema-change.tsx';

const m = messages.schema;

/** Every saved version: who, when, what is different now, and a way back. */
export function SchemaVersions({ id, jobId }: { id: string; jobId: string }) {
  const [{ version }, setFilters] = useUrlState(['version']);
  const toasts = useToasts();
  const change = useSchemaChange(id, jobId);
  const restore = (version: number) =>
    change.mutate({ kind: 'version', version }, { onError: (error) => toasts.failure(messages.notSaved, error) });
  const pages = useKeysetPages<SchemaVersion>({
    key: ['schema-versions', jobId],
    load: pagesOf(versionsPath(jobId)),
  });
  const columns: readonly Column<SchemaVersion>[] = [
    {
      id: 'version',
      header: m.columns.version,
      width: '11rem',
      render: (row) => (
        <>
          {m.number(row.version)} {row.isCurrent && <StatusBadge tone="success">{m.current}</StatusBadge>}
        </>
      ),
    },
    { id: 'when', header: m.columns.when, width: '12rem', render: (row) => <DateTime value={row.savedDateTime} /> },
    {
      id: 'who',
      header: m.columns.who,
      render: (row) => (
        <>
          {row.savedBy?.displayName ?? messages.audit.service}
          {row.restoredFrom !== null && (
            <Text block size={200}>
              {m.restoredFrom(row.restoredFrom)}
            </Text>
          )}
        </>
      ),
    },
    {
      id: 'actions',
      header: messages.actions,
      hideHeader: true,
      width: '15rem',
      align: 'end',
      render: (row) =>
        row.isCurrent ? null : (
          <>
            <Button
              appearance="subtle"
              aria-label={m.compareNamed(row.version)}
              onClick={() => setFilters({ version: String(row.version) })}
            >
              {m.compare}
            </Button>
            <Button
              appearance="subtle"
              aria-label={m.restoreNamed(row.version)}
              disabled={change.isPending}
              onClick={() => restore(row.version)}
            >
              {m.restore}
            </Button>
          </>
        ),
    },
  ];
  return (
    <Section title={m.versions} description={m.versionsText}>
      {version !== '' && <Difference jobId={jobId} version={version} onClose={() => setFilters({ version: '' })} />}
      <EntityList
        label={m.versions}
        columns={columns}
        pages={pages}
        rowId={(row) => String(row.version)}
        empty={m.versions}
      />
    </Section>
  );
}

type Row = SchemaDifference['changes'][number];

function Difference({ jobId, version, onClose }: { jobId: string; version: string; onClose: () => void }) {
  const styles = useStyles();
  const query = useQuery(differenceQuery(jobId, version));
  return (
    <section aria-label={m.difference(version)} className={styles.difference}>
      <div className={styles.heading}>
        <Text weight="semibold">{m.difference(version)}</Text>
        <Link as="button" onClick={onClose}>
          {m.closeDifference}
        </Link>
      </div>
      <QueryView query={query}>
        {({ changes }) => (
          <EntityTable<Row>
            label={m.difference(version)}
            rows={changes}
            rowId={(row) => `${row.part} ${row.change} ${row.place.join('/')}`}
            empty={m.same}
            columns={[
              {
                id: 'place',
                header: m.differenceColumns.place,
                render: (row) => (
                  <>
                    {row.place.at(-1)}
                    <Text block size={200} className={styles.muted}>
                      {m.parts[row.part] ?? row.part} · {m.changes[row.change]}
                    </Text>
                  </>
                ),
              },
              {
                id: 'before',
                header: m.differenceColumns.before(version),
                render: (row) => <Side own={row.before} other={row.after} />,
              },
              {
                id: 'after',
                header: m.differenceColumns.after,
                render: (row) => <Side own={row.after} other={row.before} />,
              },
            ]}
          />
        )}
      </QueryView>
    </section>
  );
}

/** Only the members that the two sides do not share: the rest of a mapping is no news. */
function Side({ own, other }: { own: unknown; other: unknown }) {
  const styles = useStyles();
  if (own === null || own === undefined) return <>–</>;
  const same = new Map(typeof other === 'object' && other !== null ? Object.entries(other) : []);
  const members = Object.entries(own).filter(
    ([name, value]) => !same.has(name) || JSON.stringify(same.get(name)) !== JSON.stringify(value),
  );
  return <code className={styles.code}>{JSON.stringify(Object.fromEntries(members), undefined, 1)}</code>;
}

const useStyles = makeStyles({
  difference: {
    display: 'grid',
    gap: tokens.spacingVerticalS,
    gridTemplateColumns: 'minmax(0, 1fr)',
    padding: tokens.spacingHorizontalM,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusMedium,
  },
  heading: { display: 'flex', flexWrap: 'wrap', justifyContent: 'space-between', gap: tokens.spacingHorizontalM },
  muted: { color: tokens.colorNeutralForeground3 },
  code: { whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', fontSize: tokens.fontSizeBase200 },
});
