import type { SchemaTrial } from '@joinery/graph-api/contract';
import type { SynchronizationSchema } from '@joinery/provisioning/ports';
import {
  Button,
  makeStyles,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  Text,
  tokens,
} from '@fluentui/react-components';
import { errorText, Section, useUrlState } from '@joinery/ui';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { trialQuery, type ObjectType } from '../../data/mapping.ts';
import { ObjectField } from '../../design/object-field.tsx';
import { messages } from '../../messages.ts';

const m = messages.preview;
const settleMs = 300;

export interface Preview {
  readonly id: string;
  readonly trial: SchemaTrial | undefined;
  readonly error: unknown;
  readonly choose: (id: string) => void;
}

/** The draft tried on the object that the address names, anew whenever the draft rests. */
export function usePreview(jobId: string, draft: SynchronizationSchema, objectType: ObjectType): Preview {
  const [{ preview: id }, setFilters] = useUrlState(['preview']);
  const [settled, setSettled] = useState(draft);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(draft), settleMs);
    return () => clearTimeout(timer);
  }, [draft]);
  const query = useQuery({ ...trialQuery(jobId, settled, objectType, id), enabled: id !== '' });
  return {
    id,
    trial: id === '' || query.isError ? undefined : query.data,
    error: id === '' ? undefined : (query.error ?? undefined),
    choose: (next) => setFilters({ preview: next }),
  };
}

/** Chooses the object, and says whether it would be in scope and why. */
export function PreviewSection({ preview, objectType }: { preview: Preview; objectType: ObjectType }) {
  const styles = useStyles();
  const { id, trial, error, choose } = preview;
  return (
    <Section title={m.title} description={m.text(objectType)}>
      <div className={styles.field}>
        <ObjectField label={m.choose(objectType)} kind={objectType} onSelect={choose} />
      </div>
      {error !== undefined && (
        <MessageBar intent="error" layout="multiline">
          <MessageBarBody>
            <MessageBarTitle>{m.failed}</MessageBarTitle>
            <Text block className={styles.text}>
              {errorText(error)}
            </Text>
          </MessageBarBody>
        </MessageBar>
      )}
      {trial && <Verdict trial={trial} />}
      {id !== '' && (
        <div>
          <Button size="small" onClick={() => choose('')}>
            {m.end}
          </Button>
        </div>
      )}
    </Section>
  );
}

function Verdict({ trial }: { trial: SchemaTrial }) {
  const styles = useStyles();
  const { scope, displayName } = trial;
  return (
    <MessageBar intent={scope.inScope ? 'success' : 'warning'} layout="multiline">
      <MessageBarBody>
        <MessageBarTitle>{scope.inScope ? m.inScope(displayName) : m.outOfScope(displayName)}</MessageBarTitle>
        {reasons(trial).map((reason) => (
          <Text block key={reason} className={styles.text}>
            {reason}
          </Text>
        ))}
        <Text block>{trial.targetId === null ? m.notProvisioned : m.provisioned(trial.targetId)}</Text>
      </MessageBarBody>
    </MessageBar>
  );
}

/** Why an object is out of scope, every cause: account, assignment, and of each filter the clauses that are false. */
function reasons({ scope }: SchemaTrial): readonly string[] {
  if (scope.inScope) return [];
  const groups = Map.groupBy(scope.clauses, (clause) => clause.groupIndex);
  const passes = groups.size === 0 || [...groups.values()].some((clauses) => clauses.every((clause) => clause.passed));
  return [
    ...(scope.isSoftDeleted ? [m.because.deleted] : []),
    ...(scope.isAccountEnabled ? [] : [m.because.disabled]),
    ...(scope.isEntitled ? [] : [m.because.unassigned]),
    ...(passes
      ? []
      : [...groups.values()].flatMap((clauses) =>
          clauses
            .filter((clause) => !clause.passed)
            .map((clause) => m.because.clause(clause.group, clauseText(clause))),
        )),
  ];
}

export type ClauseOutcome = SchemaTrial['scope']['clauses'][number];

function clauseText({ attribute, operator, operand, value, isAbsent }: ClauseOutcome): string {
  const wanted = operand.map((one) => `“${one}”`).join(', ');
  return m.clauseIs(
    `${attribute} ${operator}${wanted === '' ? '' : ` ${wanted}`}`,
    isAbsent ? undefined : textOf(value),
  );
}

/** One clause beside its fields: the value that it saw and how it came out. */
export function ClauseResult({ outcome }: { outcome: ClauseOutcome }) {
  const styles = useStyles();
  const value = outcome.isAbsent ? m.noValue : `“${textOf(outcome.value)}”`;
  return (
    <Text size={200} className={outcome.passed ? styles.passed : styles.failed}>
      {outcome.passed ? `✓ ${m.passes(value)}` : `✗ ${m.fails(value)}`}
    </Text>
  );
}

type Row = SchemaTrial['attributes'][number];

/** What would be sent for one target attribute. */
export function PreviewValue({ row }: { row: Row | undefined }) {
  const styles = useStyles();
  if (!row) return <>–</>;
  switch (row.outcome) {
    case 'failed':
      return <span className={styles.failed}>{row.message}</span>;
    case 'ignored':
      return <span className={styles.muted}>{m.ignored}</span>;
    case 'members':
      return <span className={styles.muted}>{m.members}</span>;
    case 'waiting':
      return <span className={styles.muted}>{m.waiting}</span>;
    case 'creation-only':
      return <span className={styles.muted}>{m.creationOnly}</span>;
    case 'unique':
      return <Value value={row.value} note={m.unique} />;
    case 'default':
      return <Value value={row.value} note={m.byDefault} />;
    case 'value':
      return <Value value={row.value} {...comparison(row)} />;
  }
}

/** How a value stands to the one that was sent last. */
function comparison({ value, exported, isChange }: Row): { readonly note?: string } {
  if (exported === null) return {};
  if (isChange) return { note: m.before(textOf(exported)) };
  return JSON.stringify(value) === JSON.stringify(exported) ? {} : { note: m.sameButCase(textOf(exported)) };
}

function Value({ value, note }: { value: unknown; note?: string }) {
  const styles = useStyles();
  return (
    <>
      {value === null ? <span className={styles.muted}>{m.nothing}</span> : textOf(value)}
      {note !== undefined && (
        <Text block size={200} className={styles.muted}>
          {note}
        </Text>
      )}
    </>
  );
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(textOf).join(', ');
  return JSON.stringify(value);
}

const useStyles = makeStyles({
  field: { maxWidth: '480px', display: 'grid' },
  text: { overflowWrap: 'anywhere' },
  muted: { color: tokens.colorNeutralForeground3, overflowWrap: 'anywhere' },
  passed: { color: tokens.colorStatusSuccessForeground1, overflowWrap: 'anywhere' },
  failed: { color: tokens.colorStatusDangerForeground1, overflowWrap: 'anywhere' },
});
