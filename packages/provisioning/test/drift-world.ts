import { brandId, type ComparisonId } from '@joinery/base';
import type {
  AccountClass,
  AccountSelection,
  AccountAction,
  ComparedAccount,
  Comparison,
} from '@joinery/provisioning/ports';
import { randomUUID } from 'node:crypto';
import { runComparison, type DriftPorts } from '../src/drift/run-comparison.ts';
import { createWorld, names, type World } from './world.ts';

export const leaseMs = 20_000;
export const driftPorts = (world: World): DriftPorts => ({ ...world.ports, comparisons: world.store.comparisons });

/** Works on what there is, as a worker does. */
export async function work(world: World): Promise<void> {
  const since = world.clock.now();
  const taken = await world.store.comparisons.take(randomUUID(), leaseMs);
  if (taken === undefined) throw new Error('there is nothing to compare');
  await runComparison(driftPorts(world), taken, { leaseMs, since, signal: new AbortController().signal });
}

export async function compare(world: World): Promise<Comparison> {
  const id = brandId<ComparisonId>(randomUUID());
  await world.store.comparisons.start(world.jobId, id, undefined);
  await work(world);
  return (await world.store.comparisons.get(id))!;
}

export async function accountsOf(
  world: World,
  { id }: Comparison,
  ofClass: AccountClass,
): Promise<readonly ComparedAccount[]> {
  const query = { comparisonId: id, class: ofClass, ignored: false, top: 1_000 };
  return (await world.store.comparisons.listAccounts(query)).accounts;
}

export const namesOf = (accounts: readonly ComparedAccount[]): readonly string[] =>
  accounts.map((one) => one.displayName.split('@')[0]!).toSorted();

export async function classesOf(
  world: World,
  comparison: Comparison,
): Promise<Readonly<Record<string, readonly string[]>>> {
  const classes = ['local', 'unassigned', 'assigned', 'changed', 'missing'] as const;
  const found = await Promise.all(classes.map(async (one) => [one, namesOf(await accountsOf(world, comparison, one))]));
  return Object.fromEntries(found);
}

export async function act(world: World, { id }: Comparison, action: AccountAction, of: AccountSelection) {
  const selected = await world.store.comparisons.queueAction(id, action, of);
  await work(world);
  return selected;
}

export const account = (world: World, name: string) =>
  world.target.find1('user', 'userName', `${name}@contoso.example`)!;
export const membersOf = (world: World, name: string): readonly string[] =>
  [...world.target.find1('group', 'displayName', name)!.members]
    .map((id) => String(world.target.objects.get(id)?.values.get('userName')).split('@')[0]!)
    .toSorted();
/** Changes an account where the engine does not see it. */
export function change(world: World, name: string, values: Readonly<Record<string, string | boolean>>): void {
  for (const [attribute, value] of Object.entries(values)) account(world, name).values.set(attribute, value);
}

export async function settledWorld(...options: Parameters<typeof createWorld>) {
  const world = await createWorld(...options);
  const users = await world.users(names('user', 6), () => ({ attributes: { jobTitle: 'Consultant' } }));
  const group = await world.group('Everyone', users);
  await world.assign(group);
  await world.cycle();
  world.target.takeRequests();
  return { world, users, group };
}
