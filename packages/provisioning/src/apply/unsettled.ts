import type { Json, ObjectId } from '@joinery/base';
import type { AttributeValues } from '@joinery/connector-kit/ports';
import type { JobContext } from '../cycle/context.ts';
import type { FailureText, Link, UnsettledExport } from '../cycle/ports.ts';
import { sameValue, toList } from '../diff/same-value.ts';
import type { CompiledMapping } from '../mapping/compile.ts';
import { evaluateMapping, type EvaluatedMapping } from '../mapping/evaluate.ts';
import { matchingValues } from '../matching/matching-values.ts';
import { planUpdate } from '../plan/export.ts';
import { attempt, type PageControl } from './attempt.ts';
import type { ObjectWork } from './object-work.ts';

// A worker may die, lose its lease or its database between a request and the commit that tells of it. So what is about to
// be sent is noted first; whoever comes to the object next finds the note, and believes the target instead of the link.

export type Recovery = { readonly kind: 'failed'; readonly error: FailureText } | { readonly kind: 'stopped' };

export interface Recovered {
  readonly unsettled: ReadonlyMap<ObjectId, UnsettledExport>;
  /** Objects of which it could not be found out whether they were created. */
  readonly open: ReadonlyMap<ObjectId, Recovery>;
}

/** Finds the object that an earlier run may have created, by the values that it had then, and links it. */
async function recoverCreated(
  context: JobContext,
  control: PageControl,
  mapping: CompiledMapping,
  id: ObjectId,
  unsettled: UnsettledExport,
): Promise<Recovery | undefined> {
  let ambiguous: string | undefined;
  for (const lookup of unsettled.lookups) {
    const found = await attempt(context, control, () => context.target.find(mapping.type, lookup));
    if (found.kind === 'stopped') return { kind: 'stopped' };
    if (found.kind === 'failed') return { kind: 'failed', error: found.error };
    const [only, second] = found.value;
    if (second !== undefined) ambiguous ??= lookup.attribute;
    if (only === undefined || second !== undefined) continue;
    const displayName = lookup.value;
    const owners = await context.ports.links.claimTargets(context.job.id, mapping.kind, [
      { sourceId: id, targetId: only.id, displayName },
    ]);
    if (owners.get(only.id) === id) return undefined;
  }
  if (ambiguous === undefined) return undefined;
  const message = `Several objects of the target have the ${ambiguous} with which this one may have been created.`;
  return { kind: 'failed', error: { code: 'DuplicateTargetEntries', message } };
}

/** Looks after what earlier runs have left open, before the objects are evaluated. */
export async function recoverUnsettled(
  context: JobContext,
  control: PageControl,
  mapping: CompiledMapping,
  ids: readonly ObjectId[],
): Promise<Recovered> {
  const { links } = context.ports;
  const unsettled = await links.loadUnsettled(context.job.id, mapping.kind, ids);
  const created = [...unsettled].filter(([, one]) => one.lookups.length > 0);
  const open = new Map<ObjectId, Recovery>();
  if (created.length === 0) return { unsettled, open };
  const linked = await links.load(
    context.job.id,
    created.map(([id]) => id),
  );
  await Promise.all(
    created.map(async ([id, one]) => {
      if (linked.has(id)) return;
      const recovery = await recoverCreated(context, control, mapping, id, one);
      if (recovery !== undefined) open.set(id, recovery);
    }),
  );
  return { unsettled, open };
}

/** What of the target's present values we have exported: by the link, or by an export that was not settled. */
export function exportedValues(mapping: CompiledMapping, work: ObjectWork, current: AttributeValues): AttributeValues {
  const exported = new Map<string, Json>(work.link?.snapshot ?? []);
  const targets = [...mapping.attributes, ...mapping.references].map(({ target }) => target);
  for (const target of targets) {
    const value = current.get(target.name) ?? null;
    if (value === null || exported.has(target.name)) continue;
    const isOurs = work.unsettled?.exports.some((one) => sameValue(target, one.get(target.name) ?? null, value));
    if (isOurs === true) exported.set(target.name, value);
  }
  return exported;
}

/** Everything that a request for the object may write. */
function valuesOf(work: ObjectWork, evaluated: EvaluatedMapping): AttributeValues {
  const values = new Map<string, Json>();
  for (const { attribute, value } of evaluated.attributes) {
    if (toList(value).length > 0) values.set(attribute.target.name, value);
  }
  for (const [attribute, targetId] of work.references) if (targetId !== null) values.set(attribute, targetId);
  return values;
}

/** May something be sent of the object? In profile `entra` only the target's answer tells. */
function mayBeSent(context: JobContext, work: ObjectWork, evaluated: EvaluatedMapping): boolean {
  const { settings } = context.job;
  const snapshot: Link['snapshot'] = work.link?.snapshot;
  if (snapshot === undefined || work.unsettled !== undefined || settings.profile !== 'efficient') return true;
  if (work.intent.kind === 'depart') return true;
  const state = { current: snapshot, exported: snapshot };
  const planned = planUpdate(work.mapping, evaluated, work.references, state, settings);
  return planned.ok && planned.plan.updates.length > 0;
}

/** Notes what is about to be sent of these objects, and of the memberships that creates of groups carry. */
export async function noteExports(context: JobContext, works: readonly ObjectWork[]): Promise<void> {
  const kind = works[0]?.kind;
  if (kind === undefined) return;
  const { links } = context.ports;
  const exports = works.flatMap((work) => {
    const evaluated = evaluateMapping(work.mapping, work.lookup, context.environment);
    if (!mayBeSent(context, work, evaluated)) return [];
    work.isNoted = true;
    const { values } = matchingValues(work.mapping, work.lookup, context.environment);
    return [
      {
        sourceId: work.id,
        lookups: values.map(({ attribute, value }) => ({ attribute, value })),
        values: valuesOf(work, evaluated),
      },
    ];
  });
  await links.noteExports(context.job.id, kind, exports);
  await links.noteMembers(
    context.job.id,
    works.flatMap((work) => (work.firstMembers?.members ?? []).map(({ memberId }) => ({ groupId: work.id, memberId }))),
  );
}
