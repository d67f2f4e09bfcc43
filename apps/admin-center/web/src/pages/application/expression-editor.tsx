import {
  checkExpression,
  compileExpression,
  functions,
  parseExpression,
  type EvaluationResult,
  type Expression,
} from '@joinery/expressions';
import { Button, Field, Input, makeStyles, Select, Text, Textarea, tokens } from '@fluentui/react-components';
import { useMemo, useState } from 'react';
import { messages } from '../../messages.ts';

const m = messages.mapping;

/** An expression with its problems at their place, and a trial with values of the reader's. Everything runs in the browser. */
export function ExpressionEditor({
  value,
  attributes,
  onChange,
}: {
  value: string;
  attributes: readonly string[];
  onChange: (value: string) => void;
}) {
  const styles = useStyles();
  const { problems, expression } = useMemo(() => read(value), [value]);
  return (
    <div className={styles.root}>
      <Field
        label={m.expression}
        required
        hint={m.expressionHint}
        {...(problems.length === 0 ? {} : { validationMessage: m.problemsFound(problems.length) })}
      >
        <Textarea
          value={value}
          rows={4}
          resize="vertical"
          spellCheck={false}
          className={styles.code ?? ''}
          onChange={(_, data) => onChange(data.value)}
        />
      </Field>
      {problems.length > 0 && value !== '' && (
        <>
          <Marked text={value} problems={problems} />
          <ul className={styles.problems}>
            {problems.map((problem) => (
              <li key={`${problem.start} ${problem.code}`}>
                {problem.message} ({m.at(problem.start)})
              </li>
            ))}
          </ul>
        </>
      )}
      <div className={styles.insert}>
        <Insert
          label={m.insertFunction}
          names={functions.map((one) => one.name)}
          onInsert={(name) => onChange(`${value}${name}()`)}
        />
        <Insert label={m.insertAttribute} names={attributes} onInsert={(name) => onChange(`${value}[${name}]`)} />
      </div>
      {expression && problems.length === 0 && <Trial expression={expression} />}
    </div>
  );
}

interface Marks {
  readonly code: string;
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

function read(text: string): { readonly problems: readonly Marks[]; readonly expression: Expression | undefined } {
  const parsed = parseExpression(text);
  if (!parsed.ok) return { problems: parsed.problems, expression: undefined };
  return { problems: checkExpression(parsed.value), expression: parsed.value };
}

/** The text with the places of problems underlined. */
function Marked({ text, problems }: { text: string; problems: readonly Marks[] }) {
  const styles = useStyles();
  const first = problems.toSorted((a, b) => a.start - b.start)[0];
  if (!first) return null;
  const end = Math.max(first.end, first.start + 1);
  return (
    <pre className={styles.marked} aria-hidden>
      {text.slice(0, first.start)}
      <mark className={styles.mark}>{text.slice(first.start, end) || ' '}</mark>
      {text.slice(end)}
    </pre>
  );
}

function Insert({
  label,
  names,
  onInsert,
}: {
  label: string;
  names: readonly string[];
  onInsert: (name: string) => void;
}) {
  return (
    <Select aria-label={label} value="" size="small" onChange={(_, { value }) => value !== '' && onInsert(value)}>
      <option value="">{label}</option>
      {names.map((name) => (
        <option key={name} value={name}>
          {name}
        </option>
      ))}
    </Select>
  );
}

function Trial({ expression }: { expression: Expression }) {
  const styles = useStyles();
  const [values, setValues] = useState<ReadonlyMap<string, string>>(new Map());
  const [result, setResult] = useState<string>();
  const names = [...new Set(attributeNames(expression))];
  const run = () => {
    const outcome = compileExpression(expression).evaluate((name) => values.get(name) || null, {
      now: Date.now(),
      random: Math.random,
      defaultDomain: 'contoso.com',
    });
    setResult(resultText(outcome));
  };
  return (
    <details className={styles.trial}>
      <summary>{m.test}</summary>
      <div className={styles.root}>
        {names.map((name) => (
          <Field key={name} label={m.testValue(name)} size="small">
            <Input
              value={values.get(name) ?? ''}
              onChange={(_, { value }) => setValues(new Map([...values, [name, value]]))}
            />
          </Field>
        ))}
        <div>
          <Button size="small" onClick={run}>
            {m.test}
          </Button>
        </div>
        {result !== undefined && (
          <Text role="status" className={styles.text}>
            {m.testResult}: <code>{result}</code>
          </Text>
        )}
      </div>
    </details>
  );
}

function attributeNames(expression: Expression): readonly string[] {
  switch (expression.kind) {
    case 'attribute':
      return [expression.name];
    case 'constant':
      return [];
    case 'comparison':
      return [...attributeNames(expression.left), ...attributeNames(expression.right)];
    case 'function':
      return expression.args.flatMap((argument) => (argument.kind === 'omitted' ? [] : attributeNames(argument)));
  }
}

function resultText(result: EvaluationResult): string {
  switch (result.kind) {
    case 'error':
      return result.message;
    case 'ignore':
      return m.testIgnored;
    case 'select-unique':
      return result.candidates.join(', ');
    case 'value':
      return result.value === null
        ? m.testNull
        : typeof result.value === 'string'
          ? result.value
          : JSON.stringify(result.value);
  }
}

const useStyles = makeStyles({
  root: { display: 'grid', gap: tokens.spacingVerticalS, gridTemplateColumns: 'minmax(0, 1fr)' },
  code: { fontFamily: tokens.fontFamilyMonospace },
  problems: {
    margin: 0,
    paddingLeft: tokens.spacingHorizontalL,
    color: tokens.colorStatusDangerForeground1,
    overflowWrap: 'anywhere',
  },
  marked: {
    margin: 0,
    padding: tokens.spacingHorizontalS,
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
    background: tokens.colorNeutralBackground3,
    borderRadius: tokens.borderRadiusMedium,
  },
  mark: {
    color: 'inherit',
    background: tokens.colorStatusDangerBackground1,
    textDecorationLine: 'underline',
    textDecorationStyle: 'wavy',
    textDecorationColor: tokens.colorStatusDangerForeground1,
  },
  insert: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS },
  trial: { '& > summary': { cursor: 'pointer' } },
  text: { overflowWrap: 'anywhere' },
});
