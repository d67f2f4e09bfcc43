import type { ObjectMapping, SynchronizationSchema } from '@joinery/provisioning/ports';
import { queryOptions } from '@tanstack/react-query';
import { api, queryClient } from './api.ts';
import { refresh } from './jobs.ts';

const schemaPath = (servicePrincipalId: string, jobId: string) =>
  `/v1.0/servicePrincipals/${servicePrincipalId}/synchronization/jobs/${jobId}/schema`;

export const loadSchema = (servicePrincipalId: string, jobId: string) =>
  api.get<SynchronizationSchema>(schemaPath(servicePrincipalId, jobId));

export const schemaQuery = (servicePrincipalId: string, jobId: string) =>
  queryOptions({
    queryKey: ['schema', jobId],
    queryFn: () => loadSchema(servicePrincipalId, jobId),
    refetchOnWindowFocus: false,
  });

/** Every object mapping of a schema, users before groups. */
export function objectMappings(schema: SynchronizationSchema): readonly ObjectMapping[] {
  return schema.synchronizationRules.flatMap((rule) => rule.objectMappings);
}

export async function saveMapping(
  servicePrincipalId: string,
  jobId: string,
  schema: SynchronizationSchema,
  changed: ObjectMapping,
): Promise<void> {
  const next: SynchronizationSchema = {
    ...schema,
    synchronizationRules: schema.synchronizationRules.map((rule) => ({
      ...rule,
      objectMappings: rule.objectMappings.map((mapping) =>
        mapping.sourceObjectName === changed.sourceObjectName ? changed : mapping,
      ),
    })),
  };
  await api.put(schemaPath(servicePrincipalId, jobId), next);
  await renew(servicePrincipalId, jobId);
}

export async function restoreDefaultMappings(servicePrincipalId: string, jobId: string): Promise<void> {
  await api.delete(schemaPath(servicePrincipalId, jobId));
  await renew(servicePrincipalId, jobId);
}

async function renew(servicePrincipalId: string, jobId: string): Promise<void> {
  await Promise.all([queryClient.invalidateQueries({ queryKey: ['schema', jobId] }), refresh(servicePrincipalId)]);
}

/** The attributes of one side of a mapping, by name. */
export function attributesOf(schema: SynchronizationSchema, objectName: string, side: 'source' | 'target') {
  const rule = schema.synchronizationRules.find((one) =>
    one.objectMappings.some(
      (mapping) => (side === 'source' ? mapping.sourceObjectName : mapping.targetObjectName) === objectName,
    ),
  );
  const name = side === 'source' ? rule?.sourceDirectoryName : rule?.targetDirectoryName;
  const directory = schema.directories.find((one) => one.name === name);
  return directory?.objects.find((one) => one.name === objectName)?.attributes ?? [];
}
