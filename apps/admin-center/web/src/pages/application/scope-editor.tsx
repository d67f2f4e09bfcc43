import {
  checkScopingFilter,
  filterOperators,
  type FilterClause,
  type FilterGroup,
  type ScopingFilter,
} from '@joinery/expressions';
import type { AttributeDefinition } from '@joinery/provisioning/ports';
import {
  Button,
  Field,
  Input,
  makeStyles,
  MessageBar,
  MessageBarBody,
  Select,
  Text,
  Textarea,
  tokens,
} from '@fluentui/react-components';
import { AddRegular, DeleteRegular } from '@fluentui/react-icons';
import { Section } from '@joinery/ui';
import { Fragment } from 'react';
import { messages } from '../../messages.ts';

const m = messages.scope;

/** Filters are alternatives; the rows of one filter must all pass. */
export function ScopeEditor({
  scope,
  attributes,
  onChange,
}: {
  scope: ScopingFilter | null;
  attributes: readonly AttributeDefinition[];
  onChange: (scope: ScopingFilter | null) => void;
}) {
  const styles = useStyles();
  const groups = scope?.groups ?? [];
  const put = (next: readonly FilterGroup[]) => onChange(next.length === 0 ? null : { ...scope, groups: next });
  const replace = (index: number, group: FilterGroup | undefined) =>
    put(groups.flatMap((one, at) => (at !== index ? [one] : group ? [group] : [])));
  const problems = scope ? checkScopingFilter(scope) : [];
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

function ClauseRow({
  clause,
  attributes,
  onChange,
}: {
  clause: FilterClause;
  attributes: readonly AttributeDefinition[];
  onChange: (clause: FilterClause | undefined) => void;
}) {
  const styles = useStyles();
  const operator = filterOperators.find((one) => one.name === clause.operatorName);
  const values = clause.targetOperand?.values ?? [];
  const isList = operator?.operand === 'texts';
  const names = attributes.map((one) => one.name);
  const known = names.includes(clause.sourceOperandName) ? names : [clause.sourceOperandName, ...names];
  return (
    <div className={styles.row}>
      <Field label={m.attribute}>
        <Select
          value={clause.sourceOperandName}
          onChange={(_, { value }) => onChange({ ...clause, sourceOperandName: value })}
        >
          {known.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </Select>
      </Field>
      <Field label={m.operator}>
        <Select
          value={clause.operatorName}
          title={operator?.description}
          onChange={(_, { value }) => {
            const next = filterOperators.find((one) => one.name === value);
            onChange({
              ...clause,
              operatorName: value,
              targetOperand: { values: next?.arity === 'Unary' ? [] : values.length === 0 ? [''] : values },
            });
          }}
        >
          {filterOperators.map((one) => (
            <option key={one.name}>{one.name}</option>
          ))}
        </Select>
      </Field>
      {operator?.arity !== 'Unary' &&
        (isList ? (
          <Field label={m.values}>
            <Textarea
              value={values.join('\n')}
              onChange={(_, { value }) => onChange({ ...clause, targetOperand: { values: value.split('\n') } })}
            />
          </Field>
        ) : (
          <Field label={m.value}>
            <Input
              value={values[0] ?? ''}
              onChange={(_, { value }) => onChange({ ...clause, targetOperand: { values: [value] } })}
            />
          </Field>
        ))}
      <Button
        appearance="subtle"
        icon={<DeleteRegular />}
        aria-label={m.removeRow}
        onClick={() => onChange(undefined)}
      />
    </div>
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
    minWidth: 0,
  },
  heading: { display: 'flex', alignItems: 'end', gap: tokens.spacingHorizontalS },
  grow: { flexGrow: 1, maxWidth: '420px' },
  row: {
    display: 'grid',
    alignItems: 'end',
    gap: tokens.spacingHorizontalS,
    gridTemplateColumns: 'minmax(0, 1fr) minmax(0, 1fr) minmax(0, 1fr) auto',
    '@media (max-width: 639.98px)': { gridTemplateColumns: 'minmax(0, 1fr)', justifyItems: 'stretch' },
  },
});
