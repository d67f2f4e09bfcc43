import type { AttributeMappingSource, FilterClause, FilterGroup, ScopingFilter } from '@joinery/expressions';
import type {
  AttributeDefinition,
  AttributeMapping,
  DirectoryDefinition,
  ObjectDefinition,
  ObjectMapping,
  SynchronizationRule,
  SynchronizationSchema,
} from '../job/schema.ts';
import type { ShapeReader } from './schema-shape.ts';

const limits = {
  directories: 10,
  objects: 50,
  attributes: 2_000,
  rules: 20,
  mappings: 500,
  groups: 100,
  clauses: 100,
  values: 1_000,
  depth: 60,
};

/** Members that are read; what else an object has is kept as it is, so that a file goes out as it came in. */
const known = {
  attribute: [
    'name',
    'type',
    'anchor',
    'caseExact',
    'required',
    'multivalued',
    'mutability',
    'defaultValue',
    'flowNullValues',
    'referencedObjects',
    'metadata',
  ],
  object: ['name', 'supportedApis', 'attributes'],
  directory: ['id', 'name', 'discoverabilities', 'objects'],
  mapping: [
    'targetAttributeName',
    'matchingPriority',
    'flowType',
    'flowBehavior',
    'defaultValue',
    'exportMissingReferences',
    'flowNullValues',
    'source',
  ],
  clause: ['sourceOperandName', 'operatorName', 'targetOperand', 'nullMatches', 'multivaluedComparisonType'],
  objectMapping: [
    'name',
    'enabled',
    'flowTypes',
    'sourceObjectName',
    'targetObjectName',
    'scope',
    'metadata',
    'attributeMappings',
  ],
  rule: [
    'id',
    'name',
    'editable',
    'priority',
    'sourceDirectoryName',
    'targetDirectoryName',
    'metadata',
    'objectMappings',
  ],
  schema: ['id', 'version', 'directories', 'synchronizationRules'],
};

type Metadata = readonly { readonly key: string; readonly value: string | null }[];

function readMetadata(reader: ShapeReader, value: unknown, place: string): Metadata {
  return reader.list(value ?? [], place, 100).flatMap((one, index) => {
    const members = reader.object(one, `${place}[${index}]`);
    return members === undefined
      ? []
      : [
          {
            ...reader.others(members, ['key', 'value']),
            key: reader.text(members, 'key', place),
            value: reader.optionalText(members, 'value', place),
          },
        ];
  });
}

function readAttribute(reader: ShapeReader, value: unknown, place: string): AttributeDefinition | undefined {
  const members = reader.object(value, place);
  if (members === undefined) return undefined;
  const references = reader.list(members['referencedObjects'] ?? [], `${place}.referencedObjects`, 20);
  return {
    ...reader.others(members, known.attribute),
    name: reader.text(members, 'name', place),
    type: reader.oneOf(
      members,
      'type',
      place,
      ['String', 'Boolean', 'Integer', 'DateTime', 'Binary', 'Reference'],
      'String',
    ),
    anchor: reader.flag(members, 'anchor', place, false),
    caseExact: reader.flag(members, 'caseExact', place, false),
    required: reader.flag(members, 'required', place, false),
    multivalued: reader.flag(members, 'multivalued', place, false),
    mutability: reader.oneOf(
      members,
      'mutability',
      place,
      ['ReadWrite', 'ReadOnly', 'Immutable', 'WriteOnly'],
      'ReadWrite',
    ),
    defaultValue: reader.optionalText(members, 'defaultValue', place),
    flowNullValues: reader.flag(members, 'flowNullValues', place, false),
    referencedObjects: references.flatMap((one) => {
      const reference = reader.object(one, `${place}.referencedObjects`);
      if (reference === undefined) return [];
      const property = reader.optionalText(reference, 'referencedProperty', place);
      return [
        {
          referencedObjectName: reader.text(reference, 'referencedObjectName', place),
          ...(property === null ? {} : { referencedProperty: property }),
        },
      ];
    }),
    metadata: readMetadata(reader, members['metadata'], `${place}.metadata`),
  };
}

function readObject(reader: ShapeReader, value: unknown, place: string): ObjectDefinition | undefined {
  const members = reader.object(value, place);
  if (members === undefined) return undefined;
  const apis = reader.optionalText(members, 'supportedApis', place);
  return {
    ...reader.others(members, known.object),
    name: reader.text(members, 'name', place),
    ...(apis === null ? {} : { supportedApis: apis }),
    attributes: reader
      .list(members['attributes'] ?? [], `${place}.attributes`, limits.attributes)
      .flatMap((one, index) => readAttribute(reader, one, `${place}.attributes[${index}]`) ?? []),
  };
}

function readDirectory(reader: ShapeReader, value: unknown, place: string): DirectoryDefinition | undefined {
  const members = reader.object(value, place);
  if (members === undefined) return undefined;
  const discoverabilities = reader.optionalText(members, 'discoverabilities', place);
  return {
    ...reader.others(members, known.directory),
    id: reader.text(members, 'id', place),
    name: reader.text(members, 'name', place),
    ...(discoverabilities === null ? {} : { discoverabilities }),
    objects: reader
      .list(members['objects'] ?? [], `${place}.objects`, limits.objects)
      .flatMap((one, index) => readObject(reader, one, `${place}.objects[${index}]`) ?? []),
  };
}

function readSource(reader: ShapeReader, value: unknown, place: string, depth: number): AttributeMappingSource | null {
  if (value === null || value === undefined) return null;
  const members = reader.object(value, place);
  if (members === undefined) return null;
  if (depth > limits.depth) {
    reader.report(place, `The source is nested deeper than ${limits.depth} levels.`);
    return null;
  }
  const parameters = reader.list(members['parameters'] ?? [], `${place}.parameters`, 500).flatMap((one, index) => {
    const at = `${place}.parameters[${index}]`;
    const parameter = reader.object(one, at);
    const source = parameter && readSource(reader, parameter['value'], at, depth + 1);
    return parameter === undefined || source === null || source === undefined
      ? []
      : [{ key: reader.text(parameter, 'key', at), value: source }];
  });
  return {
    type: reader.oneOf(members, 'type', place, ['Attribute', 'Constant', 'Function'], 'Attribute'),
    name: reader.optionalText(members, 'name', place) ?? '',
    expression: reader.optionalText(members, 'expression', place) ?? '',
    parameters,
  };
}

/** A flag that makes a difference when it is absent. */
function readFlag<Name extends string>(
  reader: ShapeReader,
  members: { readonly [name: string]: unknown },
  name: Name,
  place: string,
): { readonly [Key in Name]?: boolean } {
  if ((members[name] ?? null) === null) return {};
  // One known name, which the type can't follow.
  return { [name]: reader.flag(members, name, place, false) } as { readonly [Key in Name]?: boolean };
}

function readMapping(reader: ShapeReader, value: unknown, place: string): AttributeMapping | undefined {
  const members = reader.object(value, place);
  if (members === undefined) return undefined;
  return {
    ...reader.others(members, known.mapping),
    targetAttributeName: reader.text(members, 'targetAttributeName', place),
    matchingPriority: reader.integer(members, 'matchingPriority', place, 0),
    flowType: reader.oneOf(
      members,
      'flowType',
      place,
      ['Always', 'ObjectAddOnly', 'MultiValueAddOnly', 'ValueAddOnly', 'AttributeAddOnly'],
      'Always',
    ),
    flowBehavior: reader.oneOf(members, 'flowBehavior', place, ['FlowWhenChanged', 'FlowAlways'], 'FlowWhenChanged'),
    defaultValue: reader.optionalText(members, 'defaultValue', place),
    exportMissingReferences: reader.flag(members, 'exportMissingReferences', place, false),
    ...readFlag(reader, members, 'flowNullValues', place),
    source: readSource(reader, members['source'], `${place}.source`, 1),
  };
}

function readClause(reader: ShapeReader, value: unknown, place: string): FilterClause | undefined {
  const members = reader.object(value, place);
  if (members === undefined) return undefined;
  const operand = members['targetOperand'] ?? null;
  const operandMembers = operand === null ? undefined : reader.object(operand, `${place}.targetOperand`);
  const values = reader.list(operandMembers?.['values'] ?? [], `${place}.targetOperand.values`, limits.values);
  for (const one of values) {
    if (typeof one !== 'string') reader.report(`${place}.targetOperand.values`, 'Texts are expected here.');
  }
  return {
    ...reader.others(members, known.clause),
    sourceOperandName: reader.text(members, 'sourceOperandName', place),
    operatorName: reader.text(members, 'operatorName', place),
    targetOperand: operandMembers === undefined ? null : { values: values.filter((one) => typeof one === 'string') },
    ...readFlag(reader, members, 'nullMatches', place),
    ...((members['multivaluedComparisonType'] ?? null) === null
      ? {}
      : {
          multivaluedComparisonType: reader.oneOf(members, 'multivaluedComparisonType', place, ['Any', 'All'], 'Any'),
        }),
    ...readClauseSwitches(reader, members, place),
  };
}

/** The two members that are our own: what an absent value means, and any or all of several values. */
function readClauseSwitches(
  reader: ShapeReader,
  members: Readonly<Record<string, unknown>>,
  place: string,
): Pick<FilterClause, 'nullMatches' | 'multivaluedComparisonType'> {
  const { nullMatches, multivaluedComparisonType: comparison } = members;
  const isComparison = comparison === 'Any' || comparison === 'All';
  if (nullMatches !== undefined && typeof nullMatches !== 'boolean') {
    reader.report(`${place}.nullMatches`, 'true or false is expected here.');
  }
  if (comparison !== undefined && !isComparison) {
    reader.report(`${place}.multivaluedComparisonType`, '"Any" or "All" is expected here.');
  }
  return {
    ...(typeof nullMatches === 'boolean' ? { nullMatches } : {}),
    ...(isComparison ? { multivaluedComparisonType: comparison } : {}),
  };
}

function readGroups(reader: ShapeReader, value: unknown, place: string): readonly FilterGroup[] {
  return reader.list(value ?? [], place, limits.groups).flatMap((one, index) => {
    const at = `${place}[${index}]`;
    const members = reader.object(one, at);
    if (members === undefined) return [];
    return [
      {
        name: reader.optionalText(members, 'name', at) ?? '',
        clauses: reader
          .list(members['clauses'] ?? [], `${at}.clauses`, limits.clauses)
          .flatMap((clause, place) => readClause(reader, clause, `${at}.clauses[${place}]`) ?? []),
      },
    ];
  });
}

function readScope(reader: ShapeReader, value: unknown, place: string): ScopingFilter | null {
  if (value === null || value === undefined) return null;
  const members = reader.object(value, place);
  if (members === undefined) return null;
  return {
    groups: readGroups(reader, members['groups'], `${place}.groups`),
    inputFilterGroups: readGroups(reader, members['inputFilterGroups'], `${place}.inputFilterGroups`),
    categoryFilterGroups: readGroups(reader, members['categoryFilterGroups'], `${place}.categoryFilterGroups`),
  };
}

function readObjectMapping(reader: ShapeReader, value: unknown, place: string): ObjectMapping | undefined {
  const members = reader.object(value, place);
  if (members === undefined) return undefined;
  return {
    ...reader.others(members, known.objectMapping),
    name: reader.optionalText(members, 'name', place) ?? '',
    enabled: reader.flag(members, 'enabled', place, true),
    flowTypes: reader.text(members, 'flowTypes', place),
    sourceObjectName: reader.text(members, 'sourceObjectName', place),
    targetObjectName: reader.text(members, 'targetObjectName', place),
    scope: readScope(reader, members['scope'], `${place}.scope`),
    metadata: readMetadata(reader, members['metadata'], `${place}.metadata`),
    attributeMappings: reader
      .list(members['attributeMappings'] ?? [], `${place}.attributeMappings`, limits.mappings)
      .flatMap((one, index) => readMapping(reader, one, `${place}.attributeMappings[${index}]`) ?? []),
  };
}

function readRule(reader: ShapeReader, value: unknown, place: string): SynchronizationRule | undefined {
  const members = reader.object(value, place);
  if (members === undefined) return undefined;
  return {
    ...reader.others(members, known.rule),
    id: reader.text(members, 'id', place),
    name: reader.optionalText(members, 'name', place) ?? '',
    editable: reader.flag(members, 'editable', place, true),
    priority: reader.integer(members, 'priority', place, 1),
    sourceDirectoryName: reader.text(members, 'sourceDirectoryName', place),
    targetDirectoryName: reader.text(members, 'targetDirectoryName', place),
    metadata: readMetadata(reader, members['metadata'], `${place}.metadata`),
    objectMappings: reader
      .list(members['objectMappings'] ?? [], `${place}.objectMappings`, 20)
      .flatMap((one, index) => readObjectMapping(reader, one, `${place}.objectMappings[${index}]`) ?? []),
  };
}

/** A Graph `synchronizationSchema` by its shape alone; members that we don't know are kept as they are, without OData's annotations. */
export function readSchema(reader: ShapeReader, value: unknown): SynchronizationSchema | undefined {
  const members = reader.object(value, 'schema');
  if (members === undefined) return undefined;
  return {
    ...reader.others(members, known.schema),
    id: reader.optionalText(members, 'id', 'schema') ?? '',
    version: reader.optionalText(members, 'version', 'schema') ?? '1',
    directories: reader
      .list(members['directories'] ?? [], 'directories', limits.directories)
      .flatMap((one, index) => readDirectory(reader, one, `directories[${index}]`) ?? []),
    synchronizationRules: reader
      .list(members['synchronizationRules'], 'synchronizationRules', limits.rules)
      .flatMap((one, index) => readRule(reader, one, `synchronizationRules[${index}]`) ?? []),
  };
}
