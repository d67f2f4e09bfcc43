import { assertNever, ConfigError, type Json, type ObjectId } from '@joinery/base';
import type { EntitledObject } from '@joinery/directory/ports';
import type { EvaluationEnvironment } from '@joinery/expressions';
import type { Link, ObjectKind } from '../cycle/ports.ts';
import { sameValue } from '../diff/same-value.ts';
import { redacted } from '../log/steps.ts';
import {
  compileSchema,
  type CompiledAttribute,
  type CompiledMapping,
  type CompiledSchema,
} from '../mapping/compile.ts';
import { evaluateAttribute, evaluateMapping, type EvaluatedAttribute } from '../mapping/evaluate.ts';
import { sourceLookup } from '../mapping/source-lookup.ts';
import { creationValue } from '../plan/export.ts';
import { planIntent, type Intent } from '../plan/intent.ts';
import type { EnginePorts, SchemaImpact, SchemaTrial, TrialAttribute } from '../ports.ts';
import { decideScope } from '../scope/decide.ts';
import { bothReads } from '../scope/related.ts';
import type { Job } from './job.ts';
import type { SynchronizationSchema } from './schema.ts';

type Ports = Pick<EnginePorts, 'directory' | 'links' | 'clock' | 'random' | 'defaultDomain'>;

/** Links that are looked at for the impact of a schema; of more, these are a sample. */
const examinedMax = 5_000;
const batchSize = 500;
const namesMax = 10;

function compile(schema: SynchronizationSchema): CompiledSchema {
  const compiled = compileSchema(schema);
  if (compiled.ok) return compiled.value;
  throw new ConfigError({
    code: 'provisioning.invalid_schema',
    message: `The schema can't be used: ${compiled.problems[0]?.message ?? 'unknown problem'}`,
    retry: 'after-change',
    detail: { problems: compiled.problems },
  });
}

function environmentOf(ports: Ports): EvaluationEnvironment {
  return { now: ports.clock.now(), random: ports.random, defaultDomain: ports.defaultDomain };
}

/** What a mapping wants of an object, and what the object's expressions see as `IsSoftDeleted` then. */
function decide(ports: Ports, job: Job, mapping: CompiledMapping, source: EntitledObject, link: Link | undefined) {
  const scope = decideScope(source, mapping, job.settings, ports.clock.now());
  const intent = planIntent(scope, link, mapping, job.settings);
  const isSoftDeleted = intent.kind === 'provision' ? intent.isSoftDeleted : !scope.inScope;
  return { scope, intent, lookup: sourceLookup(source, isSoftDeleted) };
}

function tryAttribute(
  attribute: CompiledAttribute,
  { lookup }: ReturnType<typeof decide>,
  environment: EvaluationEnvironment,
  link: Link | undefined,
): TrialAttribute {
  const target = attribute.target.name;
  const exported = link?.snapshot?.get(target) ?? null;
  const row = (outcome: TrialAttribute['outcome'], value: Json = null, message?: string): TrialAttribute => {
    const isSent = outcome === 'value' || outcome === 'default';
    const isChange = isSent && !sameValue(attribute.target, exported, value);
    return { target, outcome, value, exported, isChange, message };
  };
  const evaluated = evaluateAttribute(attribute, lookup, environment);
  switch (evaluated.kind) {
    case 'ignored':
      return row('ignored');
    case 'failed':
      return row('failed', null, evaluated.failure.message);
    case 'value': {
      const { value, candidates, redact } = evaluated.value;
      if (redact) return { ...row('value', value), value: redacted, exported: exported && redacted };
      if (link !== undefined) return row(attribute.flowType === 'ObjectAddOnly' ? 'creation-only' : 'value', value);
      if (candidates !== undefined) return row('unique', [...candidates]);
      const created = creationValue(evaluated.value, new Map());
      if (!created.ok) return row('failed', null, created.failure.message);
      return row(value === null && created.plan !== null ? 'default' : 'value', created.plan);
    }
    default:
      return assertNever(evaluated);
  }
}

async function tryReferences(
  ports: Ports,
  job: Job,
  mapping: CompiledMapping,
  source: EntitledObject,
  link: Link | undefined,
): Promise<readonly TrialAttribute[]> {
  const manager = source.managerId;
  const links = manager === undefined ? undefined : await ports.links.load(job.id, [manager]);
  return mapping.references.map((one): TrialAttribute => {
    const target = one.target.name;
    const exported = link?.snapshot?.get(target) ?? null;
    const none = { target, value: null, isChange: false, message: undefined };
    if (one.source === 'members') return { ...none, outcome: 'members', exported: null };
    const value = manager === undefined ? null : (links?.get(manager)?.targetId ?? null);
    if (manager !== undefined && value === null) return { ...none, outcome: 'waiting', exported };
    return { ...none, outcome: 'value', value, exported, isChange: !sameValue(one.target, exported, value) };
  });
}

/** Undefined: the directory has no such object, or the schema provisions none of its kind. Nothing is asked of the target. */
export async function trySchema(
  ports: Ports,
  job: Job,
  schema: SynchronizationSchema,
  subject: { readonly kind: ObjectKind; readonly id: ObjectId },
): Promise<SchemaTrial | undefined> {
  const mapping = compile(schema)[subject.kind];
  const reads = mapping?.scopeReads;
  const [source] = await ports.directory.readObjects(subject.kind, [subject.id], job.servicePrincipalId, reads);
  if (mapping === undefined || source === undefined) return undefined;
  const link = (await ports.links.load(job.id, [subject.id])).get(subject.id);
  const decided = decide(ports, job, mapping, source, link);
  const environment = environmentOf(ports);
  return {
    displayName: source.displayName,
    scope: decided.scope,
    targetId: link?.targetId,
    attributes: [
      ...mapping.attributes.map((attribute) => tryAttribute(attribute, decided, environment, link)),
      ...(await tryReferences(ports, job, mapping, source, link)),
    ],
  };
}

interface Named {
  count: number;
  readonly names: string[];
}

const nobody = (): Named => ({ count: 0, names: [] });

function note(named: Named, name: string): void {
  named.count += 1;
  if (named.names.length < namesMax) named.names.push(name);
}

/** Values of a linked object by target attribute; undefined where its evaluation fails. */
function valuesOf(
  mapping: CompiledMapping,
  { lookup }: ReturnType<typeof decide>,
  environment: EvaluationEnvironment,
): ReadonlyMap<string, EvaluatedAttribute> | undefined {
  const evaluated = evaluateMapping(mapping, lookup, environment);
  if (evaluated.failure !== undefined) return undefined;
  const flowing = evaluated.attributes.filter((one) => one.attribute.flowType !== 'ObjectAddOnly');
  return new Map(flowing.map((one) => [one.attribute.target.name, one]));
}

/** Some attribute gets another value, as the engine compares them. An attribute that is no longer mapped stays as it is. */
function differs(
  before: ReadonlyMap<string, EvaluatedAttribute> | undefined,
  after: ReadonlyMap<string, EvaluatedAttribute>,
): boolean {
  if (before === undefined) return true;
  return [...after].some(
    ([name, { attribute, value }]) => !sameValue(attribute.target, before.get(name)?.value ?? null, value),
  );
}

function isDeparture(intent: Intent, action: 'disable' | 'delete'): boolean {
  return intent.kind === 'depart' && intent.action === action;
}

/**
 * What another schema would do to the objects of one kind that the job provisions: who leaves scope and how, whose values
 * change, whose evaluation fails. Objects that are not provisioned yet are not looked at, and of more than 5,000 links
 * only the first by source id are.
 */
export async function schemaImpact(
  ports: Ports,
  job: Job,
  schema: SynchronizationSchema,
  kind: ObjectKind,
): Promise<SchemaImpact> {
  const before = compile(job.schema)[kind];
  const after = compile(schema)[kind];
  const impact = { disabled: nobody(), deleted: nobody(), kept: nobody(), changed: nobody(), failing: nobody() };
  let examined = 0;
  let next: string | undefined;
  if (before !== undefined && after !== undefined) {
    do {
      const page = await ports.links.list({
        jobId: job.id,
        kind,
        top: batchSize,
        ...(next === undefined ? {} : { skipToken: next }),
      });
      await compareLinks(ports, job, { before, after }, page.links, impact);
      examined += page.links.length;
      next = page.next;
    } while (next !== undefined && examined < examinedMax);
  }
  return { examined, isComplete: next === undefined, ...impact };
}

async function compareLinks(
  ports: Ports,
  job: Job,
  { before, after }: { readonly before: CompiledMapping; readonly after: CompiledMapping },
  links: readonly Link[],
  impact: Record<'disabled' | 'deleted' | 'kept' | 'changed' | 'failing', Named>,
): Promise<void> {
  const ids = links.map((link) => link.sourceId);
  const reads = bothReads(before.scopeReads, after.scopeReads);
  const sources = await ports.directory.readObjects(after.kind, ids, job.servicePrincipalId, reads);
  const byId = new Map(sources.map((one) => [one.id, one]));
  const environment = environmentOf(ports);
  for (const link of links) {
    const source = byId.get(link.sourceId);
    if (source === undefined || link.state === 'disabled') continue;
    const old = decide(ports, job, before, source, link);
    const fresh = decide(ports, job, after, source, link);
    if (old.scope.inScope && !fresh.scope.inScope) {
      if (isDeparture(fresh.intent, 'disable')) note(impact.disabled, source.displayName);
      else if (isDeparture(fresh.intent, 'delete')) note(impact.deleted, source.displayName);
      else note(impact.kept, source.displayName);
    } else if (fresh.scope.inScope) {
      const values = valuesOf(after, fresh, environment);
      if (values === undefined) note(impact.failing, source.displayName);
      else if (differs(valuesOf(before, old, environment), values)) note(impact.changed, source.displayName);
    }
  }
}
