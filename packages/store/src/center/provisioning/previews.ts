import { brandId, JoineryError, type CycleId, type Json, type JobId, type ObjectId } from '@joinery/base';
import type {
  Preview,
  PreviewApplication,
  PreviewCount,
  PreviewOperation,
  PreviewOperationFilter,
  PreviewStore,
  SchemaAuthor,
} from '@joinery/provisioning/ports';
import type { Session } from '../../database.ts';
import { isUuid } from '../administration/values.ts';
import { jobChannel, jobNotFound, now, type StoreContext } from './context.ts';
import { copyIdOf, createPreviewCopies } from './preview-copy.ts';
import { createPreviewPlans } from './preview-plan.ts';
import { endRunningCycle } from './jobs.ts';
import { lifetimeDays } from './retention.ts';

const keptMax = 10;
const dayMs = 86_400_000;

interface PreviewRow {
  readonly id: string;
  readonly job_id: string;
  readonly state: Preview['state'];
  readonly kind: Preview['kind'] | null;
  readonly requested_by: SchemaAuthor | null;
  readonly created_at: Date;
  readonly ended_at: Date | null;
  readonly pages_done: number;
  readonly pages_total: number;
  readonly requests: bigint;
  readonly summary: readonly PreviewCount[] | null;
  readonly departures: number | null;
  readonly linked: number | null;
  readonly guard_trips: boolean | null;
  readonly error_code: string | null;
  readonly error_message: string | null;
  readonly apply_requested_at: Date | null;
  readonly apply_requested_by: SchemaAuthor | null;
  readonly apply_allows_deletes: boolean;
  readonly apply_cycle_id: string | null;
  readonly apply_summary: PreviewApplication['counts'] | null;
  readonly apply_state: string | null;
  readonly apply_pages_done: number | null;
  readonly apply_pages_total: number | null;
  readonly apply_error_code: string | null;
  readonly apply_error_message: string | null;
}

/** While it runs, its pages are those of the copy's cycle. */
const previews = `
  select p.id, j.id as job_id, p.state, coalesce(p.kind, r.kind) as kind, p.requested_by, p.created_at, p.ended_at,
    coalesce(r.pages_done, p.pages_done) as pages_done, coalesce(r.pages_total, p.pages_total) as pages_total,
    case when r.id is null then p.requests else r.requests end as requests, p.summary, p.departures, p.linked,
    p.guard_trips, p.error_code, p.error_message, p.apply_requested_at, p.apply_requested_by, p.apply_allows_deletes,
    p.apply_cycle_id, p.apply_summary, a.state as apply_state, a.pages_done as apply_pages_done,
    a.pages_total as apply_pages_total, a.error_code as apply_error_code, a.error_message as apply_error_message
  from provisioning_preview p join provisioning_job j on j.key = p.job_key
  left join provisioning_job copy on copy.preview_id = p.id
  left join provisioning_cycle r on r.job_key = copy.key and r.state = 'running' and p.state = 'running'
  left join provisioning_cycle a on a.id = p.apply_cycle_id`;

function applicationOf(row: PreviewRow): PreviewApplication | undefined {
  if (row.apply_requested_at === null) return undefined;
  const ended = row.apply_state === null || row.apply_state === 'failed' ? 'failed' : 'succeeded';
  return {
    requested: row.apply_requested_at,
    requestedBy: row.apply_requested_by ?? undefined,
    allowsDeletes: row.apply_allows_deletes,
    state: row.apply_cycle_id === null ? 'requested' : row.apply_state === 'running' ? 'running' : ended,
    cycleId: row.apply_cycle_id === null ? undefined : brandId<CycleId>(row.apply_cycle_id),
    pages: { done: row.apply_pages_done ?? 0, total: row.apply_pages_total ?? 0 },
    counts: row.apply_summary ?? {},
    error:
      row.apply_error_code === null
        ? undefined
        : { code: row.apply_error_code, message: row.apply_error_message ?? '' },
  };
}

function toPreview(row: PreviewRow): Preview {
  return {
    id: row.id,
    jobId: brandId<JobId>(row.job_id),
    copyId: copyIdOf(row.id),
    state: row.state,
    kind: row.kind ?? undefined,
    requestedBy: row.requested_by ?? undefined,
    created: row.created_at,
    ended: row.ended_at ?? undefined,
    expires: new Date(row.created_at.getTime() + lifetimeDays.preview * dayMs),
    pages: { done: row.pages_done, total: row.pages_total },
    requests: Number(row.requests),
    counts: row.summary ?? [],
    deletionGuard:
      row.guard_trips === null
        ? undefined
        : { departures: row.departures ?? 0, linked: row.linked ?? 0, trips: row.guard_trips },
    error: row.error_code === null ? undefined : { code: row.error_code, message: row.error_message ?? '' },
    application: applicationOf(row),
  };
}

async function readPreview(session: Session, id: string): Promise<Preview | undefined> {
  if (!isUuid(id)) return undefined;
  const [row] = await session.query<PreviewRow>({ text: `${previews} where p.id = $1`, values: [id] });
  return row && toPreview(row);
}

function refuse(code: string, message: string, retry: 'later' | 'never' = 'later'): never {
  throw new JoineryError({ code, message, retry });
}

async function getPreview(session: Session, id: string): Promise<Preview> {
  const preview = await readPreview(session, id);
  if (preview !== undefined) return preview;
  throw new JoineryError({ code: 'provisioning.not_found', message: `There is no preview with the id ${id}.` });
}

/** The oldest go, apart from one that is being applied. */
const dropOldest = `
  delete from provisioning_preview p using (
    select p.id from provisioning_preview p left join provisioning_cycle a on a.id = p.apply_cycle_id
    where p.job_key = $1 and p.state in ('succeeded', 'failed')
      and (p.apply_requested_at is null or (p.apply_cycle_id is not null and a.state is distinct from 'running'))
    order by p.created_at desc, p.id offset ${keptMax - 1}) old
  where p.id = old.id`;

async function request(context: StoreContext, jobId: JobId, by: SchemaAuthor | undefined): Promise<Preview> {
  return context.database.transaction(async (session) => {
    const [job] = await session.query<{ key: number }>({
      text: 'select key from provisioning_job where id = $1 and preview_id is null for no key update',
      values: [jobId],
    });
    if (job === undefined) throw jobNotFound(jobId);
    const open = await session.query({
      text: `select 1 from provisioning_preview where job_key = $1 and state in ('notStarted', 'running')`,
      values: [job.key],
    });
    if (open.length > 0) {
      refuse('provisioning.preview_running', 'A preview of this job is being made; wait for its end or delete it.');
    }
    await session.query({ text: dropOldest, values: [job.key] });
    const id = context.newId();
    await session.query({
      text: `with made as (
          insert into provisioning_preview (id, job_key, requested_by, created_at) values ($1, $2, $3::jsonb, $4))
        insert into provisioning_job (id, service_principal_id, template_id, settings, created_at, preview_id)
        select $5, service_principal_id, template_id, settings, $4, $1 from provisioning_job where key = $2`,
      values: [id, job.key, by === undefined ? null : JSON.stringify(by), now(context), copyIdOf(id)],
    });
    await session.query({ text: `select pg_notify('${jobChannel}', $1)`, values: [copyIdOf(id)] });
    return getPreview(session, id);
  });
}

async function requestApply(
  context: StoreContext,
  id: string,
  { by, allowsDeletes }: Parameters<PreviewStore['requestApply']>[1],
): Promise<Preview> {
  return context.database.transaction(async (session) => {
    const preview = await getPreview(session, id);
    if (preview.state !== 'succeeded') {
      refuse('provisioning.preview_not_ready', 'Only a preview that has come to its end can be applied.');
    }
    const rows = await session.query({
      text: `update provisioning_preview set apply_requested_at = $2, apply_requested_by = $3::jsonb,
          apply_allows_deletes = $4 where id = $1 and apply_requested_at is null returning 1`,
      values: [id, now(context), by === undefined ? null : JSON.stringify(by), allowsDeletes],
    });
    if (rows.length === 0) {
      refuse('provisioning.preview_applied', 'This preview was applied already; make a new one.', 'never');
    }
    await session.query({ text: `select pg_notify('${jobChannel}', $1)`, values: [preview.jobId] });
    return getPreview(session, id);
  });
}

async function remove(context: StoreContext, id: string): Promise<void> {
  const preview = await getPreview(context.database, id);
  if (preview.application?.state === 'running') {
    refuse('provisioning.preview_applying', 'The preview is being applied; it can be deleted when that has ended.');
  }
  await context.database.transaction(async (session) => {
    // The cycle first: pages that are being committed are waited for, and no other begins.
    const [copy] = await session.query<{ key: number }>({
      text: 'select key from provisioning_job where preview_id = $1',
      values: [id],
    });
    if (copy !== undefined) {
      const why = { code: 'PreviewDeleted', message: 'The preview was deleted while it was made.' };
      await endRunningCycle(session, copy.key, now(context), why);
    }
    // Should its application begin at this moment, it finds nothing that was planned, and sends nothing.
    await session.query({ text: 'delete from provisioning_preview where id = $1', values: [id] });
  });
}

interface OperationRow {
  readonly source_id: string;
  readonly kind: PreviewOperation['kind'];
  readonly display_name: string;
  readonly action: PreviewOperation['action'];
  readonly reason: string;
  readonly target_id: string | null;
  readonly changes: readonly {
    attribute: string;
    old: Json;
    new: Json;
    referencedId?: string | null;
    wantedId?: string | null;
  }[];
  readonly error: { code: string; message: string } | null;
  readonly applied: NonNullable<PreviewOperation['applied']>['outcome'] | null;
  readonly applied_detail: string | null;
  readonly members_added: bigint;
  readonly members_removed: bigint;
}

const memberCount = (operation: 'add' | 'remove'): string => `case when o.kind = 'group' then (
  select count(*) from provisioning_preview_member m
  where m.preview_id = o.preview_id and m.group_id = o.source_id and m.operation = '${operation}') else 0 end`;

const operationColumns = `o.source_id, o.kind, o.display_name, o.action, o.reason, o.target_id, o.changes, o.error,
  o.applied, o.applied_detail, ${memberCount('add')} as members_added, ${memberCount('remove')} as members_removed`;

/** `[name, id]` of the last row, so that the next page begins after it. */
function readPosition(skipToken: string | undefined): readonly [string, string] | undefined {
  if (skipToken === undefined) return undefined;
  try {
    const parsed: unknown = JSON.parse(Buffer.from(skipToken, 'base64url').toString('utf8'));
    const [name, id] = Array.isArray(parsed) ? (parsed as unknown[]) : [];
    if (typeof name === 'string' && typeof id === 'string' && isUuid(id)) return [name, id];
  } catch {
    // Said below.
  }
  throw new JoineryError({ code: 'provisioning.invalid_skip_token', message: 'The $skiptoken is not one of ours.' });
}

function conditions(filter: PreviewOperationFilter, values: unknown[]): string {
  const parts: string[] = [];
  const compare = (column: string, value: unknown, form = `= `): void => {
    if (value === undefined) return;
    values.push(value);
    parts.push(`${column} ${form}$${values.length}`);
  };
  compare('o.action', filter.action);
  compare('o.kind', filter.kind);
  compare('o.reason', filter.reason);
  compare('o.applied', filter.applied);
  compare('o.source_id', filter.sourceId);
  compare('(o.error is not null)', filter.failed);
  compare(
    'o.display_name',
    filter.displayNameContains && `%${filter.displayNameContains.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`,
    'ilike ',
  );
  return parts.map((part) => `and ${part}`).join(' ');
}

function toOperation(row: OperationRow, names: ReadonlyMap<string, string>): PreviewOperation {
  return {
    sourceId: brandId<ObjectId>(row.source_id),
    kind: row.kind,
    displayName: row.display_name,
    action: row.action,
    reason: row.reason,
    targetId: row.target_id ?? undefined,
    changes: row.changes.map(({ referencedId, attribute, old, new: value }) => ({
      attribute,
      old,
      new: value,
      reference:
        referencedId === undefined || referencedId === null
          ? undefined
          : { id: brandId<ObjectId>(referencedId), displayName: names.get(referencedId) },
    })),
    members: { added: Number(row.members_added), removed: Number(row.members_removed) },
    error: row.error ?? undefined,
    applied: row.applied === null ? undefined : { outcome: row.applied, detail: row.applied_detail ?? undefined },
  };
}

const names = `
  select id, coalesce(attributes ->> 'displayName', user_principal_name) as name
  from directory_user where id = any($1::uuid[])`;

async function namesOf(session: Session, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await session.query<{ id: string; name: string }>({ text: names, values: [ids] });
  return new Map(rows.map((row) => [row.id, row.name]));
}

async function listOperations(
  { database }: StoreContext,
  { previewId, filter, top, skipToken }: Parameters<PreviewStore['listOperations']>[0],
): ReturnType<PreviewStore['listOperations']> {
  if (!isUuid(previewId) || (filter.sourceId !== undefined && !isUuid(filter.sourceId))) {
    return { operations: [], next: undefined };
  }
  const after = readPosition(skipToken);
  const values: unknown[] = [previewId, top + 1];
  const where = conditions(filter, values);
  const position =
    after === undefined
      ? ''
      : `and (o.display_name, o.source_id) > ($${values.push(after[0])}, $${values.push(after[1])}::uuid)`;
  const rows = await database.query<OperationRow>({
    text: `select ${operationColumns} from provisioning_preview_operation o
      where o.preview_id = $1 ${where} ${position} order by o.display_name, o.source_id limit $2`,
    values,
  });
  const page = rows.slice(0, top);
  const referenced = page.flatMap((row) => row.changes.flatMap((change) => change.referencedId ?? []));
  const found = await namesOf(database, [...new Set(referenced)]);
  const last = page.at(-1);
  const next =
    rows.length > top && last !== undefined
      ? Buffer.from(JSON.stringify([last.display_name, last.source_id])).toString('base64url')
      : undefined;
  return { operations: page.map((row) => toOperation(row, found)), next };
}

async function listMembers(
  { database }: StoreContext,
  { previewId, groupId, top, skipToken }: Parameters<PreviewStore['listMembers']>[0],
): ReturnType<PreviewStore['listMembers']> {
  if (!isUuid(previewId) || !isUuid(groupId)) return { members: [], next: undefined };
  const after = skipToken !== undefined && isUuid(skipToken) ? skipToken : null;
  const rows = await database.query<{ member_id: string; name: string | null; operation: 'add' | 'remove' }>({
    text: `select m.member_id, m.operation, coalesce(u.attributes ->> 'displayName', u.user_principal_name, g.display_name) as name
      from provisioning_preview_member m
      left join directory_user u on u.id = m.member_id left join directory_group g on g.id = m.member_id
      where m.preview_id = $1 and m.group_id = $2 and ($3::uuid is null or m.member_id > $3)
      order by m.member_id limit $4`,
    values: [previewId, groupId, after, top + 1],
  });
  const members = rows.slice(0, top).map((row) => ({
    memberId: brandId<ObjectId>(row.member_id),
    displayName: row.name ?? undefined,
    operation: row.operation,
  }));
  return { members, next: rows.length > top ? members.at(-1)?.memberId : undefined };
}

export function createPreviewStore(context: StoreContext): PreviewStore {
  const { database } = context;
  return {
    request: (jobId, by) => request(context, jobId, by),
    get: (id) => readPreview(database, id),
    async list(jobId) {
      const rows = await database.query<PreviewRow>({
        text: `${previews} where j.id = $1 order by p.created_at desc, p.id`,
        values: [jobId],
      });
      return rows.map(toPreview);
    },
    delete: (id) => remove(context, id),
    listOperations: (query) => listOperations(context, query),
    listMembers: (query) => listMembers(context, query),
    requestApply: (id, options) => requestApply(context, id, options),
    ...createPreviewCopies(context),
    ...createPreviewPlans(context),
  };
}
