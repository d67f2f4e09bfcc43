import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock, importSource } from '@joinery/admin-center';
import { brandId, type JobId } from '@joinery/base';
import { createCsvSource } from '@joinery/connector-csv';
import { defaultJobSettings, getGalleryTemplate, runCycle, type EnginePorts } from '@joinery/provisioning';
import { createCenterStore, type CenterStore } from '@joinery/store/center';
import { createCenterDatabase, createModelTarget, type ModelTarget, type TestDatabase } from '@joinery/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';

// From the file to the application: what a broken source does to accounts.

let folder: string;
let database: TestDatabase;
let store: CenterStore;
let target: ModelTarget;
let ports: EnginePorts;
let jobId: JobId;

const header = 'id,userPrincipalName,displayName,jobTitle';
const row = (number: number): string => `u${number},user${number}@contoso.example,User ${number},Consultant`;
const rows = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => row(index + 1));
const file = (lines: readonly string[]): string => `${[header, ...lines].join('\n')}\n`;

async function importText(text: string) {
  const users = join(folder, 'users.csv');
  await writeFile(users, text);
  const source = createCsvSource({ users });
  try {
    return await importSource(source, store.imports, { source: 'hr' });
  } finally {
    await source.close();
  }
}

const activeAccounts = (): number =>
  [...target.objects.values()].filter((account) => account.values.get('active') === true).length;
const cycle = () => runCycle(ports, jobId);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'joinery-short-'));
  database = await createCenterDatabase();
  store = createCenterStore(database, { clock: systemClock, newId: randomUUID, secretKey: new Uint8Array(32) });
  target = createModelTarget();
  const { schema } = getGalleryTemplate('cinode')!;
  const application = await store.applications.create({ displayName: 'Cinode', applicationTemplateId: undefined, appRoles: [] }); // prettier-ignore
  jobId = brandId<JobId>(`cinode.${randomUUID()}`);
  const { servicePrincipalId } = application;
  const settings = { ...defaultJobSettings, scope: 'all' as const };
  await store.jobs.create({ id: jobId, servicePrincipalId, templateId: 'cinode', settings, schema });
  ports = {
    ...store,
    directory: store.reader,
    targets: { create: async () => target.target },
    clock: systemClock,
    random: Math.random,
    newId: randomUUID,
    defaultDomain: 'contoso.example',
  };
  await importText(file(rows(30)));
  await cycle();
  expect(activeAccounts()).toBe(30);
});

afterEach(async () => {
  await database[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

test('an empty file departs nobody', async () => {
  const { guards } = await importText(file([]));
  expect(guards).toMatchObject([{ code: 'import.source_empty', kind: 'user', held: 30 }]);
  expect((await cycle()).counts).toMatchObject({ disabled: 0, deleted: 0 });
  expect(activeAccounts()).toBe(30);
});

test('a file that is cut off inside a row is refused, and departs nobody', async () => {
  const whole = file(rows(30));
  const end = whole.indexOf(`\n${row(20)}`) + 1;
  // Anywhere in the row before its last field.
  for (let cut = end + 1; cut <= end + row(20).lastIndexOf(','); cut += 4) {
    await expect(importText(whole.slice(0, cut))).rejects.toMatchObject({ code: 'csv.field_count' });
  }
  expect((await cycle()).counts).toMatchObject({ disabled: 0, deleted: 0 });
  expect(activeAccounts()).toBe(30);
});

test('a file that lost most of its rows departs nobody: the deletion guard holds them until the rows are back', async () => {
  await importText(file(rows(3)));
  const held = await cycle();
  expect(held.counts).toMatchObject({ disabled: 0, deleted: 0 });
  expect((await store.jobs.get(jobId))?.quarantine?.reason).toBe('TooManyDeletes');
  expect(activeAccounts()).toBe(30);
  await importText(file(rows(30)));
  await cycle();
  expect((await store.jobs.get(jobId))?.quarantine).toBeUndefined();
  expect(activeAccounts()).toBe(30);
});
