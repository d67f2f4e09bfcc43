import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { SynchronizationSchema } from '@joinery/provisioning/ports';
import { useJob } from './jobs.ts';
import { schemaQuery } from './mapping.ts';

/** The schema of an application's job; `jobId` undefined until the job is known, or when there is none. */
export function useSavedSchema(id: string): {
  readonly jobId: string | undefined;
  readonly schema: UseQueryResult<SynchronizationSchema>;
} {
  const { data: overview } = useJob(id);
  const jobId = overview?.job.id;
  return { jobId, schema: useQuery({ ...schemaQuery(id, jobId ?? ''), enabled: jobId !== undefined }) };
}
