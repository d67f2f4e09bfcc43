import type { FilterClause } from '@joinery/expressions';
import { checkSynchronizationSchema, type SynchronizationSchema } from '../src/index.ts';
import type { World, WorldOptions } from './world.ts';

/** The schema with a scoping filter of its mapping of this kind that one of the clauses is enough for. */
export function scoped(clauses: FilterClause | readonly FilterClause[], sourceObjectName: 'User' | 'Group' = 'User') {
  const groups = [clauses].flat().map((one) => ({ name: 'g', clauses: [one] }));
  return (schema: SynchronizationSchema): SynchronizationSchema => {
    const checked = checkSynchronizationSchema({
      ...schema,
      synchronizationRules: schema.synchronizationRules.map((rule) => ({
        ...rule,
        objectMappings: rule.objectMappings.map((one) =>
          one.sourceObjectName === sourceObjectName ? { ...one, scope: { groups } } : one,
        ),
      })),
    });
    if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
    return checked.value;
  };
}

/** One clause of a scoping filter. */
export function clause(sourceOperandName: string, operatorName: string, ...values: readonly string[]): FilterClause {
  return { sourceOperandName, operatorName, targetOperand: { values } };
}

/** A world whose job takes in all users that one of the clauses lets pass. */
export function everyone(...clauses: readonly FilterClause[]): WorldOptions {
  return { schema: scoped(clauses), settings: { scope: 'all' } };
}

/** The model's objects of one kind. */
export function inTarget(world: World, kind: 'user' | 'group') {
  return [...world.target.objects.values()].filter((one) => one.kind === kind);
}

/** Names of the users that are active in the target. */
export function active(world: World): readonly string[] {
  const users = inTarget(world, 'user').filter((one) => one.values.get('active') !== false);
  return users.map((one) => String(one.values.get('userName')).replace('@contoso.example', '')).toSorted();
}
