import type { SchemaDifference, SchemaImpact, SchemaTrial, SchemaVersion } from '@joinery/graph-api/contract';
import type {
  AttributeDefinition,
  DirectoryDefinition,
  ObjectMapping,
  SynchronizationSchema,
} from '@joinery/provisioning/ports';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
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

/** The schema with one object mapping in place of the one for the same source object. */
export function withMapping(schema: SynchronizationSchema, changed: ObjectMapping): SynchronizationSchema {
  return {
    ...schema,
    synchronizationRules: schema.synchronizationRules.map((rule) => ({
      ...rule,
      objectMappings: rule.objectMappings.map((mapping) =>
        mapping.sourceObjectName === changed.sourceObjectName ? changed : mapping,
      ),
    })),
  };
}

/** `schema` may be text that a reader wrote: the server checks it, and says each problem with its place. */
export async function saveSchema(servicePrincipalId: string, jobId: string, schema: unknown): Promise<void> {
  await api.put(schemaPath(servicePrincipalId, jobId), schema);
  await renew(servicePrincipalId, jobId);
}

/** The schema that the application's template begins with. */
export const loadDefaultSchema = (servicePrincipalId: string, templateId: string) =>
  api.get<SynchronizationSchema>(
    `/v1.0/servicePrincipals/${servicePrincipalId}/synchronization/templates/${templateId}/schema`,
  );

export async function restoreDefaultMappings(servicePrincipalId: string, jobId: string): Promise<void> {
  await api.delete(schemaPath(servicePrincipalId, jobId));
  await renew(servicePrincipalId, jobId);
}

async function renew(servicePrincipalId: string, jobId: string): Promise<void> {
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: ['schema', jobId] }),
    queryClient.invalidateQueries({ queryKey: ['schema-versions', jobId] }),
    refresh(servicePrincipalId),
  ]);
}

export type ObjectType = 'User' | 'Group';

/** A draft tried on one object; what was there stays while another draft is tried. */
export const trialQuery = (
  jobId: string,
  schema: SynchronizationSchema,
  objectTypeName: ObjectType,
  objectId: string,
) =>
  queryOptions({
    queryKey: ['schema-trial', jobId, objectId, JSON.stringify(schema)],
    queryFn: ({ signal }) =>
      api.post<SchemaTrial>(`/joinery/jobs/${jobId}/schema/try`, { schema, objectTypeName, objectId }, { signal }),
    placeholderData: keepPreviousData,
    retry: false,
    gcTime: 60_000,
  });

/** What saving would do to those who are provisioned now. */
export const weighSchema = (jobId: string, schema: unknown, objectTypeName: ObjectType) =>
  api.post<SchemaImpact>(`/joinery/jobs/${jobId}/schema/impact`, { schema, objectTypeName });

export const versionsPath = (jobId: string) => `/joinery/jobs/${jobId}/schema/versions`;

export const differenceQuery = (jobId: string, version: string) =>
  queryOptions({
    queryKey: ['schema-versions', jobId, 'difference', version],
    queryFn: () => api.get<SchemaDifference>(`${versionsPath(jobId)}/${version}/difference`),
  });

export const loadVersion = (jobId: string, version: number) =>
  api.get<SchemaVersion & { readonly schema: unknown }>(`${versionsPath(jobId)}/${version}`);

export async function restoreVersion(servicePrincipalId: string, jobId: string, version: number): Promise<void> {
  await api.post(`${versionsPath(jobId)}/${version}/restore`);
  await renew(servicePrincipalId, jobId);
}

/** Asks the application for its attributes and adds those that the list lacked; answers how many that were. */
export async function discoverAttributes(
  servicePrincipalId: string,
  jobId: string,
  directory: DirectoryDefinition,
): Promise<number> {
  const count = (objects: DirectoryDefinition['objects']) => objects.flatMap((one) => one.attributes).length;
  const grown = await api.post<DirectoryDefinition>(
    `${schemaPath(servicePrincipalId, jobId)}/directories/${directory.id}/discover`,
  );
  await renew(servicePrincipalId, jobId);
  return count(grown.objects) - count(directory.objects);
}

/** The directory on one side of the rule that maps an object. */
export function directoryOf(
  schema: SynchronizationSchema,
  objectName: string,
  side: 'source' | 'target',
): DirectoryDefinition | undefined {
  const rule = schema.synchronizationRules.find((one) =>
    one.objectMappings.some(
      (mapping) => (side === 'source' ? mapping.sourceObjectName : mapping.targetObjectName) === objectName,
    ),
  );
  const name = side === 'source' ? rule?.sourceDirectoryName : rule?.targetDirectoryName;
  return schema.directories.find((one) => one.name === name);
}

/** The attributes of one side of a mapping, by name. */
export function attributesOf(
  schema: SynchronizationSchema,
  objectName: string,
  side: 'source' | 'target',
): readonly AttributeDefinition[] {
  return directoryOf(schema, objectName, side)?.objects.find((one) => one.name === objectName)?.attributes ?? [];
}

/** The schema with another attribute list for one object of the target. */
export function withTargetAttributes(
  schema: SynchronizationSchema,
  objectName: string,
  attributes: readonly AttributeDefinition[],
): SynchronizationSchema {
  const directory = directoryOf(schema, objectName, 'target');
  return {
    ...schema,
    directories: schema.directories.map((one) =>
      one !== directory
        ? one
        : {
            ...one,
            objects: one.objects.map((object) => (object.name === objectName ? { ...object, attributes } : object)),
          },
    ),
  };
}
