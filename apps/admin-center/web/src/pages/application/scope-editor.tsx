import { checkScopingFilter, type FilterClause, type FilterGroup, type ScopingFilter } from '@joinery/expressions';
import type { AttributeDefinition } from '@joinery/provisioning/ports';
import { Button, Field, Input, makeStyles, MessageBar, MessageBarBody, Text, tokens } from '@fluentui/react-components';
import { AddRegular, DeleteRegular } from '@fluentui/react-icons';
import { Section } from '@joinery/ui';
import { Fragment } from 'react';
import { messages } from '../../messages.ts';
import { ClauseRow } from './clause-row.tsx';
import type { ClauseOutcome } from './preview.tsx';

const m = messages.scope;

/** Filters are alternatives; the rows of one filter must all pass. */
export function ScopeEditor({
  scope,
  attributes,
  outcomes,
  onChange,
}: {
  scope: ScopingFilter | null;
  attributes: readonly AttributeDefinition[];
  /** Of the previewed object, clause by clause in the filter's order. */
  outcomes: readonly ClauseOutcome[] | undefined;
  onChange: (scope: ScopingFilter | null) => void;
}) {
  const styles = useStyles();
  const groups = scope?.groups ?? [];
  const put = (next: readonly FilterGroup[]) => onChange(next.length === 0 ? null : { ...scope, groups: next });
  const replace = (index: number, group: FilterGroup | undefined) =>
    put(groups.flatMap((one, at) => (at !== index ? [one] : group ? [group] : [])));
  const problems = scope ? checkScopingFilter(scope) : [];
  // Outcomes of the filter before the last key was pressed have no place any more.
  const shownOutcomes = outcomes?.length === groups.flatMap((group) => group.clauses).length ? outcomes : undefined;
  const firstOf = (index: number) => groups.slice(0, index).reduce((sum, group) => sum + group.clauses.length, 0);
  const firstAttribute = attributes[0]?.name ?? 'department';
  const newClause = (): FilterClause => ({
    sourceOperandName: attributes.some((one) => one.name === 'department') ? 'department' : firstAttribute,
    operatorName: 'EQUALS',
    targetOperand: { values: [''] },
  });
  return (
    <Section
      title={m.title}
      description={m.text}
      actions={
        <Button
          icon={<AddRegular />}
          onClick={() => put([...groups, { name: m.newName(groups.length + 1), clauses: [newClause()] }])}
        >
          {m.addFilter}
        </Button>
      }
    >
      {groups.length === 0 && <Text>{messages.mapping.allRecords}</Text>}
      {groups.map((group, index) => (
        // Filters have no id; their place is their identity here.
        // oxlint-disable-next-line no-array-index-key
        <Fragment key={index}>
          {index > 0 && <Text className={styles.or}>{m.or}</Text>}
          <div role="group" aria-label={group.name} className={styles.group}>
            <div className={styles.heading}>
              <Field label={m.filterTitle} className={styles.grow ?? ''}>
                <Input value={group.name} onChange={(_, { value }) => replace(index, { ...group, name: value })} />
              </Field>
              <Button
                appearance="subtle"
                icon={<DeleteRegular />}
                aria-label={m.remove(group.name)}
                onClick={() => replace(index, undefined)}
              />
            </div>
            {group.clauses.map((clause, at) => (
              <ClauseRow
                // oxlint-disable-next-line no-array-index-key
                key={at}
                clause={clause}
                attributes={attributes}
                outcome={shownOutcomes?.[firstOf(index) + at]}
                onChange={(next) => {
                  const clauses = group.clauses.flatMap((one, place) => (place !== at ? [one] : next ? [next] : []));
                  replace(index, clauses.length === 0 ? undefined : { ...group, clauses });
                }}
              />
            ))}
            <div>
              <Button
                size="small"
                icon={<AddRegular />}
                onClick={() => replace(index, { ...group, clauses: [...group.clauses, newClause()] })}
              >
                {m.addRow}
              </Button>
            </div>
          </div>
        </Fragment>
      ))}
      {problems.length > 0 && (
        <MessageBar intent="error" layout="multiline">
          <MessageBarBody>
            {problems.map((problem) => (
              <Text block key={problem.message}>
                {problem.message}
              </Text>
            ))}
          </MessageBarBody>
        </MessageBar>
      )}
    </Section>
  );
}

const useStyles = makeStyles({
  or: { color: tokens.colorNeutralForeground3, paddingLeft: tokens.spacingHorizontalM },
  group: {
    display: 'grid',
    gap: tokens.spacingVerticalM,
    padding: tokens.spacingHorizontalM,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusMedium,
    gridTemplateColumns: 'minmax(0, 1fr)',
  },
  heading: { display: 'flex', alignItems: 'end', gap: tokens.spacingHorizontalS },
  grow: { flexGrow: 1, maxWidth: '420px' },
});
