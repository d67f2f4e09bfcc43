import type { Json } from '@joinery/base';

export { ConnectorError } from './errors.ts';

/** A value of a target attribute. `null`: absent. Complex values (roles) are JSON objects. */
export type AttributeValue = Json;

/**
 * Values by target attribute path exactly as the mapping spells it: `userName`, `name.givenName`,
 * `addresses[type eq "work"].locality`, `urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department`.
 */
export type AttributeValues = ReadonlyMap<string, AttributeValue>;

/** What the engine tells a target about one of its attributes (Graph `attributeDefinition`). */
export interface TargetAttribute {
  readonly name: string;
  readonly type: 'String' | 'Boolean' | 'Integer' | 'DateTime' | 'Binary' | 'Reference';
  readonly multivalued: boolean;
  /** false: values that differ in letter case only are equal when a change is looked for. */
  readonly caseExact: boolean;
  readonly required: boolean;
}

/** An attribute that a target says it has (Graph `attributeDefinition`). */
export interface DiscoveredAttribute extends TargetAttribute {
  /** The target's own id of the object. */
  readonly anchor: boolean;
  readonly mutability: 'ReadWrite' | 'ReadOnly' | 'Immutable' | 'WriteOnly';
}

/** One kind of object of the target, with the attributes that the job's mappings write. */
export interface TargetObjectType {
  /** Name in the job's schema: for SCIM the schema URN. */
  readonly name: string;
  readonly kind: 'user' | 'group';
  readonly attributes: readonly TargetAttribute[];
}

export interface TargetObject {
  /** The target's own id (SCIM `id`): the anchor that links hold. */
  readonly id: string;
  /** The values of the asked-for attributes that the target showed; an absent key is an absent value. */
  readonly values: AttributeValues;
}

export interface Lookup {
  /** Matching attribute's path. */
  readonly attribute: string;
  readonly value: string;
}

/** One attribute's change. `remove` clears it; `add` is used where the attribute was empty before. */
export interface AttributeChange {
  readonly attribute: string;
  readonly operation: 'add' | 'replace' | 'remove';
  readonly value: AttributeValue;
  /** What the target held before, as far as it is known: a target that shows it afterwards has ignored the change. */
  readonly old?: AttributeValue;
}

/** A reference from one target object to another, both by target id. */
export interface ReferenceCheck {
  readonly attribute: string;
  readonly id: string;
  readonly referencedId: string;
}

export interface TargetDescription {
  /** Members in one request, both on create and on change. */
  readonly membersPerRequestMax: number;
  readonly bulk: { readonly operationsMax: number; readonly payloadBytesMax: number } | undefined;
  /** Objects in one page of `list`; undefined when the target can't list. */
  readonly listPageSize: number | undefined;
}

export type BulkOperation =
  | {
      readonly kind: 'create';
      readonly type: TargetObjectType;
      readonly values: AttributeValues;
      readonly memberIds?: readonly string[];
    }
  | {
      readonly kind: 'update';
      readonly type: TargetObjectType;
      readonly id: string;
      readonly changes: readonly AttributeChange[];
    }
  | { readonly kind: 'delete'; readonly type: TargetObjectType; readonly id: string };

/**
 * A target system, as one provisioning job sees it. Every method throws `ConnectorError` and nothing else.
 * Rate control (concurrency, requests per second, `Retry-After`) and retries of 429/503 happen below this port.
 */
export interface Target {
  /** Test Connection: looks for a user with a random matching value; resolves when the target answers an empty list. */
  test(type: TargetObjectType, attribute: string): Promise<void>;
  describe(): Promise<TargetDescription>;
  /** Objects whose attribute equals the value; at most 2 are returned (0, 1, or "several"). */
  find(type: TargetObjectType, lookup: Lookup): Promise<readonly TargetObject[]>;
  /** The attributes that the target says objects of the kind have, by the paths that mappings write. */
  discover(kind: 'user' | 'group'): Promise<readonly DiscoveredAttribute[]>;
  /** Pages through all objects. `cursor` undefined: the first page. `next` undefined: it was the last. */
  list(
    type: TargetObjectType,
    cursor: string | undefined,
  ): Promise<{ objects: readonly TargetObject[]; next: string | undefined; total: number | undefined }>;
  /** Undefined when the id is gone (404). Members are not read. */
  get(type: TargetObjectType, id: string): Promise<TargetObject | undefined>;
  /** Target ids of a group's direct members, in one request. Undefined when the group is gone (404). */
  listMembers(type: TargetObjectType, groupId: string): Promise<readonly string[] | undefined>;
  /** `memberIds` only for groups. A conflict is a `ConnectorError` with logCode `Conflict`. */
  create(type: TargetObjectType, values: AttributeValues, memberIds?: readonly string[]): Promise<TargetObject>;
  /** False when the id is gone (404). */
  update(type: TargetObjectType, id: string, changes: readonly AttributeChange[]): Promise<boolean>;
  /** False when the id was gone already (404). */
  delete(type: TargetObjectType, id: string): Promise<boolean>;
  /** Adds and removes members of a group in as few requests as the target takes. False when the group is gone (404). */
  changeMembers(
    type: TargetObjectType,
    groupId: string,
    add: readonly string[],
    remove: readonly string[],
  ): Promise<boolean>;
  /** Does the reference stand in the target? Only the request profile `entra` asks. */
  checkReference(type: TargetObjectType, check: ReferenceCheck): Promise<boolean>;
  /** Answers in the order of the operations; only called when `describe().bulk` is set. */
  bulk(
    operations: readonly BulkOperation[],
  ): Promise<readonly (TargetObject | true | import('./errors.ts').ConnectorError)[]>;
  /** Requests sent so far, matching and retries included. */
  readonly requestCount: number;
  /** What was noticed about the target since the last call, each remark once; it belongs to no object. */
  takeRemarks?(): readonly TargetRemark[];
  /** Left out: the target is not limited below this port. */
  readonly rate?: TargetRate;
  close(): Promise<void>;
}

/** Something that the target does otherwise than its answers say, and that no object's failure tells. */
export interface TargetRemark {
  /** A code of the provisioning log. */
  readonly code: string;
  /** What was noticed and what becomes of it. */
  readonly message: string;
}

/** The pace of one process toward a target: the processes that work on a job share its limits. */
export interface TargetRate {
  /** From now on these are the limits; what is in flight beyond them ends by itself. */
  adjust(limits: { readonly concurrency: number; readonly requestsPerSecond: number | undefined }): void;
  /** Nothing starts before the time, in milliseconds since 1970. */
  pauseUntil(time: number): void;
  /** Until when the target asked for a pause, in milliseconds since 1970; in the past: it does not. */
  readonly pausedUntil: number;
}

/** One object that a source shows. `attributes` as the source names them; references by the source's own ids. */
export interface SourceObject {
  readonly kind: 'user' | 'group';
  readonly id: string;
  readonly attributes: ReadonlyMap<string, string | boolean | readonly string[]>;
  readonly managerId?: string;
  readonly memberIds?: readonly string[];
}

export interface SourceChanges {
  readonly objects: readonly SourceObject[];
  readonly removed: readonly { readonly kind: 'user' | 'group'; readonly id: string }[];
  /** Pass it as `watermark` of the next call. */
  readonly next: string;
  /** True when the source has been read to its end, as of now. */
  readonly complete: boolean;
  /** Flaws that did not stop the reading, to be shown to the administrator. */
  readonly warnings?: readonly SourceWarning[];
}

export interface SourceWarning {
  readonly code: string;
  readonly message: string;
}

/**
 * Where people come from (CSV, LDAP, Graph). Sources feed the directory through the importer; the engine reads the
 * directory only. Throws `ConnectorError`, or `ConfigError` for input that a person must mend.
 */
export interface Source {
  changes(watermark: string | undefined, limit: number): Promise<SourceChanges>;
  close(): Promise<void>;
}

/** One request and what came back, as shown to an administrator. Credentials are masked; personal data is not. */
export interface Exchange {
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly durationMs: number;
  readonly method: string;
  readonly url: string;
  readonly requestHeaders: readonly (readonly [string, string])[];
  /** Bodies are cut by the connector; a cut one ends in `…`. */
  readonly requestBody: string | undefined;
  /** Undefined when no answer came; `failure` then says why. */
  readonly status: number | undefined;
  readonly responseHeaders: readonly (readonly [string, string])[];
  readonly responseBody: string | undefined;
  readonly failure: string | undefined;
}

export type ExchangeRecorder = (exchange: Exchange) => void;
