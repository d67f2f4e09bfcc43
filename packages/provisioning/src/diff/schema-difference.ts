import type { Json } from '@joinery/base';
import type { ObjectMapping, SynchronizationSchema } from '../job/schema.ts';

export type SchemaPart = 'attributeMapping' | 'scope' | 'objectMapping' | 'attribute' | 'rule' | 'directory';

/** One thing that differs between two schemas. `before` null: added; `after` null: removed. Both are in Graph's shape. */
export interface SchemaChange {
  readonly part: SchemaPart;
  readonly change: 'added' | 'removed' | 'changed';
  /** From the outside in: rule, object mapping, target attribute; or directory, object, attribute. */
  readonly place: readonly string[];
  readonly before: Json;
  readonly after: Json;
}

interface Entry {
  readonly part: SchemaPart;
  readonly place: readonly string[];
  readonly value: Json;
}

/** A part without its children, which are entries of their own. */
function without(value: object, names: readonly string[]): Json {
  // Schemas come from JSON.
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name))) as Json;
}

function mappingEntries(mapping: ObjectMapping, place: readonly string[]): readonly Entry[] {
  const scope: readonly Entry[] =
    mapping.scope === null ? [] : [{ part: 'scope', place, value: without(mapping.scope, []) }];
  return [
    { part: 'objectMapping', place, value: without(mapping, ['scope', 'attributeMappings']) },
    ...scope,
    ...mapping.attributeMappings.map((one): Entry => ({
      part: 'attributeMapping',
      place: [...place, one.targetAttributeName],
      value: without(one, []),
    })),
  ];
}

function entriesOf(schema: SynchronizationSchema): readonly Entry[] {
  const rules = schema.synchronizationRules.flatMap((rule): readonly Entry[] => [
    { part: 'rule', place: [rule.name], value: without(rule, ['objectMappings']) },
    ...rule.objectMappings.flatMap((mapping) =>
      mappingEntries(mapping, [rule.name, `${mapping.sourceObjectName} → ${mapping.targetObjectName}`]),
    ),
  ]);
  const directories = schema.directories.flatMap((directory): readonly Entry[] => [
    { part: 'directory', place: [directory.name], value: without(directory, ['objects']) },
    ...directory.objects.flatMap((object) =>
      object.attributes.map((attribute): Entry => ({
        part: 'attribute',
        place: [directory.name, object.name, attribute.name],
        value: without(attribute, []),
      })),
    ),
  ]);
  return [...rules, ...directories];
}

/** Objects with their members in name order: the store keeps no order of its own. */
function canonical(value: Json): string {
  return JSON.stringify(value, (_name, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : member,
  );
}

/** Entries by part and place; what has one place twice is told apart by its number. */
function indexed(schema: SynchronizationSchema): ReadonlyMap<string, Entry> {
  const index = new Map<string, Entry>();
  for (const entry of entriesOf(schema)) {
    let number = 0;
    const key = (): string => JSON.stringify([entry.part, entry.place, number]);
    while (index.has(key())) number += 1;
    index.set(key(), entry);
  }
  return index;
}

/**
 * What differs between two schemas, as a value: mappings, scopes, object mappings, attribute lists. Parts are told apart
 * by their names, so their order makes no difference.
 */
export function schemaDifference(before: SynchronizationSchema, after: SynchronizationSchema): readonly SchemaChange[] {
  const [old, fresh] = [indexed(before), indexed(after)];
  const changes: SchemaChange[] = [];
  for (const [key, entry] of old) {
    const next = fresh.get(key);
    const { part, place, value } = entry;
    if (next === undefined) changes.push({ part, change: 'removed', place, before: value, after: null });
    else if (canonical(value) !== canonical(next.value)) {
      changes.push({ part, change: 'changed', place, before: value, after: next.value });
    }
  }
  for (const [key, { part, place, value }] of fresh) {
    if (!old.has(key)) changes.push({ part, change: 'added', place, before: null, after: value });
  }
  return changes;
}
