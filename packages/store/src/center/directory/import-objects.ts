import type { AppliedObjects, ImportRejection } from '@joinery/directory/ports';
import type { Session } from '../../database.ts';
import { appendChanges, type NewChanges } from './changes.ts';
import { translateWrite } from './errors.ts';

interface StagedRow {
  readonly kind: 'user' | 'group';
  readonly source_id: string;
  readonly object_id: string;
  readonly action: 'create' | 'update' | 'restore' | 'adopt';
}

interface RejectedRow {
  readonly kind: 'user' | 'group';
  readonly source_id: string;
  readonly name: string;
}

// An object of another source, under the id that the row asks for.
const takeClaimed = `delete from import_stage s using source_object other
  where s.source = $1 and other.object_id = s.object_id and other.source <> $1
  returning s.kind, s.source_id, s.name`;

// Of several rows with one name the one whose object has it already stays, else the first by id.
const takeDuplicates = `delete from import_stage s using (
    select stage.source_id, row_number() over (
      partition by stage.name_folded
      order by (u.user_principal_name_folded = stage.name_folded and u.deleted_at is null) desc nulls last, stage.source_id
    ) as place
    from import_stage stage left join directory_user u on u.id = stage.object_id
    where stage.source = $1 and stage.kind = 'user' and stage.action <> 'adopt'
  ) ranked
  where s.source = $1 and s.kind = 'user' and s.source_id = ranked.source_id and ranked.place > 1
  returning s.kind, s.source_id, s.name`;

// The name's holder keeps it when it is not itself about to be renamed.
const takeHeld = `delete from import_stage s using directory_user holder
  where s.source = $1 and s.kind = 'user' and s.action <> 'adopt'
    and holder.user_principal_name_folded = s.name_folded and holder.deleted_at is null and holder.id <> s.object_id
    and not exists (select from import_stage other where other.source = $1 and other.kind = 'user'
      and other.object_id = holder.id and other.action = 'update' and other.name_folded <> s.name_folded)
  returning s.kind, s.source_id, s.name`;

const markRenamed = `with wishing as (
    select s.source_id, holder.id as holder_id
    from import_stage s join directory_user holder on holder.user_principal_name_folded = s.name_folded
      and holder.deleted_at is null and holder.id <> s.object_id
    where s.source = $1 and s.kind = 'user' and s.action in ('create', 'update', 'restore')
  )
  update import_stage s set is_renamed = true
  where s.source = $1 and s.kind = 'user' and s.action is not null and (
    s.source_id in (select source_id from wishing) or s.object_id in (select holder_id from wishing))`;

/** A row that is taken out may have been the one that would have made room for another: repeated until none is left. */
export async function rejectTaken(session: Session, source: string): Promise<readonly ImportRejection[]> {
  const claimed = await session.query<RejectedRow>({ text: takeClaimed, values: [source] });
  const rejections: ImportRejection[] = claimed.map(({ kind, source_id: sourceId }) => ({
    kind,
    sourceId,
    code: 'import.claimed',
    message: `The ${kind} "${sourceId}" has the id of an object that was imported from another source; it was not changed.`,
  }));
  const duplicates = await session.query<RejectedRow>({ text: takeDuplicates, values: [source] });
  for (let taken = duplicates; ;) {
    rejections.push(
      ...taken.map(({ kind, source_id: sourceId, name }) => ({
        kind,
        sourceId,
        code: 'directory.already_exists',
        message: `The user "${sourceId}" was not imported: another user has the userPrincipalName "${name}". Give one of them another name.`,
      })),
    );
    taken = await session.query<RejectedRow>({ text: takeHeld, values: [source] });
    if (taken.length === 0) break;
  }
  await session.query({ text: markRenamed, values: [source] });
  return rejections;
}

// Users who take over each other's names, all of them: they are renamed in one transaction.
const readRenamed = `select kind, source_id, object_id, action from import_stage
  where source = $1 and is_renamed and action is not null`;

const readBatch = `select kind, source_id, object_id, action from import_stage
  where source = $1 and action is not null order by kind desc, source_id limit $2`;

const noteSource = `insert into source_object (source, kind, source_id, object_id)
  select source, kind, source_id, object_id from import_stage
  where source = $1 and kind = $2 and source_id = any($3::text[]) and action is not null
  on conflict do nothing`;

const insertStaged = {
  user: `with batch as materialized (
      select source_id, object_id, name, is_enabled, attributes, manager_source_id from import_stage
      where source = $1 and kind = 'user' and source_id = any($2::text[]) and action = 'create'
    )
    insert into directory_user (id, user_principal_name, account_enabled, created_at, attributes, manager_id)
    select batch.object_id, batch.name, batch.is_enabled, $3, batch.attributes, coalesce(own.object_id, u.id)
    from batch
    left join batch own on own.source_id = batch.manager_source_id
    left join source_object m on m.source = $1 and m.kind = 'user' and m.source_id = batch.manager_source_id
    left join directory_user u on u.id = m.object_id and u.deleted_at is null
    order by batch.source_id`,
  group: `insert into directory_group (id, display_name, security_enabled, created_at, attributes)
    select object_id, name, is_enabled, $3, attributes from import_stage
    where source = $1 and kind = 'group' and source_id = any($2::text[]) and action = 'create' order by source_id`,
};

const updateStaged = {
  user: `update directory_user o set user_principal_name = s.name, account_enabled = s.is_enabled,
      attributes = s.attributes, deleted_at = null
    from import_stage s where s.source = $1 and s.kind = 'user' and s.source_id = any($2::text[])
      and s.action in ('update', 'restore') and o.id = s.object_id`,
  group: `update directory_group o set display_name = s.name, security_enabled = s.is_enabled,
      attributes = s.attributes, deleted_at = null
    from import_stage s where s.source = $1 and s.kind = 'group' and s.source_id = any($2::text[])
      and s.action in ('update', 'restore') and o.id = s.object_id`,
};

// Done are objects without references left to set. A manager who was there already, or was made by the same statement,
// has been set with the user: one change instead of two.
const finish = `with finished as (
    delete from import_stage s where s.source = $1 and s.kind = $2 and s.source_id = any($3::text[]) and (
      not s.references_differ or (s.kind = 'user' and s.action = 'create'
        and (select u.manager_id from directory_user u where u.id = s.object_id)
          = (select m.object_id from source_object m
            where m.source = $1 and m.kind = 'user' and m.source_id = s.manager_source_id)))
    returning s.references_differ
  )
  select count(*) as finished, count(*) filter (where references_differ) as managers from finished`;

/** Answers how many managers were set. */
async function applyKind(
  session: Session,
  source: string,
  kind: 'user' | 'group',
  rows: readonly StagedRow[],
  at: Date,
): Promise<number> {
  const sourceIds = rows.map((row) => row.source_id);
  await session.query({ text: noteSource, values: [source, kind, sourceIds] });
  if (rows.some(({ action }) => action === 'create')) {
    await session.query({ text: insertStaged[kind], values: [source, sourceIds, at] });
  }
  if (rows.some(({ action }) => action === 'update' || action === 'restore')) {
    await session.query({ text: updateStaged[kind], values: [source, sourceIds] });
  }
  const [row] = await session.query<{ finished: bigint; managers: bigint }>({
    text: finish,
    values: [source, kind, sourceIds],
  });
  if (Number(row?.finished ?? 0n) < rows.length) {
    await session.query({
      text: 'update import_stage set action = null where source = $1 and kind = $2 and source_id = any($3::text[])',
      values: [source, kind, sourceIds],
    });
  }
  return Number(row?.managers ?? 0n);
}

const changeOf = { create: 'created', update: 'updated', restore: 'restored' } as const;

function changesOf(rows: readonly StagedRow[]): readonly NewChanges[] {
  return (['user', 'group'] as const).flatMap((kind) =>
    (['create', 'restore', 'update'] as const).map((action) => ({
      kind,
      change: changeOf[action],
      objectIds: rows.filter((row) => row.kind === kind && row.action === action).map((row) => row.object_id),
    })),
  );
}

/** One batch of objects, users first; undefined when none is left. */
export async function applyObjects(
  session: Session,
  source: string,
  limit: number,
  at: Date,
): Promise<AppliedObjects | undefined> {
  const renamed = await session.query<StagedRow>({ text: readRenamed, values: [source] });
  const rows =
    renamed.length > 0 ? renamed : await session.query<StagedRow>({ text: readBatch, values: [source, limit] });
  if (rows.length === 0) return undefined;
  let managers = 0;
  await translateWrite(async () => {
    // A unique index is checked row by row: names that are taken over are first put out of the way.
    await session.query({
      text: `update directory_user set user_principal_name = id || '@renamed.invalid' where id = any($1::uuid[])`,
      values: [renamed.filter(({ action }) => action === 'update').map((row) => row.object_id)],
    });
    for (const kind of ['user', 'group'] as const) {
      const ofKind = rows.filter((row) => row.kind === kind);
      if (ofKind.length > 0) managers += await applyKind(session, source, kind, ofKind, at);
    }
  });
  await appendChanges(session, at, changesOf(rows));
  const countOf = (action: StagedRow['action']): number => rows.filter((row) => row.action === action).length;
  return { created: countOf('create'), updated: countOf('update'), restored: countOf('restore'), managers };
}
