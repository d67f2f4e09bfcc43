import {
  checkScopingFilter,
  filterOperators,
  type FilterOperatorDefinition,
  type OperandKind,
} from '@joinery/expressions';
import { code, fenced, heading, sections, table, type Page } from './page.ts';

/** Scoping filters and their operators, from their definitions; a test runs every example. */
export const scopingFiltersPage: Page = {
  path: 'docs/reference/scoping-filters.md',
  print() {
    const problems = checkScopingFilter(sample);
    if (problems.length > 0) throw new Error(`the sample filter is wrong: ${JSON.stringify(problems)}`);
    return sections(
      heading('Scoping filters'),
      introduction,
      '## Operators',
      'Names are read in any letter case, with blanks, underscores or nothing between their words. With several values, an operator passes when any of them does, or all must, as the column says, unless the clause says otherwise.',
      table(
        ['Operator', 'Operand', 'True when', 'Several values', 'In Entra'],
        filterOperators.map((operator) => [
          code(operator.name),
          operandNames[operator.operand],
          operator.description,
          operator.multiValued === 'every' ? 'All' : 'Any',
          operator.isInReference ? 'yes' : 'no',
        ]),
      ),
      table(['Operator', 'Operand', 'Value', 'Outcome'], filterOperators.map(printExample)),
    );
  },
};

const operandNames: Readonly<Record<OperandKind, string>> = {
  text: 'one text',
  texts: 'one text or more',
  integer: 'a whole number from 0',
  regex: 'a regular expression',
  date: 'a date-time, or one relative to now',
  none: 'none',
};

function printExample({ name, example }: FilterOperatorDefinition): readonly string[] {
  const { operands, value, now, passed } = example;
  const at = now === undefined ? '' : ` at ${code(now)}`;
  return [code(name), operands.map(code).join(', '), code(JSON.stringify(value)), `${passed}${at}`];
}

const sample = {
  groups: [
    {
      name: 'Field staff who start soon',
      clauses: [
        { sourceOperandName: 'department', operatorName: 'EQUALS', targetOperand: { values: ['Sales'] } },
        { sourceOperandName: 'employeeHireDate', operatorName: 'BEFORE', targetOperand: { values: ['NOW+14d'] } },
        {
          sourceOperandName: 'userType',
          operatorName: 'NOT EQUALS',
          targetOperand: { values: ['Guest'] },
          nullMatches: true,
        },
      ],
    },
    {
      name: 'Pilot',
      clauses: [
        {
          sourceOperandName: 'transitiveMemberOf.displayName',
          operatorName: 'IN',
          targetOperand: { values: ['Pilot users', 'IT'] },
        },
      ],
    },
  ],
};

const introduction = `A scoping filter decides which users and groups an object mapping provisions. Its groups are OR-ed, the clauses of one
group AND-ed; without groups every object passes. An object that stops passing leaves scope and is deprovisioned. The form is
Graph's \`filter\`, the \`scope\` of an object mapping, so filters exported from Microsoft Entra import as they are. What
Graph calls experimental, \`inputFilterGroups\` and \`categoryFilterGroups\` with content, and the operator \`IsMemberOf\`,
which Entra does not evaluate either, are refused with what to write instead.

${fenced('json', JSON.stringify(sample, null, 2))}
Try one with \`./joinery scope @filter.json --input @user.json\`: it prints the outcome, and each clause with the value it saw.
The user is an object of attributes by the names below, such as \`{"department":"IT","memberOf.displayName":["Pilot users"]}\`.

## Clauses
${table(
  ['Member', 'Meaning'],
  [
    [code('sourceOperandName'), 'The attribute; below.'],
    [code('operatorName'), 'The operator; below.'],
    [code('targetOperand.values'), 'The operand, always as texts. Operators without an operand ignore it.'],
    [
      code('nullMatches'),
      'What the clause answers when there is no value or an empty one. Without it `false`, as in Entra: `department NOT EQUALS Sales` then leaves out users without a department; with `true` it takes them in. `IS NULL` and `IS NOT NULL` do not take it. Not in Entra.',
    ],
    [
      code('multivaluedComparisonType'),
      '`Any` or `All`: whether one of several values has to pass, or every one. Without it as the operator has it. Empty values do not count. Not in Entra.',
    ],
  ],
)}
## Attributes
${table(
  ['Name', 'Value'],
  [
    [code('department'), 'An attribute of the object, by the name that mappings use; `userType` too.'],
    [
      code('appRoleAssignments'),
      'The names of the assigned app roles; only where assigned users and groups are provisioned, not all.',
    ],
    [code('manager'), "The manager's object id."],
    [code('manager.department'), 'An attribute of the manager, any that users have.'],
    [
      `${code('memberOf')}, ${code('memberOf.displayName')}`,
      'The object ids, or the names, of the groups that hold the object directly.',
    ],
    [
      `${code('transitiveMemberOf')}, ${code('transitiveMemberOf.displayName')}`,
      'The same, and the groups that hold those groups.',
    ],
  ],
)}
Groups and managers in the recycle bin are not there, nor is what is nested through such a group. When a group is renamed,
deleted or restored, when a membership changes at any level, or a manager or an attribute of a manager does, the next cycle
evaluates everybody whom it concerns: the members of the group, those below it for \`transitiveMemberOf\`, the direct reports.

## Dates
\`BEFORE\` and \`AFTER\` compare instants. The operand is a date-time in any form that \`CDate\` reads, or \`NOW\`, \`NOW+14d\`,
\`NOW-30d\`: so many days of 24 hours from the time of evaluation. A date alone is its midnight in UTC; a value that is no
date-time does not pass. An object may pass or stop passing such a clause without being changed: the job notes when that will
be and is due then, though not sooner than a minute after its last cycle.`;
