import { JoineryError } from '@joinery/base';
import type { Source, SourceChanges, SourceObject, SourceWarning } from '@joinery/connector-kit';
import type { ImportedObject, ImportRejection, ImportStore } from '@joinery/directory';
import { toImportedObject } from './imported-object.ts';

export interface ImportOptions {
  /** Name of the source: the ids of its objects are remembered under it. */
  readonly source: string;
  /**
   * Where the last import ended: the source then tells changes only. Without it the source is read from its beginning,
   * and what it does not show has departed.
   */
  readonly watermark?: string;
  /** false: objects that are gone from the source stay. */
  readonly departures?: boolean;
  /** Objects that are read and compared at once. */
  readonly pageSize?: number;
}

/** Departures that were not carried out, because the source showed no object of the kind at all. */
export interface ImportGuard {
  readonly code: 'import.source_empty';
  readonly kind: 'user' | 'group';
  /** How many would have departed. */
  readonly held: number;
  readonly message: string;
}

export interface ImportSummary {
  readonly read: { readonly users: number; readonly groups: number };
  readonly created: number;
  readonly updated: number;
  readonly restored: number;
  readonly departed: { readonly users: number; readonly groups: number };
  readonly managers: number;
  readonly membersAdded: number;
  readonly membersRemoved: number;
  /** References to objects that are not there; they were left out. */
  readonly unresolvedReferences: number;
  readonly guards: readonly ImportGuard[];
  /** Objects that the directory did not take, the first hundred of them. */
  readonly rejected: readonly ImportRejection[];
  readonly rejectedCount: number;
  readonly warnings: readonly SourceWarning[];
  /** For the next import, when the source tells changes. */
  readonly watermark: string;
}

const defaultPageSize = 1_000;
const batchSize = 1_000;
const departBatchSize = 5_000;
const rejectedMax = 100;
/** So many changes mislead the database's idea of its tables. */
const bulk = 5_000;

/** What the reading of the source found. */
interface Reading {
  readonly seen: Readonly<Record<'user' | 'group', string[]>>;
  readonly removed: Readonly<Record<'user' | 'group', string[]>>;
  readonly rejections: Rejections;
  readonly warnings: SourceWarning[];
  staged: number;
  watermark: string;
}

class Rejections {
  readonly shown: ImportRejection[] = [];
  count = 0;

  add(rejections: readonly ImportRejection[]): void {
    this.count += rejections.length;
    this.shown.push(...rejections.slice(0, Math.max(0, rejectedMax - this.shown.length)));
  }
}

function stuck(watermark: string): JoineryError {
  return new JoineryError({
    code: 'import.source_incomplete',
    message: `The source gives no more objects after "${watermark.slice(0, 80)}", but does not say that it was read to its end; nobody was departed.`,
    retry: 'later',
  });
}

function duplicate({ kind, id }: SourceObject): JoineryError {
  return new JoineryError({
    code: 'import.duplicate_id',
    message: `The source shows the ${kind} with the id "${id.slice(0, 80)}" twice; nothing was changed. Give each object an id of its own.`,
    retry: 'after-change',
  });
}

async function* readPages(source: Source, options: ImportOptions): AsyncGenerator<SourceChanges> {
  const limit = options.pageSize ?? defaultPageSize;
  for (let watermark = options.watermark; ;) {
    const changes = await source.changes(watermark, limit);
    yield changes;
    if (changes.complete) return;
    if (changes.next === watermark) throw stuck(changes.next);
    watermark = changes.next;
  }
}

/** Reads the source to its end and stages what differs; the directory is not changed. */
async function read(source: Source, imports: ImportStore, options: ImportOptions): Promise<Reading> {
  const reading: Reading = {
    seen: { user: [], group: [] },
    removed: { user: [], group: [] },
    rejections: new Rejections(),
    warnings: [],
    staged: 0,
    watermark: options.watermark ?? '',
  };
  const objectIds = new Set<string>();
  const reserved = new Set<string>();
  for await (const changes of readPages(source, options)) {
    const objects: ImportedObject[] = [];
    for (const object of changes.objects) {
      reading.seen[object.kind].push(object.id);
      try {
        const imported = toImportedObject(options.source, object, (name) => reserved.add(name));
        if (objectIds.has(imported.candidateId)) throw duplicate(object);
        objectIds.add(imported.candidateId);
        objects.push(imported);
      } catch (error) {
        if (!(error instanceof JoineryError) || error.code !== 'directory.invalid_value') throw error;
        reading.rejections.add([
          {
            kind: object.kind,
            sourceId: object.id,
            code: error.code,
            message: `The ${object.kind} "${object.id}": ${error.message}`,
          },
        ]);
      }
    }
    reading.staged += await imports.stage(options.source, objects);
    for (const { kind, id } of changes.removed) reading.removed[kind].push(id);
    reading.warnings.push(...(changes.warnings ?? []));
    reading.watermark = changes.next;
  }
  for (const name of reserved) {
    reading.warnings.push({
      code: 'import.reserved_attribute',
      message: `The attribute "${name}" is the directory's own and was left out.`,
    });
  }
  return reading;
}

/** The ids to depart, or the guard that keeps them. An empty source is a broken source, not an organization without people. */
async function findDeparted(
  imports: ImportStore,
  kind: 'user' | 'group',
  { seen, removed }: Reading,
  options: ImportOptions,
): Promise<readonly string[] | ImportGuard> {
  if (options.departures === false) return [];
  if (options.watermark !== undefined) return removed[kind];
  if (seen[kind].length > 0) return imports.findMissing(options.source, kind, seen[kind]);
  const held = await imports.countPresent(options.source, kind);
  if (held === 0) return [];
  return {
    code: 'import.source_empty',
    kind,
    held,
    message: `The source shows no ${kind} at all; the ${held} that it showed before stay as they are. Check the source.`,
  };
}

/**
 * Brings the objects of a source into the directory: what differs is written, what is gone goes into the recycle bin,
 * managers and members are set after the objects. Safe to run again at any point, and without changes nothing is
 * written. A source that fails, does not come to its end or shows nothing departs nobody.
 *
 * The source is the authority for its objects: attributes, manager and members that it does not show are cleared.
 * Throws what the source throws, `import.source_incomplete`, `import.duplicate_id`.
 */
export async function importSource(
  source: Source,
  imports: ImportStore,
  options: ImportOptions,
): Promise<ImportSummary> {
  const name = options.source;
  await imports.begin(name);
  const reading = await read(source, imports, options);
  const guards: ImportGuard[] = [];
  const departed = { user: 0, group: 0 };
  for (const kind of ['group', 'user'] as const) {
    const missing = await findDeparted(imports, kind, reading, options);
    if ('code' in missing) {
      guards.push(missing);
      continue;
    }
    for (let start = 0; start < missing.length; start += departBatchSize) {
      departed[kind] += await imports.depart(name, kind, missing.slice(start, start + departBatchSize));
    }
  }
  const applied = reading.staged > 0 ? await apply(imports, name, reading) : nothingApplied();
  return {
    read: { users: reading.seen.user.length, groups: reading.seen.group.length },
    ...applied,
    departed: { users: departed.user, groups: departed.group },
    guards,
    rejected: reading.rejections.shown,
    rejectedCount: reading.rejections.count,
    warnings: reading.warnings,
    watermark: reading.watermark,
  };
}

function nothingApplied() {
  return {
    created: 0,
    updated: 0,
    restored: 0,
    managers: 0,
    membersAdded: 0,
    membersRemoved: 0,
    unresolvedReferences: 0,
  };
}

async function apply(imports: ImportStore, name: string, { rejections, staged }: Reading) {
  const total = nothingApplied();
  const isBulk = staged >= bulk;
  if (isBulk) await imports.refreshStatistics();
  rejections.add(await imports.rejectTaken(name));
  for (;;) {
    const batch = await imports.applyObjects(name, batchSize);
    if (batch === undefined) break;
    total.created += batch.created;
    total.updated += batch.updated;
    total.restored += batch.restored;
    total.managers += batch.managers;
  }
  if (isBulk) await imports.refreshStatistics();
  for (;;) {
    const batch = await imports.applyReferences(name, batchSize);
    if (batch === undefined) break;
    total.managers += batch.managers;
    total.membersAdded += batch.membersAdded;
    total.membersRemoved += batch.membersRemoved;
    total.unresolvedReferences += batch.unresolved;
    rejections.add(batch.rejected);
  }
  if (isBulk) await imports.refreshStatistics();
  return total;
}
