import { filterOperators, groupAttributes, parseFilterAttribute, type FilterClause } from '@joinery/expressions';
import type { AttributeDefinition } from '@joinery/provisioning/ports';
import { Button, Checkbox, Field, Input, makeStyles, Select, Textarea, tokens } from '@fluentui/react-components';
import { DeleteRegular } from '@fluentui/react-icons';
import { useState } from 'react';
import { messages } from '../../messages.ts';
import { ClauseResult, type ClauseOutcome } from './preview.tsx';

const m = messages.scope;

/** One condition: attribute, operator, value, what holds without a value or with several, and how the preview came out. */
export function ClauseRow({
  clause,
  attributes,
  outcome,
  onChange,
}: {
  clause: FilterClause;
  attributes: readonly AttributeDefinition[];
  outcome: ClauseOutcome | undefined;
  onChange: (clause: FilterClause | undefined) => void;
}) {
  const styles = useStyles();
  const operator = filterOperators.find((one) => one.name === clause.operatorName);
  const values = clause.targetOperand?.values ?? [];
  return (
    <div className={styles.root}>
      <div className={styles.row}>
        <AttributeField
          name={clause.sourceOperandName}
          attributes={attributes}
          onChange={(name) => onChange({ ...clause, sourceOperandName: name })}
        />
        <Field label={m.operator} {...(operator ? { hint: operator.description } : {})}>
          <Select value={clause.operatorName} onChange={(_, { value }) => onChange(withOperator(clause, value))}>
            {filterOperators.map((one) => (
              <option key={one.name}>{one.name}</option>
            ))}
          </Select>
        </Field>
        {operator?.arity === 'Unary' ? (
          <span />
        ) : operator?.operand === 'texts' ? (
          <Field label={m.values}>
            <Textarea
              value={values.join('\n')}
              onChange={(_, { value }) => onChange({ ...clause, targetOperand: { values: value.split('\n') } })}
            />
          </Field>
        ) : (
          <Field label={m.value} {...(operator?.operand === 'date' ? { hint: m.dateHint } : {})}>
            <Input
              value={values[0] ?? ''}
              onChange={(_, { value }) => onChange({ ...clause, targetOperand: { values: [value] } })}
            />
          </Field>
        )}
        <Button
          appearance="subtle"
          icon={<DeleteRegular />}
          aria-label={m.removeRow}
          className={styles.remove}
          onClick={() => onChange(undefined)}
        />
      </div>
      <Rules clause={clause} attributes={attributes} onChange={onChange} />
      {outcome && isOf(outcome, clause) && <ClauseResult outcome={outcome} />}
    </div>
  );
}

/** Attributes of the object, its manager and its groups; and any other name, as of an extension. */
function AttributeField({
  name,
  attributes,
  onChange,
}: {
  name: string;
  attributes: readonly AttributeDefinition[];
  onChange: (name: string) => void;
}) {
  const names = attributes.map((one) => one.name).filter((one) => one !== 'manager' && one !== 'members');
  const listed = [...names, 'manager', ...names.map((one) => `manager.${one}`), ...groupAttributes.keys()];
  const [isOther, setIsOther] = useState(!listed.includes(name));
  if (isOther) {
    return (
      <Field label={m.attribute} hint={m.otherHint}>
        <Input value={name} onChange={(_, { value }) => onChange(value)} />
      </Field>
    );
  }
  return (
    <Field label={m.attribute}>
      <Select
        value={name}
        onChange={(_, { value }) => {
          setIsOther(value === '');
          onChange(value);
        }}
      >
        <Options label={m.own} names={names} />
        <Options label={m.manager} names={['manager', ...names.map((one) => `manager.${one}`)]} />
        <Options label={m.groups} names={[...groupAttributes.keys()]} />
        <option value="">{m.other}</option>
      </Select>
    </Field>
  );
}

function Options({ label, names }: { label: string; names: readonly string[] }) {
  return (
    <optgroup label={label}>
      {names.map((name) => (
        <option key={name}>{name}</option>
      ))}
    </optgroup>
  );
}

/** What the clause says of an object without a value, and of one with several. */
function Rules({
  clause,
  attributes,
  onChange,
}: {
  clause: FilterClause;
  attributes: readonly AttributeDefinition[];
  onChange: (clause: FilterClause) => void;
}) {
  const styles = useStyles();
  const operator = filterOperators.find((one) => one.name === clause.operatorName);
  const { nullMatches, multivaluedComparisonType, ...plain } = clause;
  const decidesItself = clause.operatorName.endsWith('NULL');
  const hasSeveral = isMultivalued(clause.sourceOperandName, attributes) || multivaluedComparisonType !== undefined;
  const rest = {
    ...plain,
    ...(nullMatches === undefined ? {} : { nullMatches }),
    ...(multivaluedComparisonType === undefined ? {} : { multivaluedComparisonType }),
  };
  if (decidesItself && !hasSeveral) return null;
  return (
    <div className={styles.rules}>
      {!decidesItself && (
        <Checkbox
          label={m.nullMatches}
          checked={nullMatches === true}
          onChange={(_, { checked }) => {
            const { nullMatches: _before, ...without } = rest;
            onChange(checked === true ? { ...without, nullMatches: true } : without);
          }}
        />
      )}
      {hasSeveral && (
        <Select
          size="small"
          aria-label={m.several}
          value={multivaluedComparisonType ?? ''}
          onChange={(_, { value }) => {
            const { multivaluedComparisonType: _before, ...without } = rest;
            onChange(value === 'Any' || value === 'All' ? { ...without, multivaluedComparisonType: value } : without);
          }}
        >
          <option value="">{operator?.multiValued === 'every' ? m.usuallyAll : m.usuallyAny}</option>
          <option value="Any">{m.any}</option>
          <option value="All">{m.all}</option>
        </Select>
      )}
    </div>
  );
}

/** Not of the clause as it was before the last change. */
function isOf(outcome: ClauseOutcome, clause: FilterClause): boolean {
  const operand = JSON.stringify(outcome.operand) === JSON.stringify(clause.targetOperand?.values ?? []);
  return outcome.attribute === clause.sourceOperandName && outcome.operator === clause.operatorName && operand;
}

function isMultivalued(name: string, attributes: readonly AttributeDefinition[]): boolean {
  const read = parseFilterAttribute(name);
  if (read?.kind === 'groups') return true;
  return attributes.some((one) => one.name === read?.name && one.multivalued);
}

function withOperator(clause: FilterClause, operatorName: string): FilterClause {
  const next = filterOperators.find((one) => one.name === operatorName);
  const values = clause.targetOperand?.values ?? [];
  const { nullMatches, ...rest } = clause;
  return {
    ...rest,
    // IS NULL and IS NOT NULL say themselves what holds without a value.
    ...(nullMatches === undefined || operatorName.endsWith('NULL') ? {} : { nullMatches }),
    operatorName,
    targetOperand: { values: next?.arity === 'Unary' ? [] : values.length === 0 ? [''] : values },
  };
}

const useStyles = makeStyles({
  root: { display: 'grid', gap: tokens.spacingVerticalXS, gridTemplateColumns: 'minmax(0, 1fr)' },
  row: {
    display: 'grid',
    alignItems: 'start',
    gap: tokens.spacingHorizontalS,
    gridTemplateColumns: 'minmax(0, 1fr) minmax(0, 1fr) minmax(0, 1fr) auto',
    '@media (max-width: 639.98px)': { gridTemplateColumns: 'minmax(0, 1fr)', justifyItems: 'stretch' },
  },
  // Level with the fields, below the height of their labels.
  remove: { marginTop: '26px', '@media (max-width: 639.98px)': { marginTop: 0, justifySelf: 'end' } },
  rules: {
    display: 'flex',
    flexWrap: 'wrap',
    columnGap: tokens.spacingHorizontalL,
    alignItems: 'center',
    '& .fui-Select': { minWidth: 0 },
  },
});
