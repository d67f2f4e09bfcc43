/** An admin center's store for benchmarks: application, job, and a directory of any size written by set-based statements. */
import { randomUUID } from 'node:crypto';
import { brandId, type JobId } from '@joinery/base';
import { createTargetFactory, systemClock } from '@joinery/admin-center';
import { defaultJobSettings, getGalleryTemplate, type EnginePorts, type JobSettings } from '@joinery/provisioning';
import { connectDatabase, sessionSettings, type Database } from '@joinery/store';
import { createCenterStore, type CenterStore } from '@joinery/store/center';
import { eachChunk } from '../lib/concurrency.ts';

export interface BenchCenter {
  readonly database: Database;
  readonly store: CenterStore;
  readonly ports: EnginePorts;
}

export interface TargetAddress {
  readonly tenantUrl: string;
  readonly token: string;
}

export function openCenter(databaseUrl: string, target: TargetAddress): BenchCenter {
  const database = connectDatabase(databaseUrl, { settings: sessionSettings.center });
  const store = createCenterStore(database, { secretKey: new Uint8Array(32), clock: systemClock, newId: randomUUID });
  const targets = createTargetFactory({
    allowedTargets: [new URL(target.tenantUrl).host],
    clock: systemClock,
    random: Math.random,
  });
  const secrets = new Map([
    ['BaseAddress', target.tenantUrl],
    ['SecretToken', target.token],
  ]);
  const ports: EnginePorts = {
    jobs: store.jobs,
    cycles: store.cycles,
    links: store.links,
    previews: store.previews,
    directory: store.reader,
    feed: store.feed,
    targets: { create: (job) => targets.create(job, secrets) },
    clock: systemClock,
    random: Math.random,
    newId: randomUUID,
    defaultDomain: 'contoso.com',
  };
  return { database, store, ports };
}

/** A job with the Cinode mapping that provisions everybody. */
export async function createJob({ store }: BenchCenter, settings: Partial<JobSettings>): Promise<JobId> {
  const template = getGalleryTemplate('cinode');
  if (template === undefined) throw new Error('the gallery has no template cinode');
  const application = await store.applications.create({
    displayName: 'Cinode',
    applicationTemplateId: template.id,
    appRoles: [],
  });
  const { servicePrincipalId } = application;
  const job = await store.jobs.create({
    id: brandId<JobId>(`cinode.${servicePrincipalId.replaceAll('-', '')}.${randomUUID()}`),
    servicePrincipalId,
    templateId: template.templateId,
    settings: { ...defaultJobSettings, scope: 'all', onChange: false, ...settings },
    schema: template.schema,
  });
  return job.id;
}

const number = `lpad(g.n::text, 8, '0')`;
const idOf = (letter: string): string => `('${letter}0000000-0000-4000-8000-' || lpad(to_hex(g.n), 12, '0'))::uuid`;
export const userId = (n: number): string => `b0000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;

/** Users `from` … `to`, and groups of `groupSize` of them each. They are not in the change feed: an initial cycle finds them. */
export async function fillDirectory(
  database: Database,
  size: { readonly from?: number; readonly to: number; readonly groups?: number; readonly groupSize?: number },
): Promise<void> {
  const { from = 1, to, groups = 0, groupSize = 0 } = size;
  const run = async (text: string): Promise<void> => void (await database.query({ text }));
  await eachChunk(from, to, (chunk) =>
    run(`insert into directory_user (id, user_principal_name, account_enabled, created_at, attributes)
    select ${idOf('b')}, 'zoe.' || ${number} || '@contoso.com', true, timestamptz '2026-01-01T00:00:00Z' + g.n * interval '1 millisecond',
      jsonb_build_object('displayName', 'Zoë Müller ' || ${number}, 'givenName', 'Zoë ' || ${number}, 'surname', 'Müller',
        'mail', 'zoe.' || ${number} || '@contoso.com', 'mailNickname', 'zoe.' || ${number}, 'jobTitle', 'Engineer ' || ${number}, 'city', 'Lund',
        'department', 'Sales', 'country', 'SE')
    from generate_series(${chunk.from}, ${chunk.to}) g (n)`),
  );
  if (groups > 0) {
    await run(`insert into directory_group (id, display_name, security_enabled, created_at, attributes)
      select ${idOf('c')}, 'Group ' || ${number}, true, timestamptz '2026-01-01T00:00:00Z', '{}'
      from generate_series(1, ${groups}) g (n)`);
    await run(`insert into group_member (group_id, member_id, member_kind)
      select ${idOf('c')}, ('b0000000-0000-4000-8000-' || lpad(to_hex((g.n - 1) * ${groupSize} + m.n), 12, '0'))::uuid, 'user'
      from generate_series(1, ${groups}) g (n) cross join generate_series(1, ${groupSize}) m (n)`);
  }
  await run('analyze');
}

/** Changes the title of users, each with its entry in the change feed, in one transaction. */
export async function changeTitles(database: Database, numbers: readonly number[], title: string): Promise<void> {
  const ids = numbers.map(userId);
  await database.transaction(async (session) => {
    await session.query({
      text: `update directory_user set attributes = attributes || jsonb_build_object('jobTitle', $2::text) where id = any($1::uuid[])`,
      values: [ids, title],
    });
    await session.query({
      text: `select append_directory_changes(now(), 'user', 'updated', $1::uuid[])`,
      values: [ids],
    });
  });
}

/** Links users 2 … `to` as the link of user 1 is, as if an initial cycle had provisioned them. */
export async function pretendProvisioned(database: Database, to: number): Promise<void> {
  await eachChunk(2, to, async (chunk) => {
    await database.query({
      text: `insert into provisioning_link (job_key, source_id, kind, target_id, display_name, state, snapshot)
      select l.job_key, ${idOf('b')}, 'user', 'filled-' || g.n, 'Zoë Müller ' || ${number}, 'active',
        replace(replace(l.snapshot::text, '00000001', ${number}), '${userId(1)}', ${idOf('b')}::text)::jsonb
      from provisioning_link l cross join generate_series(${chunk.from}, ${chunk.to}) g (n)
      where l.source_id = '${userId(1)}'`,
    });
  });
  await database.query({ text: 'analyze' });
}
