import type { AttributeMappingSource, ScopingFilter } from '@joinery/expressions';

/** Graph `synchronizationSchema`, the stored and exchanged form of a job's mappings and scope. */
export interface SynchronizationSchema {
  readonly id: string;
  readonly version: string;
  readonly directories: readonly DirectoryDefinition[];
  readonly synchronizationRules: readonly SynchronizationRule[];
}

export interface DirectoryDefinition {
  readonly id: string;
  readonly name: string;
  readonly discoverabilities?: string;
  readonly objects: readonly ObjectDefinition[];
}

export interface ObjectDefinition {
  readonly name: string;
  readonly supportedApis?: string;
  readonly attributes: readonly AttributeDefinition[];
}

export interface AttributeDefinition {
  readonly name: string;
  readonly type: 'String' | 'Boolean' | 'Integer' | 'DateTime' | 'Binary' | 'Reference';
  readonly anchor: boolean;
  readonly caseExact: boolean;
  readonly required: boolean;
  readonly multivalued: boolean;
  readonly mutability: 'ReadWrite' | 'ReadOnly' | 'Immutable' | 'WriteOnly';
  readonly defaultValue?: string | null;
  readonly flowNullValues?: boolean;
  readonly referencedObjects?: readonly {
    readonly referencedObjectName: string;
    readonly referencedProperty?: string;
  }[];
  readonly metadata?: readonly { readonly key: string; readonly value: string | null }[];
}

export interface SynchronizationRule {
  readonly id: string;
  readonly name: string;
  readonly editable: boolean;
  readonly priority: number;
  readonly sourceDirectoryName: string;
  readonly targetDirectoryName: string;
  readonly metadata?: readonly { readonly key: string; readonly value: string | null }[];
  readonly objectMappings: readonly ObjectMapping[];
}

export interface ObjectMapping {
  readonly name: string;
  readonly enabled: boolean;
  /** Comma-separated subset of `Add, Update, Delete`. */
  readonly flowTypes: string;
  /** `User` or `Group`. */
  readonly sourceObjectName: string;
  readonly targetObjectName: string;
  readonly scope: ScopingFilter | null;
  readonly metadata?: readonly { readonly key: string; readonly value: string | null }[];
  readonly attributeMappings: readonly AttributeMapping[];
}

export type FlowType = 'Always' | 'ObjectAddOnly' | 'MultiValueAddOnly' | 'ValueAddOnly' | 'AttributeAddOnly';

export interface AttributeMapping {
  readonly targetAttributeName: string;
  /** 0: not a matching property; else the matching precedence, lowest first. */
  readonly matchingPriority: number;
  readonly flowType: FlowType;
  readonly flowBehavior: 'FlowWhenChanged' | 'FlowAlways';
  readonly defaultValue: string | null;
  readonly exportMissingReferences?: boolean;
  /**
   * Graph's second gate, ours for outbound mappings too: true clears the target when the source is empty, whoever wrote the
   * value; false never clears. Absent: the attribute definition's gate, then the job's `onClearedValue`.
   */
  readonly flowNullValues?: boolean;
  readonly source: AttributeMappingSource | null;
}

/** Who saved a schema. */
export interface SchemaAuthor {
  readonly id: string;
  readonly displayName: string;
  readonly type: 'user' | 'app' | 'service';
}

/** One saved version of a job's schema; the highest number is the one in use. */
export interface SchemaVersionInfo {
  readonly version: number;
  readonly savedAt: Date;
  /** Undefined: the service itself. */
  readonly savedBy: SchemaAuthor | undefined;
  /** The version that this one brought back. */
  readonly restoredFrom: number | undefined;
}

export interface SchemaVersion extends SchemaVersionInfo {
  readonly schema: SynchronizationSchema;
}
