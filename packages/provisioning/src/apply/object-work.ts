import type { Json, ObjectId } from '@joinery/base';
import type { AttributeValues, Exchange } from '@joinery/connector-kit/ports';
import type { EntitledObject } from '@joinery/directory/ports';
import type { AttributeLookup } from '@joinery/expressions';
import type { JobContext } from '../cycle/context.ts';
import type { Escrow, FailureText, Link, MemberWrite, ObjectKind, UnsettledExport } from '../cycle/ports.ts';
import type { ProvisioningStep } from '../job/log.ts';
import { goneStep, importStep, scopingStep, type Subject } from '../log/steps.ts';
import type { CompiledMapping } from '../mapping/compile.ts';
import { sourceLookup } from '../mapping/source-lookup.ts';
import type { MatchingValue } from '../matching/matching-values.ts';
import type { ResolvedReferences } from '../plan/export.ts';
import { planIntent, type Intent } from '../plan/intent.ts';
import { loadPlanned } from '../preview/agreed-plan.ts';
import type { PlannedObject } from '../preview/ports.ts';
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
  /** What earlier runs may have sent: the target is asked what it holds. */
  readonly unsettled: UnsettledExport | undefined;
  /** The target object that it was linked to, gone maybe by an earlier run that could not tell; it has a row of its own. */
  readonly lostTargetId?: string;
  readonly intent: Intent;
  /** When time alone changes the outcome of the scoping filter, in milliseconds; undefined: never, or it does not matter. */
  readonly scopeTurnsAt: number | undefined;
  readonly lookup: AttributeLookup;
  readonly references: ResolvedReferences;
  /** References whose object is not linked, or (profile `entra`) that are exported after the objects. */
  readonly waiting: readonly { readonly attribute: string; readonly referencedId: ObjectId }[];
  readonly steps: ProvisioningStep[];
  /** What was sent for the object so far. */
  readonly exchanges: Exchange[];
  /** What the preview that this cycle applies has planned for the object. */
  readonly planned: PlannedObject | undefined;
  readonly began: number;
  /** Set by matching, for objects without a link. */
  matchingValues: readonly MatchingValue[];
  /** What may be sent of it is noted: a result that is known settles it. */
  isNoted: boolean;
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
      // Until the new one is linked, the former must not stand in the target.
      if (context.job.settings.profile === 'efficient') references.set(attribute, null);
      waiting.push({ attribute, referencedId: source.managerId });
    }
  }
  return { references, waiting };
}

/** What the target holds of a linked object, as far as we know it without asking. */
export function isProtected(context: JobContext, mapping: CompiledMapping, link: Link | undefined): boolean {
  return link !== undefined && context.protectedAccounts.holds(mapping, link.targetId, link.snapshot);
}

/** Reads the objects of a page with their links and failures, and decides what is wanted of each. */
export async function prepareObjects(
  context: JobContext,
  mapping: CompiledMapping,
  ids: readonly ObjectId[],
  unsettled: ReadonlyMap<ObjectId, UnsettledExport> = new Map(),
): Promise<readonly ObjectWork[]> {
  const { ports, job } = context;
  const sources = new Map(
    (await ports.directory.readObjects(mapping.kind, ids, job.servicePrincipalId, mapping.scopeReads)).map((one) => [
      one.id,
      one,
    ]),
  );
  const managerIds = mapping.references.some((one) => one.source === 'manager')
    ? [...sources.values()].flatMap((one) => one.managerId ?? [])
    : [];
  const [links, escrows, planned] = await Promise.all([
    ports.links.load(job.id, [...new Set([...ids, ...managerIds])]),
    ports.links.loadEscrows(job.id, ids),
    loadPlanned(context, ids),
  ]);
  const escrowOf = new Map(escrows.filter((one) => one.attribute === '').map((one) => [one.sourceId, one]));
  return ids.map((id): ObjectWork => {
    const source = sources.get(id);
    const found = links.get(id);
    const link = found?.kind === mapping.kind ? found : undefined;
    const subject = { kind: mapping.kind, displayName: source?.displayName ?? link?.displayName ?? id };
    const decision =
      source === undefined ? undefined : decideScope(source, mapping, job.settings, context.ports.clock.now());
    const intent: Intent = isProtected(context, mapping, link)
      ? { kind: 'skip', reason: 'ProtectedAccount', unlink: false }
      : planIntent(decision, link, mapping, job.settings);
    const isSoftDeleted = intent.kind === 'provision' ? intent.isSoftDeleted : true;
    return {
      id,
      kind: mapping.kind,
      mapping,
      subject,
      source,
      link,
      escrow: escrowOf.get(id),
      unsettled: unsettled.get(id),
      intent,
      scopeTurnsAt: decision?.isActive === true && decision.isEntitled ? decision.filter?.changesAt : undefined,
      lookup: source === undefined ? () => null : sourceLookup(source, isSoftDeleted),
      ...resolveReferences(context, mapping, source, link, links),
      steps:
        decision === undefined
          ? [goneStep(subject)]
          : [importStep(subject, link !== undefined), scopingStep(subject, decision)],
      planned: planned.get(id),
      exchanges: [],
      began: ports.clock.now(),
      matchingValues: [],
      isNoted: false,
      match: undefined,
      firstMembers: undefined,
    };
  });
}
