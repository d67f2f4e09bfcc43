import type { ObjectId } from '@joinery/base';
import type { DirectoryAttributes } from './objects.ts';

/** One object of a source, checked, with directory names. References are the source's own ids. */
export type ImportedObject =
  | {
      readonly kind: 'user';
      readonly sourceId: string;
      /** The id that the object gets when the source's id is not known yet. */
      readonly candidateId: ObjectId;
      readonly userPrincipalName: string;
      readonly accountEnabled: boolean;
      readonly attributes: DirectoryAttributes;
      readonly managerSourceId: string | undefined;
    }
  | {
      readonly kind: 'group';
      readonly sourceId: string;
      readonly candidateId: ObjectId;
      readonly displayName: string;
      readonly securityEnabled: boolean;
      readonly attributes: DirectoryAttributes;
      readonly memberSourceIds: readonly string[];
    };

/** An object of the source that the directory did not take; it stays as it was. */
export interface ImportRejection {
  readonly kind: 'user' | 'group';
  readonly sourceId: string;
  readonly code: string;
  readonly message: string;
}

export interface AppliedObjects {
  readonly created: number;
  readonly updated: number;
  readonly restored: number;
  /** Managers of new users who could be set at once. */
  readonly managers: number;
}

export interface AppliedReferences {
  readonly managers: number;
  readonly membersAdded: number;
  readonly membersRemoved: number;
  /** References to ids that the source did not show, or to objects that are deleted. */
  readonly unresolved: number;
  readonly rejected: readonly ImportRejection[];
}

/**
 * Brings the objects of one source into the directory, set by set: `begin`, `stage` page by page, then, once the source
 * was read to its end, `depart`, `rejectTaken`, and `applyObjects` and `applyReferences` until each answers undefined.
 * Nothing is visible in the directory before the first `depart` or `apply…`; each of those is one transaction.
 * Imports of the same source must not overlap; one that was cut short is repaired by the next.
 */
export interface ImportStore {
  begin(source: string): Promise<void>;
  /** Compares with the directory and keeps what differs; answers how many do. */
  stage(source: string, objects: readonly ImportedObject[]): Promise<number>;
  /** Source ids of objects that are not deleted and not among those given. */
  findMissing(source: string, kind: 'user' | 'group', seen: readonly string[]): Promise<readonly string[]>;
  /** How many objects that are not deleted came from the source. */
  countPresent(source: string, kind: 'user' | 'group'): Promise<number>;
  /** The source's own ids of objects that came from it. */
  findSourceIds(source: string, objectIds: readonly ObjectId[]): Promise<ReadonlyMap<ObjectId, string>>;
  /** Into the recycle bin, at most some thousand ids at once. */
  depart(source: string, kind: 'user' | 'group', sourceIds: readonly string[]): Promise<number>;
  /** Takes staged users out whose userPrincipalName another user has and keeps; users may swap theirs. */
  rejectTaken(source: string): Promise<readonly ImportRejection[]>;
  applyObjects(source: string, limit: number): Promise<AppliedObjects | undefined>;
  applyReferences(source: string, limit: number): Promise<AppliedReferences | undefined>;
  /** After many thousand changes: lets the database plan with them at once, not when it comes to notice them. */
  refreshStatistics(): Promise<void>;
}
