import { JoineryError, type JobId } from '@joinery/base';
import type { SchemaAuthor } from '../job/schema.ts';
import type { EnginePorts } from '../ports.ts';
import type { Preview } from '../preview/ports.ts';
import type { RunningCycle } from './ports.ts';
import { continueCycle, cyclePlan, type CycleOptions } from './run-cycle.ts';
import { engineDefaults } from './settings.ts';

const sizesOf = (options: CycleOptions) => ({
  pageSize: options.pageSize ?? engineDefaults.pageSize,
  groupPageSize: options.groupPageSize ?? engineDefaults.groupPageSize,
});

async function toTheEnd(ports: EnginePorts, cycle: RunningCycle | undefined, options: CycleOptions): Promise<void> {
  if (cycle === undefined) {
    throw new JoineryError({
      code: 'provisioning.job_changed',
      message: 'The job was changed, or another cycle runs; try again when it has ended.',
      retry: 'later',
    });
  }
  await continueCycle(ports, cycle, {
    ...sizesOf(options),
    workerId: options.workerId ?? ports.newId(),
    leaseMs: options.leaseMs ?? engineDefaults.leaseMs,
    busyPollMs: engineDefaults.busyPollMs,
    absorb: undefined,
    signal: options.signal,
    observer: options.observer,
    onProgress: options.onProgress,
  });
}

async function reread(ports: EnginePorts, preview: Preview): Promise<Preview> {
  return (await ports.previews.get(preview.id)) ?? preview;
}

/** Previews one cycle of a job to its end in this process. Throws what `PreviewStore.request` throws. */
export async function previewCycle(
  ports: EnginePorts,
  jobId: JobId,
  options: CycleOptions & { readonly by?: SchemaAuthor } = {},
): Promise<Preview> {
  const preview = await ports.previews.request(jobId, options.by);
  const copy = await ports.previews.prepare(preview.copyId);
  const sizes = { ...sizesOf(options), retryAllEscrows: options.retryAllEscrows ?? false };
  await toTheEnd(ports, copy && (await ports.cycles.begin(copy, cyclePlan(ports, copy, 'forced', sizes))), options);
  return reread(ports, preview);
}

/**
 * Does in this process what a preview has planned, and nothing else. Throws what `PreviewStore.requestApply` throws, and
 * `provisioning.job_changed`.
 */
export async function applyPreview(
  ports: EnginePorts,
  preview: Preview,
  options: CycleOptions & { readonly by?: SchemaAuthor; readonly allowsDeletes?: boolean } = {},
): Promise<Preview> {
  await ports.previews.requestApply(preview.id, { by: options.by, allowsDeletes: options.allowsDeletes ?? false });
  const job = await ports.jobs.get(preview.jobId);
  const sizes = { ...sizesOf(options), retryAllEscrows: options.retryAllEscrows ?? false };
  await toTheEnd(ports, job && (await ports.previews.beginApply(job, cyclePlan(ports, job, 'forced', sizes))), options);
  return reread(ports, preview);
}
