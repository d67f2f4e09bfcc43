import type { AccountAction, AccountSelection, ComparisonStore, SelectedAccounts } from '@joinery/provisioning/ports';
import {
  accountColumns,
  accountFilter,
  accountTables,
  filterValues,
  readIds,
  toAccount,
  type AccountRow,
} from './compared-accounts.ts';
import { notifyComparisons } from './comparison-channel.ts';
import type { StoreContext } from './context.ts';
import { jsonText } from './log-insert.ts';

/** Which accounts can have which action. What waits already does not wait twice. */
const able: Readonly<Record<AccountAction, string>> = {
  repair: `a.class in ('changed', 'missing') and a.is_linked`,
  adopt: `a.class = 'assigned' and not a.is_linked and a.is_in_scope and a.problem is null`,
};
const notQueued = `a.action_state is distinct from 'queued'`;

/** The accounts `a` that a selection names: `$6` the ids, null for all that the filter finds. */
const selected = `from ${accountTables}
  where a.comparison_id = $1 and ${accountFilter}
    and case when $6::bigint[] is null then i.target_id is null else a.id = any($6::bigint[]) end`;

function selectionValues(id: string, of: AccountSelection): readonly unknown[] {
  return 'ids' in of ? [id, null, null, null, null, readIds(of.ids)] : [id, ...filterValues(of), null];
}

function toSelected(row: { users: bigint; groups: bigint } | undefined): SelectedAccounts {
  return { users: Number(row?.users ?? 0n), groups: Number(row?.groups ?? 0n) };
}

const countKinds = `count(*) filter (where kind = 'user') as users, count(*) filter (where kind = 'group') as groups`;

/** Ignoring, and the queue of actions. */
export function createAccountActions(
  context: StoreContext,
): Pick<ComparisonStore, 'countSelected' | 'queueAction' | 'setIgnored' | 'queued' | 'settle'> {
  const { database } = context;
  return {
    async countSelected(id, action, of) {
      const [row] = await database.query<{ users: bigint; groups: bigint }>({
        text: `with chosen as (select a.kind ${selected} and ${able[action]} and ${notQueued})
          select ${countKinds} from chosen`,
        values: selectionValues(id, of),
      });
      return toSelected(row);
    },
    async queueAction(id, action, of) {
      return database.transaction(async (session) => {
        const [row] = await session.query<{ users: bigint; groups: bigint }>({
          text: `with chosen as (select a.id ${selected} and ${able[action]} and ${notQueued}
              and c.state = 'succeeded'),
            marked as (
              update provisioning_compared_account a set action = $7, action_state = 'queued', action_error_code = null,
                action_error_message = null
              from chosen where a.id = chosen.id returning a.kind)
            select ${countKinds} from marked`,
          values: [...selectionValues(id, of), action],
        });
        await notifyComparisons(session);
        return toSelected(row);
      });
    },
    async setIgnored(id, isIgnored, of) {
      const rows = isIgnored
        ? await database.query({
            text: `with chosen as (select c.job_key, a.kind, a.target_id, a.class ${selected})
              insert into provisioning_ignored_account (job_key, kind, target_id, class)
              select job_key, kind, target_id, class from chosen on conflict do nothing returning 1`,
            values: selectionValues(id, of),
          })
        : await database.query({
            text: `with chosen as (select c.job_key, a.kind, a.target_id, a.class from ${accountTables}
                where a.comparison_id = $1 and ${accountFilter} and ($6::bigint[] is null or a.id = any($6::bigint[])))
              delete from provisioning_ignored_account i using chosen o where i.job_key = o.job_key and i.kind = o.kind
                and i.target_id = o.target_id and i.class = o.class returning 1`,
            values: selectionValues(id, of),
          });
      return rows.length;
    },
    async queued(id, limit) {
      const rows = await database.query<AccountRow>({
        text: `select ${accountColumns} from ${accountTables}
          where a.comparison_id = $1 and a.action_state = 'queued' order by a.id limit $2`,
        values: [id, limit],
      });
      return rows.map(toAccount);
    },
    async settle(work, results) {
      if (results.length === 0) return;
      const rows = results.map((one) => ({
        id: one.id,
        target_id: one.targetId ?? null,
        code: one.error?.code ?? null,
        message: one.error?.message ?? null,
      }));
      await database.transaction(async (session) => {
        // A missing account that was matched anew is one that the comparison knows already.
        await session.query({
          text: `delete from provisioning_compared_account o
            using json_to_recordset($2::json) as r (id bigint, target_id text, code text), provisioning_compared_account a
            where a.comparison_id = $1 and a.id = r.id and r.code is null and o.comparison_id = $1 and o.kind = a.kind
              and o.target_id = r.target_id and o.id <> a.id`,
          values: [work.comparison.id, jsonText(rows)],
        });
        // A link that lost its meaning leaves nothing behind; everything else is as it should be now.
        await session.query({
          text: `with held as (select id from provisioning_comparison where id = $1 and lease_owner = $2),
          result as (
            select r.* from held, json_to_recordset($3::json) as r (id bigint, target_id text, code text, message text)),
          ended as (
            delete from provisioning_compared_account a using result r where a.comparison_id = $1 and a.id = r.id
              and r.code is null and a.class = 'missing' and not a.is_in_scope)
          update provisioning_compared_account a set
            action_state = case when r.code is null then 'succeeded' else 'failed' end,
            action_error_code = r.code, action_error_message = r.message,
            class = case when r.code is not null then a.class when a.is_in_scope then 'assigned' else 'unassigned' end,
            is_linked = a.is_linked or r.code is null,
            target_id = case when r.code is null then coalesce(r.target_id, a.target_id) else a.target_id end,
            differences = case when r.code is null then '[]' else a.differences end,
            members_missing = case when r.code is null and a.members_missing is not null then 0 else a.members_missing end,
            members_added = case when r.code is null and a.members_added is not null then 0 else a.members_added end
          from result r where a.comparison_id = $1 and a.id = r.id
            and not (r.code is null and a.class = 'missing' and not a.is_in_scope)`,
          values: [work.comparison.id, work.owner, jsonText(rows)],
        });
      });
    },
  };
}
