import { readFile } from 'node:fs/promises';
import { ConfigError, type Json, type ObjectId } from '@joinery/base';
import type { CycleCounts, Preview, PreviewOperation } from '@joinery/provisioning';
import type { CenterStore } from '@joinery/store/center';

/** One element of `operations` of `provision --json`; the names are stable. */
export interface ReportedOperation {
  readonly type: 'User' | 'Group';
  readonly id: string;
  readonly action: string;
  /** Null in a plan for what would be created. */
  readonly targetId: string | null;
  readonly reason: string;
  /** In a plan, managers and members are named by the ids of their rows: the target has given them none yet. */
  readonly changes: readonly { readonly attribute: string; readonly old: unknown; readonly new: unknown }[];
  readonly outcome: string;
  readonly error: { readonly code: string; readonly message: string } | null;
}

/** An operation of a plan file that is another one by now. */
export interface PlanDifference {
  readonly type: 'User' | 'Group';
  readonly id: string;
  /** Null: nothing was planned, or nothing is due any more. */
  readonly planned: ReportedOperation | null;
  readonly now: ReportedOperation | null;
}

const pageSize = 999;
const planBytesMax = 1_073_741_824;
const source = 'csv';

async function membersOf(store: CenterStore, previewId: string, groupId: ObjectId) {
  const found: { readonly memberId: ObjectId; readonly operation: 'add' | 'remove' }[] = [];
  let skipToken: string | undefined;
  do {
    const page = await store.previews.listMembers({
      previewId,
      groupId,
      top: pageSize,
      ...(skipToken === undefined ? {} : { skipToken }),
    });
    found.push(...page.members);
    skipToken = page.next;
  } while (skipToken !== undefined);
  return found;
}

async function reportPage(
  store: CenterStore,
  previewId: string,
  operations: readonly PreviewOperation[],
): Promise<readonly ReportedOperation[]> {
  const members = new Map(
    await Promise.all(
      operations
        .filter((one) => one.members.added + one.members.removed > 0)
        .map(async (one) => [one.sourceId, await membersOf(store, previewId, one.sourceId)] as const),
    ),
  );
  const rowIds = await store.imports.findSourceIds(source, [
    ...operations.map((one) => one.sourceId),
    ...operations.flatMap((one) => one.changes.flatMap((change) => change.reference?.id ?? [])),
    ...[...members.values()].flat().map((one) => one.memberId),
  ]);
  const rowId = (id: ObjectId): string => rowIds.get(id) ?? id;
  return operations.map((operation) => ({
    type: operation.kind === 'user' ? 'User' : 'Group',
    id: rowId(operation.sourceId),
    action: operation.action,
    targetId: operation.targetId ?? null,
    reason: operation.reason,
    changes: [
      ...operation.changes.map(({ attribute, old, new: value, reference }) => ({
        attribute,
        old,
        new: reference === undefined ? value : rowId(reference.id),
      })),
      ...(members.get(operation.sourceId) ?? []).map((one) => ({
        attribute: 'members',
        old: one.operation === 'remove' ? rowId(one.memberId) : null,
        new: one.operation === 'add' ? rowId(one.memberId) : null,
      })),
    ],
    outcome: operation.error === undefined ? (operation.action === 'skip' ? 'skipped' : 'success') : 'failure',
    error: operation.error ?? null,
  }));
}

/** Every operation of a preview, with the ids of the files' rows. */
export async function plannedOperations(store: CenterStore, previewId: string): Promise<readonly ReportedOperation[]> {
  const found: ReportedOperation[] = [];
  let skipToken: string | undefined;
  do {
    const page = await store.previews.listOperations({
      previewId,
      filter: {},
      top: pageSize,
      ...(skipToken === undefined ? {} : { skipToken }),
    });
    found.push(...(await reportPage(store, previewId, page.operations)));
    skipToken = page.next;
  } while (skipToken !== undefined);
  return found;
}

/** The counters of the cycle that a preview stands for. */
export function plannedCounts(preview: Preview): CycleCounts {
  const count = (wanted: (one: Preview['counts'][number]) => boolean): number =>
    preview.counts.filter(wanted).reduce((total, one) => total + one.count, 0);
  const done = (action: string): number => count((one) => !one.failed && one.action === action);
  return {
    objects: { users: count((one) => one.kind === 'user'), groups: count((one) => one.kind === 'group') },
    created: done('create'),
    updated: done('update'),
    disabled: done('disable'),
    deleted: done('delete'),
    skipped: done('skip'),
    failed: count((one) => one.failed),
    requests: preview.requests,
  };
}

/** What `provision --plan --json` has written. Throws `cli.invalid_plan`. */
export async function readPlan(path: string): Promise<readonly ReportedOperation[]> {
  const invalid = (why: string, cause?: unknown): ConfigError =>
    new ConfigError({ code: 'cli.invalid_plan', message: `--apply-plan: ${path} ${why}.`, cause });
  let plan: { readonly plan?: unknown; readonly operations?: unknown };
  try {
    const text = await readFile(path, 'utf8');
    if (text.length > planBytesMax) throw invalid('is larger than a plan can be');
    plan = JSON.parse(text) as typeof plan;
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    throw invalid("can't be read as JSON", cause);
  }
  const operations: unknown = plan?.operations;
  if (plan?.plan !== true || !Array.isArray(operations) || !operations.every(isOperation)) {
    throw invalid('is not the output of provision --plan --json');
  }
  return operations;
}

function isOperation(value: unknown): value is ReportedOperation {
  if (typeof value !== 'object' || value === null) return false;
  const { type, id, action, changes } = value as Partial<Record<keyof ReportedOperation, unknown>>;
  return (
    (type === 'User' || type === 'Group') &&
    typeof id === 'string' &&
    typeof action === 'string' &&
    Array.isArray(changes) &&
    changes.every((change) => typeof change === 'object' && change !== null)
  );
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, one]) => [name, sorted(one)]);
}

/** What an operation does, as text; why, and the order of its changes, do not matter. */
function textOf({ action, targetId, changes, error }: ReportedOperation): string {
  const parts = changes.map((change) =>
    JSON.stringify(sorted([change.attribute, change.old as Json, change.new as Json])),
  );
  return JSON.stringify([action, targetId ?? null, error?.code ?? null, parts.toSorted()]);
}

/** Operations that are another one now than in the plan; skips are none. */
export function comparePlans(
  planned: readonly ReportedOperation[],
  now: readonly ReportedOperation[],
): readonly PlanDifference[] {
  const keyed = (operations: readonly ReportedOperation[]): ReadonlyMap<string, ReportedOperation> =>
    new Map(operations.filter((one) => one.action !== 'skip').map((one) => [JSON.stringify([one.type, one.id]), one]));
  const before = keyed(planned);
  const after = keyed(now);
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((key) => {
    const was = before.get(key);
    const is = after.get(key);
    const either = was ?? is;
    if (either === undefined || (was !== undefined && is !== undefined && textOf(was) === textOf(is))) return [];
    return [{ type: either.type, id: either.id, planned: was ?? null, now: is ?? null }];
  });
}
