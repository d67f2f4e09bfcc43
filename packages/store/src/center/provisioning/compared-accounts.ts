import { brandId, type ObjectId } from '@joinery/base';
import type {
  AccountDifference,
  AccountFinding,
  AccountQuery,
  ComparedAccount,
  ComparisonStore,
} from '@joinery/provisioning/ports';
import type { StoreContext } from './context.ts';

export interface AccountRow {
  readonly id: bigint;
  readonly kind: ComparedAccount['kind'];
  readonly target_id: string;
  readonly class: ComparedAccount['class'];
  readonly display_name: string;
  readonly sort_name: string;
  readonly source_id: string | null;
  readonly source_name: string | null;
  readonly is_linked: boolean;
  readonly is_in_scope: boolean;
  readonly problem: AccountFinding['problem'] | null;
  readonly attribute_values: Readonly<Record<string, string>>;
  readonly differences: readonly AccountDifference[];
  readonly members_missing: number | null;
  readonly members_added: number | null;
  readonly action: 'repair' | 'adopt' | null;
  readonly action_state: 'queued' | 'succeeded' | 'failed' | null;
  readonly action_error_code: string | null;
  readonly action_error_message: string | null;
  readonly is_ignored: boolean;
}

export const accountColumns = `a.id, a.kind, a.target_id, a.class, a.display_name, a.sort_name, a.source_id, a.source_name,
  a.is_linked, a.is_in_scope, a.problem, a.attribute_values, a.differences, a.members_missing, a.members_added, a.action,
  a.action_state, a.action_error_code, a.action_error_message, i.target_id is not null as is_ignored`;

/** Accounts `a` of comparisons `c`, with what is ignored of them. */
export const accountTables = `provisioning_compared_account a join provisioning_comparison c on c.id = a.comparison_id
  left join provisioning_ignored_account i on i.job_key = c.job_key and i.kind = a.kind and i.target_id = a.target_id
    and i.class = a.class`;

export function toAccount(row: AccountRow): ComparedAccount {
  return {
    id: String(row.id),
    kind: row.kind,
    targetId: row.target_id,
    class: row.class,
    displayName: row.display_name,
    sourceId: row.source_id === null ? undefined : brandId<ObjectId>(row.source_id),
    sourceName: row.source_name ?? undefined,
    isLinked: row.is_linked,
    isInScope: row.is_in_scope,
    problem: row.problem ?? undefined,
    values: row.attribute_values,
    differences: row.differences,
    members: row.members_missing === null ? undefined : { missing: row.members_missing, added: row.members_added ?? 0 },
    isIgnored: row.is_ignored,
    action:
      row.action === null || row.action_state === null
        ? undefined
        : {
            kind: row.action,
            state: row.action_state,
            error:
              row.action_error_code === null
                ? undefined
                : { code: row.action_error_code, message: row.action_error_message ?? '' },
          },
  };
}

const idPattern = /^\d{1,18}$/;

/** Ids as the database has them; what can't be one finds nothing. */
export function readIds(ids: readonly string[]): readonly string[] {
  return ids.filter((id) => idPattern.test(id));
}

/** `%text%` with the signs of `like` taken literally; null: everything. */
export function containing(search: string | undefined): string | null {
  return search === undefined ? null : `%${search.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
}

/** The conditions of a query over `accountTables`: `$2` class, `$3` kind, `$4` text, `$5` pattern. */
export const accountFilter = `($2::text is null or a.class = $2) and ($3::text is null or a.kind = $3)
  and ($4::text is null or a.target_id = $4 or a.display_name ilike $5 or a.source_name ilike $5)`;

export function filterValues(query: Pick<AccountQuery, 'class' | 'kind' | 'search'>): readonly unknown[] {
  return [query.class ?? null, query.kind ?? null, query.search ?? null, containing(query.search)];
}

/** The last name and id of a page. */
function readToken(token: string | undefined): readonly [name: string | null, id: string | null] {
  if (token === undefined) return [null, null];
  try {
    const value: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    if (
      Array.isArray(value) &&
      typeof value[0] === 'string' &&
      typeof value[1] === 'string' &&
      idPattern.test(value[1])
    ) {
      return [value[0].replaceAll('\u0000', ''), value[1]];
    }
  } catch {
    // Not one of ours: the list begins again.
  }
  return [null, null];
}

/** What comparisons found, as administrators see it. Pages go by name and id. */
export function createComparedAccounts({
  database,
}: StoreContext): Pick<ComparisonStore, 'listAccounts' | 'getAccount'> {
  return {
    async listAccounts(query) {
      const [name, id] = readToken(query.skipToken);
      const rows = await database.query<AccountRow>({
        text: `select ${accountColumns} from ${accountTables}
          where a.comparison_id = $1 and ${accountFilter} and (i.target_id is not null) = $6
            and ($7::text is null or (a.sort_name, a.id) > ($7, $8::bigint))
          order by a.sort_name, a.id limit $9`,
        values: [query.comparisonId, ...filterValues(query), query.ignored, name, id, query.top + 1],
      });
      const page = rows.slice(0, query.top);
      const last = page.at(-1);
      const next =
        rows.length > query.top && last !== undefined
          ? Buffer.from(JSON.stringify([last.sort_name, String(last.id)])).toString('base64url')
          : undefined;
      return { accounts: page.map(toAccount), next };
    },
    async getAccount(comparisonId, accountId) {
      const [id] = readIds([accountId]);
      if (id === undefined) return undefined;
      const [row] = await database.query<AccountRow>({
        text: `select ${accountColumns} from ${accountTables} where a.comparison_id = $1 and a.id = $2::bigint`,
        values: [comparisonId, id],
      });
      return row && toAccount(row);
    },
  };
}
