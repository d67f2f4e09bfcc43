import { functions, type FunctionDefinition, type FunctionExample } from '@joinery/expressions';
import { code, fenced, heading, sections, table, type Page } from './page.ts';

/** The mapping language and its functions, from their definitions; a test runs every example. */
export const expressionsPage: Page = {
  path: 'docs/reference/expressions.md',
  print: () =>
    sections(
      heading('Expressions'),
      introduction,
      '## Functions by family',
      table(
        ['Family', 'Functions'],
        families().map(([family, names]) => [
          family,
          names.map((name) => `[${name}](#${name.toLowerCase()})`).join(', '),
        ]),
      ),
      '## Functions',
      functions.map(printFunction),
    ),
};

const introduction = `An expression makes the value of a target attribute from the attributes of the source object. It is Microsoft Entra's
mapping language: an expression that works there gives the same here.

${fenced('text', 'ToLower(Join("@", NormalizeDiacritics(StripSpaces(Join(".", [givenName], [surname]))), "contoso.com"))')}
Try one with \`./joinery expression 'Append([a], "x")' --input '{"a":"1"}'\`, or in the console beside the mapping.

## The language
- An attribute stands in square brackets, \`[givenName]\`; a text in double quotes, \`"text"\`. In a text, a backslash stands
  before a backslash or a double quote: the regular expression \`\\d+\` is written \`"\\\\d+"\`.
- Numbers may be written without quotes (\`3\`, \`-10\`), hexadecimal ones as \`&HF7\`.
- An optional argument may be left empty, \`Replace([a], "x", , , "", , )\`; empty ones at the end may be left out.
- Names of functions are accepted in any letter case. Names of attributes and comparisons of texts are case-sensitive.
- There is no arithmetic and no AND or OR: join texts with \`Join\`, nest \`IIF\` in the true value for AND and in the false
  value for OR.
- Comparisons (\`=\`, \`<>\`, \`>\`, \`>=\`, \`<\`, \`<=\`) stand in the condition of \`IIF\`, in \`CBool\` and in \`Not\`. Null counts as an
  empty text. Date-times compare as such when one side is one; numbers compare as numbers when one side is written or
  computed as a number, and for the ordering operators also when both texts are numbers.
- Booleans are the texts \`"True"\` and \`"False"\`. A date-time flows as \`M/d/yyyy h:mm:ss tt\` in UTC.
- Null is an absent attribute; an empty text is another value, unless a function says otherwise.
- One value is expected where a function works on a text; an attribute with several fails there with
  \`expression.type_mismatch\`, an attribute with one is that one.

Regular expressions are .NET's, but run in time linear in the text. What cannot is refused when the mapping is saved:
look-around, back-references, atomic and balancing groups, conditionals, class subtraction, \`\\G\`, repetitions above 1000.

An expression has at most 10,000 characters and 200 nested calls; a text that it makes has at most 1,000,000 characters,
and a regular expression is applied to at most 100,000, fewer when its quantifiers make it a large one.`;

function families(): readonly (readonly [string, readonly string[]])[] {
  const byFamily = Map.groupBy(functions, ({ family }) => family);
  return [...byFamily].map(([family, members]) => [family, members.map(({ name }) => name)] as const).toSorted(([a], [b]) => (a < b ? -1 : 1)); // prettier-ignore
}

function printFunction(definition: FunctionDefinition): string {
  const { name, description, nulls, errors, returns, example, moreExamples = [] } = definition;
  return sections(
    `### ${name}`,
    code(signature(definition)),
    description,
    [
      `- Result: ${resultNames[returns]}.`,
      `- Null: ${nulls}`,
      ...(errors.length === 0 ? [] : ['- Errors:', ...errors.map((error) => `  - ${printError(error)}`)]),
    ].join('\n'),
    table(['Example', 'Attributes', 'Result'], [example, ...moreExamples].map(printExample)),
  );
}

const resultNames: Readonly<Record<FunctionDefinition['returns'], string>> = {
  String: 'a text',
  Integer: 'a whole number, as text',
  Boolean: '`True` or `False`',
  DateTime: 'a date-time',
  Values: 'several values',
  Roles: 'complex roles',
  Anything: 'what the chosen argument is',
};

function signature({ name, parameters }: FunctionDefinition): string {
  const slots = parameters.map((parameter) => {
    const label = parameter.documentedName ?? parameter.name;
    const named = parameter.allowMultipleOccurrences ? `${label}, …` : label;
    return parameter.required ? named : `[${named}]`;
  });
  return `${name}(${slots.join(', ')})`;
}

function printError(error: string): string {
  const [errorCode = '', ...rest] = error.split(': ');
  return `${code(errorCode)}: ${rest.join(': ')}`;
}

function printExample({ expression, input, result, sample }: FunctionExample): readonly string[] {
  const attributes = Object.entries(input).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
  const shown = result === undefined ? `for example ${code(sample ?? '')}` : code(JSON.stringify(result));
  return [code(expression), attributes.map(code).join(', '), shown];
}
