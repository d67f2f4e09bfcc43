import { ConfigError } from '@joinery/base';
import type { DiscoveredAttribute, Target } from '@joinery/connector-kit/ports';
import type { EnginePorts } from '../ports.ts';
import type { Job } from './job.ts';
import type { AttributeDefinition, DirectoryDefinition, SynchronizationSchema } from './schema.ts';

type Kind = 'user' | 'group';

function toDefinition(attribute: DiscoveredAttribute): AttributeDefinition {
  const { name, type, anchor, caseExact, required, multivalued, mutability } = attribute;
  return {
    name,
    type,
    anchor,
    caseExact,
    required,
    multivalued,
    mutability,
    defaultValue: null,
    flowNullValues: false,
    referencedObjects: [],
    metadata: [],
  };
}

/** The kinds that the directory's objects stand for, by their names. */
function kindsOf(schema: SynchronizationSchema, directory: DirectoryDefinition): ReadonlyMap<string, Kind> {
  const rules = schema.synchronizationRules.filter((rule) => rule.targetDirectoryName === directory.name);
  const mappings = rules.flatMap((rule) => rule.objectMappings);
  return new Map(mappings.map((one) => [one.targetObjectName, one.sourceObjectName === 'Group' ? 'group' : 'user']));
}

/** The directory with the attributes that it lacked; names are compared without regard to letter case. */
export function addDiscovered(
  directory: DirectoryDefinition,
  kinds: ReadonlyMap<string, Kind>,
  found: ReadonlyMap<Kind, readonly DiscoveredAttribute[]>,
): DirectoryDefinition {
  return {
    ...directory,
    objects: directory.objects.map((object) => {
      const kind = kinds.get(object.name);
      const known = new Set(object.attributes.map((attribute) => attribute.name.toLowerCase()));
      const fresh = (kind === undefined ? [] : (found.get(kind) ?? [])).filter(
        (attribute) => !known.has(attribute.name.toLowerCase()),
      );
      return { ...object, attributes: [...object.attributes, ...fresh.map(toDefinition)] };
    }),
  };
}

async function discoverKinds(
  target: Target,
  kinds: ReadonlySet<Kind>,
): Promise<Map<Kind, readonly DiscoveredAttribute[]>> {
  const found = new Map<Kind, readonly DiscoveredAttribute[]>();
  for (const kind of kinds) found.set(kind, await target.discover(kind));
  return found;
}

/** The job's schema with what its target says it has. Throws `ConnectorError`, or `ConfigError` `provisioning.not_discoverable`. */
export async function discoverSchema(
  ports: EnginePorts,
  job: Job,
  directoryId: string,
): Promise<SynchronizationSchema> {
  const { schema } = job;
  const directory = schema.directories.find((one) => one.id === directoryId);
  const kinds = directory === undefined ? new Map<string, Kind>() : kindsOf(schema, directory);
  if (directory === undefined || kinds.size === 0) {
    throw new ConfigError({
      code: 'provisioning.not_discoverable',
      message: `The schema has no target directory with the id ${directoryId.slice(0, 100)}; only the target's attributes can be discovered.`,
      retry: 'after-change',
    });
  }
  const target = await ports.targets.create(job, await ports.jobs.getSecrets(job.servicePrincipalId));
  try {
    const found = await discoverKinds(target, new Set(kinds.values()));
    const grown = addDiscovered(directory, kinds, found);
    return { ...schema, directories: schema.directories.map((one) => (one === directory ? grown : one)) };
  } finally {
    await target.close();
  }
}
