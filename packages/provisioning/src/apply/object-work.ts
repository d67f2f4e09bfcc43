import type { Json, ObjectId } from '@joinery/base';
import type { AttributeValues } from '@joinery/connector-kit/ports';
import type { EntitledObject } from '@joinery/directory/ports';
import type { AttributeLookup } from '@joinery/expressions';
import type { JobContext } from '../cycle/context.ts';
import type { Escrow, FailureText, Link, MemberWrite, ObjectKind } from '../cycle/ports.ts';
import type { ProvisioningStep } from '../job/log.ts';
import { goneStep, importStep, scopingStep, type Subject } from '../log/steps.ts';
import type { CompiledMapping } from '../mapping/compile.ts';
import { sourceLookup } from '../mapping/source-lookup.ts';
import type { MatchingValue } from '../matching/matching-values.ts';
import type { ResolvedReferences } from '../plan/export.ts';
import { planIntent, type Intent } from '../plan/intent.ts';
import type { PlannedChange } from '../plan/operation.ts';
import { decideScope } from '../scope/decide.ts';

/** One object on its way through the pipeline. */
export interface ObjectWork {
  readonly id: ObjectId;
  readonly kind: ObjectKind;
  readonly mapping: CompiledMapping;
  readonly subject: Subject;
  readonly source: EntitledObject | undefined;
  readonly link: Link | undefined;
  readonly escrow: Escrow | undefined;
  readonly intent: Intent;
  readonly lookup: AttributeLookup;
  readonly references: ResolvedReferences;
  /** References whose object is not linked, or (profile `entra`) that are exported after the objects. */
  readonly waiting: readonly { readonly attribute: string; readonly referencedId: ObjectId }[];
  readonly steps: ProvisioningStep[];
  readonly began: number;
  /** Set by matching, for objects without a link. */
  matchingValues: readonly MatchingValue[];
  match: { readonly by: MatchingValue; readonly id: string; readonly values: AttributeValues } | undefined;
  /** Members that the create of a group carries. */
  firstMembers:
    { readonly members: readonly { memberId: ObjectId; targetId: string }[]; readonly more: boolean } | undefined;
}

/** How an object's way through the pipeline ended. */
export interface ObjectResult {
  readonly work: ObjectWork;
  readonly action: 'create' | 'update' | 'disable' | 'delete' | 'skip' | 'stage';
  readonly reason: string;
  readonly error: FailureText | undefined;
  readonly targetId: string | undefined;
  readonly changes: readonly PlannedChange[];
  /** The link as it is to be written; undefined: left as it is. */
  readonly link:
    | { readonly targetId: string; readonly state: Link['state']; readonly snapshot: ReadonlyMap<string, Json> }
    | undefined;
  /** The old link ends, before any new one is written. */
  readonly unlink: boolean;
  readonly members: readonly MemberWrite[];
}

function resolveReferences(
  context: JobContext,
  mapping: CompiledMapping,
  source: EntitledObject | undefined,
  link: Link | undefined,
  links: ReadonlyMap<ObjectId, Link>,
): Pick<ObjectWork, 'references' | 'waiting'> {
  const references = new Map<string, string | null>();
  const waiting: { attribute: string; referencedId: ObjectId }[] = [];
  for (const reference of mapping.references) {
    if (reference.source !== 'manager' || source === undefined) continue;
    const attribute = reference.target.name;
    if (source.managerId === undefined) {
      if (context.job.settings.profile === 'efficient') references.set(attribute, null);
      continue;
    }
    const targetId = links.get(source.managerId)?.targetId;
    if (context.job.settings.profile === 'efficient' && targetId !== undefined) {
      references.set(attribute, targetId);
    } else if (targetId === undefined || link?.snapshot?.get(attribute) !== targetId) {
      waiting.push({ attribute, referencedId: source.managerId });
    }
  }
  return { references, waiting };
}

/** Reads the objects of a page with their links and failures, and decides what is wanted of each. */
export async function prepareObjects(
  context: JobContext,
  mapping: CompiledMapping,
  ids: readonly ObjectId[],
): Promise<readonly ObjectWork[]> {
  const { ports, job } = context;
  const sources = new Map(
    (await ports.directory.readObjects(mapping.kind, ids, job.servicePrincipalId)).map((one) => [one.id, one]),
  );
  const managerIds = mapping.references.some((one) => one.source === 'manager')
    ? [...sources.values()].flatMap((one) => one.managerId ?? [])
    : [];
  const [links, escrows] = await Promise.all([
    ports.links.load(job.id, [...new Set([...ids, ...managerIds])]),
    ports.links.loadEscrows(job.id, ids),
  ]);
  const escrowOf = new Map(escrows.filter((one) => one.attribute === '').map((one) => [one.sourceId, one]));
  return ids.map((id): ObjectWork => {
    const source = sources.get(id);
    const found = links.get(id);
    const link = found?.kind === mapping.kind ? found : undefined;
    const subject = { kind: mapping.kind, displayName: source?.displayName ?? link?.displayName ?? id };
    const decision =
      source === undefined ? undefined : decideScope(source, mapping, job.settings, context.ports.clock.now());
    const intent = planIntent(decision, link, mapping, job.settings);
    const isSoftDeleted = intent.kind === 'provision' ? intent.isSoftDeleted : true;
    return {
      id,
      kind: mapping.kind,
      mapping,
      subject,
      source,
      link,
      escrow: escrowOf.get(id),
      intent,
      lookup: source === undefined ? () => null : sourceLookup(source, isSoftDeleted),
      ...resolveReferences(context, mapping, source, link, links),
      steps:
        decision === undefined
          ? [goneStep(subject)]
          : [importStep(subject, link !== undefined), scopingStep(subject, decision)],
      began: ports.clock.now(),
      matchingValues: [],
      match: undefined,
      firstMembers: undefined,
    };
  });
}
