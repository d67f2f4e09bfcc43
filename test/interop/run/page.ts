import { groupCount, membersPerGroup, userCount } from './people.ts';
import type { StepResult } from './run-server.ts';

export interface ServerResults {
  /** Name and version, as on npm. */
  readonly server: string;
  readonly form: string;
  readonly steps: readonly StepResult[];
}

const words = { right: 'right', said: 'not right, said', silent: '**not right, not said**' } as const;

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');

/** docs/reference/interop.md: one table per server, then what was said and what stands otherwise. */
export function interopPage(all: readonly ServerResults[]): string {
  const servers = [...new Set(all.map(({ server }) => server))];
  return [
    '# Interoperability',
    '',
    '<!-- Written by `npm run interop`. -->',
    '',
    `\`npm run interop\` provisions ${userCount} users and ${groupCount} groups of ${membersPerGroup} members into SCIM servers of others, with the`,
    'attribute mappings of the Cinode template, in each form of request: each step is a run of `joinery provision`, after which',
    'all users and groups are read back by plain SCIM requests and compared. `right`: what the step is about stands as it should.',
    '`not right, said`: the server could not do it, and that run or an earlier one said so, in the words below.',
    'The servers are the packages of npm as their documentation sets them up, with storage in memory.',
    '',
    ...servers.flatMap((server) => serverPart(server, all.filter((one) => one.server === server))),
  ].join('\n'); // prettier-ignore
}

function serverPart(server: string, results: readonly ServerResults[]): readonly string[] {
  const [first] = results;
  const rows = (first?.steps ?? []).map(({ step }) => {
    const cells = results.map(({ steps }) => {
      const found = steps.find((one) => one.step === step);
      return found === undefined ? '' : words[found.result];
    });
    return `| ${[step, ...cells].join(' | ')} |`;
  });
  return [
    `## ${server}`,
    '',
    `| Step | ${results.map(({ form }) => form).join(' | ')} |`,
    `| --- | ${results.map(() => '---').join(' | ')} |`,
    ...rows,
    '',
    ...results.flatMap(wordsPart),
  ];
}

function wordsPart({ form, steps }: ServerResults): readonly string[] {
  const told = steps.filter(({ said, wrong }) => said.length + wrong.length > 0);
  if (told.length === 0) return [];
  const known = new Set<string>();
  const isNew = (line: string): boolean => !known.has(line) && known.add(line) !== undefined;
  const lines = told.flatMap(({ step, said, wrong }) => [
    ...said.map((text) => `- ${step}: ${cell(text)}`).filter(isNew),
    ...(wrong.length === 0 ? [] : [`- ${step}, in the server: ${cell(wrong.join('; '))}`]),
  ]);
  return [`In the form *${form}*:`, '', ...lines, ''];
}
