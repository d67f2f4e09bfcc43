import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startJoinery, temporaryFolder } from '../../e2e/processes.ts';
import { firstPopulation, steps, writeFiles } from './people.ts';
import { readBack } from './read-back.ts';

export interface Server {
  readonly tenantUrl: string;
  readonly token: string;
}

/** A request profile with the form of PATCH that it sends. */
export interface Form {
  readonly name: string;
  readonly profile: 'entra' | 'efficient';
  /** Query part of the Tenant URL. */
  readonly flag: string;
}

export const forms: readonly Form[] = [
  { name: 'efficient, RFC 7644', profile: 'efficient', flag: '' },
  { name: 'entra', profile: 'entra', flag: '' },
  { name: 'entra with aadOptscim062020', profile: 'entra', flag: '?aadOptscim062020' },
];

export interface StepResult {
  readonly step: string;
  /** `said`: not right, and this run or an earlier one said so; `silent`: not right, and nothing was said. */
  readonly result: 'right' | 'said' | 'silent';
  /** What stands otherwise in the server, a sentence once with how often. */
  readonly wrong: readonly string[];
  /** What the run itself said, likewise. */
  readonly said: readonly string[];
  readonly requests: number;
}

interface Report {
  readonly counts: { readonly requests: number };
  readonly operations: readonly {
    readonly outcome: string;
    readonly error: { readonly code: string; readonly message: string } | null;
  }[];
}

/** All steps against one server in one form, each an own run of `joinery provision`, read back after each. */
export async function runServer(
  server: Server,
  form: Form,
  onStep: (result: StepResult) => void,
): Promise<readonly StepResult[]> {
  await using folder = await temporaryFolder();
  await writeFile(join(folder.path, 'token'), server.token);
  const results: StepResult[] = [];
  let population = firstPopulation();
  const known = new Set<string>();
  for (const step of steps) {
    population = step.change(population);
    await writeFiles(folder.path, population);
    const { said, requests } = await provision(folder.path, server, form, step.flags ?? []);
    const found = (await readBack(server, population, form.profile)).filter(({ kind }) => step.about.includes(kind));
    const wrong = countSame(found.map(({ text }) => text));
    if (said.length > 0) for (const sentence of wrong) known.add(withoutCount(sentence));
    const isKnown = wrong.every((sentence) => known.has(withoutCount(sentence)));
    const result = wrong.length === 0 ? 'right' : isKnown ? 'said' : 'silent';
    const one = { step: step.name, result, wrong, said, requests } as const;
    results.push(one);
    onStep(one);
  }
  return results;
}

async function provision(
  folder: string,
  server: Server,
  form: Form,
  flags: readonly string[],
): Promise<{ said: readonly string[]; requests: number }> {
  await using run = startJoinery([
    'provision', '--users', join(folder, 'users.csv'), '--groups', join(folder, 'groups.csv'), '--target', server.tenantUrl + form.flag,
    '--token-file', join(folder, 'token'), '--state', join(folder, 'state'), '--profile', form.profile, '--json', ...flags,
  ]); // prettier-ignore
  await run.ended;
  const report = run.stdout() === '' ? undefined : (JSON.parse(run.stdout()) as Report);
  const errors = (report?.operations ?? []).flatMap(({ error }) =>
    error === null ? [] : [`${error.code}: ${error.message}`],
  );
  const lines = run
    .stderr()
    .split('\n')
    .filter((line) => line.startsWith('joinery: '));
  return { said: countSame([...errors, ...lines]), requests: report?.counts.requests ?? 0 };
}

const withoutCount = (sentence: string): string => sentence.replace(/ \(\d+ times\)$/, '');

/** Sentences that differ in ids, numbers and names only are one. */
function countSame(sentences: readonly string[]): readonly string[] {
  const shape = (text: string) =>
    text.replace(/[0-9a-f]{8}-[0-9a-f-]{27}|\b[A-Za-z0-9]{24,}\b/g, '…').replace(/\b(user|Group )\d+/g, '$1N');
  const counts = new Map<string, number>();
  for (const sentence of sentences) counts.set(shape(sentence), (counts.get(shape(sentence)) ?? 0) + 1);
  return [...counts].map(([sentence, count]) => (count === 1 ? sentence : `${sentence} (${count} times)`));
}
