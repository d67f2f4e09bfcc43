import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createToken, signInTo, startWorkspace, type Half } from './halves.ts';
import { startJoinery, temporaryFolder, until } from './processes.ts';
import { scim, type ScimGroup, type ScimUser } from './provisioning.ts';

// `joinery provision` from CSV files into a running workspace; the steps build on one another.

const stack = new AsyncDisposableStack();
let half: Half;
let folder: string;
let target: ReturnType<typeof scim>;
let tenantUrl: string;

interface Report {
  readonly cycle: string;
  readonly plan: boolean;
  readonly counts: Record<string, unknown>;
  readonly operations: readonly {
    type: string;
    id: string;
    action: string;
    targetId: string | null;
    reason: string;
    changes: readonly { attribute: string; old: unknown; new: unknown }[];
    outcome: string;
    error: { code: string; message: string } | null;
  }[];
  readonly changed?: readonly {
    type: string;
    id: string;
    planned: { action: string } | null;
    now: { action: string } | null;
  }[];
}

const header = 'id,userPrincipalName,givenName,surname,jobTitle,city,accountEnabled,manager';
const row = (number: number, change: Record<string, string> = {}): string =>
  [
    `u${number}`,
    `user${number}@contoso.com`,
    'User',
    String(number),
    change['jobTitle'] ?? 'Consultant',
    'Lund',
    change['accountEnabled'] ?? '',
    number === 1 ? '' : 'u1',
  ].join(',');

async function files(users: readonly string[], groups: readonly string[]): Promise<void> {
  await writeFile(join(folder, 'users.csv'), `\uFEFF${[header, ...users].join('\r\n')}\r\n`);
  await writeFile(join(folder, 'groups.csv'), ['displayName,id,members', ...groups].join('\n'));
}

function command(...more: string[]): string[] {
  return [
    'provision', '--users', join(folder, 'users.csv'), '--groups', join(folder, 'groups.csv'), '--target', tenantUrl,
    '--token-file', join(folder, 'token'), '--state', join(folder, 'state'), '--json', ...more,
  ]; // prettier-ignore
}

async function provision(
  ...more: string[]
): Promise<{ code: number; report: Report | undefined; stderr: string; stdout: string }> {
  await using run = startJoinery(command(...more));
  const code = await run.ended;
  const stdout = run.stdout();
  return { code, stdout, report: stdout === '' ? undefined : (JSON.parse(stdout) as Report), stderr: run.stderr() };
}

const many = (count: number, change: (number: number) => Record<string, string> = () => ({})): string[] =>
  Array.from({ length: count }, (_, index) => row(index + 1, change(index + 1)));

beforeAll(async () => {
  const made = stack.use(await temporaryFolder());
  folder = made.path;
  half = stack.use(await startWorkspace(['--data', join(folder, 'workspace')]));
  const created = await createToken(await signInTo(half.url, '/api/session'), 'csv');
  ({ tenantUrl } = created);
  await writeFile(join(folder, 'token'), `${created.token}\n`);
  target = scim(tenantUrl, created.token);
}, 120_000);

afterAll(() => stack.disposeAsync());

test('a plan on an empty state says what would be created and writes neither target nor state', async () => {
  await files(many(30), ['Consultants,g1,u1;u2;u3']);
  const { code, report, stderr } = await provision('--plan');
  expect(code, stderr).toBe(0);
  expect(report).toMatchObject({
    cycle: 'initial',
    plan: true,
    counts: { objects: { users: 30, groups: 1 }, created: 31, failed: 0 },
  });
  expect(report?.operations.filter((one) => one.action === 'create')).toHaveLength(31);
  expect(await target.all('Users')).toEqual([]);
}, 120_000);

test('a plan that is another one by now is refused whole, and what changed is told: 4', async () => {
  const planned = await provision('--plan');
  const plan = join(folder, 'plan.json');
  await writeFile(plan, planned.stdout);
  await files(
    many(30, (number) => (number === 7 ? { jobTitle: 'Partner' } : {})),
    ['Consultants,g1,u1;u2'],
  );
  const { code, report, stderr } = await provision('--apply-plan', plan);
  expect(code, stderr).toBe(4);
  expect(stderr).toContain('cli.plan_changed');
  expect(report).toMatchObject({ plan: false, operations: [], counts: { created: 0 } });
  const changed = report?.changed?.map((one) => `${one.type} ${one.id} ${one.planned?.action} ${one.now?.action}`);
  expect(changed?.toSorted()).toEqual(['Group g1 create create', 'User u7 create create']);
  expect(await target.all('Users')).toEqual([]);
  await writeFile(plan, '{"plan":false,"operations":[]}');
  const wrong = await provision('--apply-plan', plan);
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain('cli.invalid_plan');
  await files(many(30), ['Consultants,g1,u1;u2;u3']);
}, 240_000);

test('the first run is the initial cycle', async () => {
  const { code, report, stderr, stdout } = await provision();
  expect(code, stderr).toBe(0);
  expect(report).toMatchObject({ cycle: 'initial', plan: false, counts: { created: 31, failed: 0 } });
  expect(await target.all('Users')).toHaveLength(30);
  expect(await target.find<ScimUser>('Users', 'userName eq "user2@contoso.com"')).toMatchObject({
    externalId: 'u2',
    title: 'Consultant',
    active: true,
    addresses: [{ type: 'work', locality: 'Lund' }],
  });
  expect((await target.find<ScimGroup>('Groups', 'displayName eq "Consultants"'))?.members).toHaveLength(3);
  const operation = report?.operations.find((one) => one.id === 'u2');
  expect(operation).toMatchObject({ type: 'User', action: 'create', outcome: 'success', error: null });
  expect(operation?.changes).toEqual(
    expect.arrayContaining([{ attribute: 'userName', old: null, new: 'user2@contoso.com' }]),
  );
  const token = await readFile(join(folder, 'token'), 'utf8');
  expect(stdout + stderr).not.toContain(token.trim());
}, 120_000);

test('later runs are incremental: an unchanged file sends nothing', async () => {
  const { code, report } = await provision();
  expect(code).toBe(0);
  expect(report).toMatchObject({
    cycle: 'incremental',
    counts: { created: 0, updated: 0, disabled: 0, deleted: 0, failed: 0, requests: 0 },
  });
}, 120_000);

test('mover, leaver by flag, leaver by missing row, member in and out', async () => {
  await files(
    many(29, (number) => (number === 2 ? { jobTitle: 'Partner' } : number === 3 ? { accountEnabled: 'false' } : {})),
    ['Consultants,g1,u1;u2;u4'],
  );
  const plan = await provision('--plan');
  expect(plan.report).toMatchObject({ plan: true, counts: { disabled: 2, failed: 0 } });
  expect(await target.find<ScimUser>('Users', 'userName eq "user2@contoso.com"')).toMatchObject({
    title: 'Consultant',
  });

  expect(
    plan.report?.operations.find((one) => one.id === 'g1')?.changes.toSorted((a) => (a.new === null ? -1 : 1)),
  ).toEqual([
    { attribute: 'members', old: 'u3', new: null },
    { attribute: 'members', old: null, new: 'u4' },
  ]);
  await writeFile(join(folder, 'plan.json'), plan.stdout);
  const { code, report, stderr } = await provision('--apply-plan', join(folder, 'plan.json'));
  expect(code, stderr).toBe(0);
  expect(report).toMatchObject({ cycle: 'incremental', counts: { created: 0, disabled: 2, deleted: 0, failed: 0 } });
  expect(await target.find<ScimUser>('Users', 'userName eq "user2@contoso.com"')).toMatchObject({ title: 'Partner' });
  expect(await target.find<ScimUser>('Users', 'userName eq "user3@contoso.com"')).toMatchObject({ active: false });
  expect(await target.find<ScimUser>('Users', 'userName eq "user30@contoso.com"')).toMatchObject({ active: false });
  const members = (await target.find<ScimGroup>('Groups', 'displayName eq "Consultants"'))?.members
    ?.map((member) => member.value)
    .toSorted();
  const ids = await Promise.all(
    ['user1', 'user2', 'user4'].map(
      async (name) => (await target.find<ScimUser>('Users', `userName eq "${name}@contoso.com"`))?.id,
    ),
  );
  expect(members).toEqual(ids.toSorted());
}, 120_000);

test('the deletion guard holds a file that lost most of its rows: 4, and nobody departs', async () => {
  await files(many(3), ['Consultants,g1,u1;u2']);
  const { code, stderr } = await provision();
  expect(code).toBe(4);
  expect(stderr).toContain('TooManyDeletes');
  expect(await target.find<ScimUser>('Users', 'userName eq "user20@contoso.com"')).toMatchObject({ active: true });
}, 120_000);

test('an empty file departs nobody: 4', async () => {
  await files([], []);
  const { code, stderr } = await provision('--allow-deletes');
  expect(code).toBe(4);
  expect(stderr).toContain('import.source_empty');
  expect(await target.find<ScimUser>('Users', 'userName eq "user20@contoso.com"')).toMatchObject({ active: true });
}, 120_000);

test('bad input ends with 2 and names the line', async () => {
  await files([row(1), row(2), row(1)], []);
  const twice = await provision();
  expect(twice.code).toBe(2);
  expect(twice.stderr).toMatch(/users\.csv.*(line )?4/su);
  await writeFile(join(folder, 'users.csv'), 'userPrincipalName\na@b.c\n');
  const missing = await provision();
  expect(missing.code).toBe(2);
  expect(missing.stderr).toContain('csv.missing_column');
}, 120_000);

test('a refused token ends with 3', async () => {
  await files(many(29), ['Consultants,g1,u1;u2;u4']);
  const right = await readFile(join(folder, 'token'), 'utf8');
  await writeFile(join(folder, 'token'), 'wrong');
  await writeFile(
    join(folder, 'users.csv'),
    `${[header, ...many(29, (number) => (number === 5 ? { jobTitle: 'Partner' } : {}))].join('\n')}\n`,
  );
  const { code, stderr } = await provision();
  expect(code, stderr).toBe(3);
  expect(stderr).toContain('401');
  await writeFile(join(folder, 'token'), right);
  const again = await provision();
  expect(again.code, again.stderr).toBe(0);
  expect(await target.find<ScimUser>('Users', 'userName eq "user5@contoso.com"')).toMatchObject({ title: 'Partner' });
}, 120_000);

test('a run that is killed in the middle is completed by the same command, nobody twice', async () => {
  await files(many(600), ['Consultants,g1,u1;u2;u4']);
  await using killed = startJoinery(command());
  await until('some of the new users', async () => ((await target.all('Users')).length > 60 ? true : undefined));
  await killed.kill9();
  const { code, report, stderr } = await provision();
  expect(code, stderr).toBe(0);
  expect(report?.counts).toMatchObject({ failed: 0 });
  const users = await target.all<ScimUser>('Users');
  expect(users).toHaveLength(600);
  expect(new Set(users.map((user) => user.userName)).size).toBe(600);
}, 240_000);

test('a plan whose application is killed in the middle is completed by the same command', async () => {
  await files(
    many(800, () => ({ jobTitle: 'Partner' })),
    ['Consultants,g1,u1;u2;u4'],
  );
  const plan = await provision('--plan');
  expect(plan.report?.counts).toMatchObject({ created: 200, updated: 600 });
  await writeFile(join(folder, 'plan.json'), plan.stdout);
  const apply = ['--apply-plan', join(folder, 'plan.json')];
  await using killed = startJoinery(command(...apply));
  await until('some of the new users', async () => ((await target.all('Users')).length > 620 ? true : undefined));
  await killed.kill9();
  const { code, report, stderr } = await provision(...apply);
  expect(code, stderr).toBe(0);
  expect(report?.changed).toBeUndefined();
  const users = await target.all<ScimUser>('Users');
  expect(users).toHaveLength(800);
  expect(users.filter((user) => user.title !== 'Partner')).toEqual([]);
}, 240_000);
