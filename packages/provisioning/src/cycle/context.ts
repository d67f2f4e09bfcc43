import { assert, ConfigError, type CycleId } from '@joinery/base';
import type { ConnectorError } from '@joinery/connector-kit';
import type { Target, TargetDescription } from '@joinery/connector-kit/ports';
import type { EvaluationEnvironment } from '@joinery/expressions';
import { compileProtectedAccounts, type ProtectedAccounts } from '../guards/protected-accounts.ts';
import { createBulkQueue, type BulkQueue } from '../apply/bulk-queue.ts';
import { planningTarget } from '../apply/planning-target.ts';
import type { Job } from '../job/job.ts';
import type { LogScope } from '../log/entry.ts';
import { compileSchema, type CompiledMapping, type CompiledSchema } from '../mapping/compile.ts';
import type { OperationObserver } from '../plan/operation.ts';
import type { EnginePorts } from '../ports.ts';
import type { CyclePreview } from '../preview/ports.ts';
import { createLimiter, type Limiter } from './limiter.ts';
import type { ObjectKind } from './ports.ts';

/** What the work on a job's objects shares: one target, one limit, one compiled schema. */
export interface JobContext {
  readonly ports: EnginePorts;
  readonly job: Job;
  readonly cycleId: CycleId | undefined;
  readonly schema: CompiledSchema;
  readonly target: Target;
  /** Asks the target once what it takes; before any object is worked on. Throws `ConnectorError`. */
  readonly connect: () => Promise<void>;
  /** Known once `connect` has resolved. */
  readonly description: TargetDescription;
  readonly limiter: Limiter;
  /** Undefined: each write is a request of its own. Known once `connect` has resolved. */
  readonly bulk: BulkQueue | undefined;
  readonly log: LogScope;
  readonly environment: EvaluationEnvironment;
  readonly observer: OperationObserver | undefined;
  /** Set when the cycle is a preview, or applies one. */
  readonly preview: CyclePreview | undefined;
  readonly protectedAccounts: ProtectedAccounts;
  /** Linked objects are read from the target before they are updated, whatever was exported last. */
  readonly readsTarget: boolean;
  /** Kinds whose unlinked objects are matched from the listing of the target. */
  readonly isListed: (kind: ObjectKind) => Promise<boolean>;
  /** The failure that ends the cycle, once there is one: nothing is sent after it. */
  failure: ConnectorError | undefined;
  /** Requests sent since the last call, for the counters. */
  readonly takeRequests: () => number;
}

export interface ContextOptions {
  readonly cycleId: CycleId | undefined;
  readonly isListed: JobContext['isListed'];
  readonly observer?: OperationObserver | undefined;
  readonly preview?: CyclePreview | undefined;
  readonly readsTarget?: boolean;
}

/** Throws `ConfigError` `provisioning.invalid_schema` when the job's mappings can't be compiled. */
export function compiledSchemaOf(job: Job): CompiledSchema {
  const compiled = compileSchema(job.schema);
  if (compiled.ok) return compiled.value;
  const [problem] = compiled.problems;
  throw new ConfigError({
    code: 'provisioning.invalid_schema',
    message: `The attribute mappings of the job can't be used: ${problem?.message ?? 'unknown problem'} Correct the mapping and save it.`,
    retry: 'after-change',
    detail: { problems: compiled.problems },
  });
}

/** Opens the target of a job; nothing is sent yet. Throws `ConfigError` when the job's settings don't make a target. */
export async function openContext(ports: EnginePorts, job: Job, options: ContextOptions): Promise<JobContext> {
  const schema = compiledSchemaOf(job);
  const secrets = await ports.jobs.getSecrets(job.servicePrincipalId);
  const real = await ports.targets.create(job, secrets);
  const target = options.preview?.mode === 'plan' ? planningTarget(real, ports.newId) : real;
  const limiter = createLimiter(job.settings.concurrency);
  let connecting: Promise<void> | undefined;
  let description: TargetDescription | undefined;
  let bulk: BulkQueue | undefined;
  async function connect(): Promise<void> {
    description = await target.describe();
    if (description.bulk === undefined || job.settings.profile !== 'efficient') return;
    bulk = createBulkQueue(target, description.bulk, limiter, ports.clock);
  }
  let reported = 0;
  return {
    ports,
    job,
    cycleId: options.cycleId,
    schema,
    target,
    connect: () => (connecting ??= connect()),
    get description() {
      assert(description !== undefined, 'the target was asked for before it was connected');
      return description;
    },
    limiter,
    get bulk() {
      return bulk;
    },
    log: {
      jobId: job.id,
      cycleId: options.cycleId,
      servicePrincipalId: job.servicePrincipalId,
      newId: ports.newId,
    },
    environment: {
      get now() {
        return ports.clock.now();
      },
      random: ports.random,
      defaultDomain: ports.defaultDomain,
    },
    observer: options.observer,
    preview: options.preview,
    protectedAccounts: compileProtectedAccounts(job.settings.protectedAccounts),
    readsTarget: options.readsTarget ?? false,
    isListed: options.isListed,
    failure: undefined,
    takeRequests() {
      const sent = target.requestCount - reported;
      reported = target.requestCount;
      return sent;
    },
  };
}

export function mappingOf(context: JobContext, kind: ObjectKind): CompiledMapping | undefined {
  return kind === 'user' ? context.schema.user : context.schema.group;
}
