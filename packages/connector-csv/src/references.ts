import { basename } from 'node:path';
import type { SourceObject, SourceWarning } from '@joinery/connector-kit';
import { csvError, csvWarning } from './errors.ts';

interface Pending {
  readonly line: number;
  readonly ownerId: string;
  count: number;
}

const warningsMax = 100;

/**
 * Ids that were seen, and references that are waiting for theirs: the only memory that grows with the files. Users and
 * groups share one space of ids, since `members` may name either.
 */
export class References {
  /** Line of each id; users count up from 1, groups down from -1. */
  readonly #lines = new Map<string, number>();
  readonly #pendingManagers = new Map<string, Pending>();
  readonly #pendingMembers = new Map<string, Pending>();
  readonly #files: { readonly user: string; readonly group: string };

  constructor(files: { readonly user: string; readonly group: string }) {
    this.#files = files;
  }

  /** Throws `csv.duplicate_id`. */
  add(object: SourceObject, line: number): void {
    const earlier = this.#lines.get(object.id);
    if (earlier !== undefined) {
      const file = this.#files[earlier > 0 ? 'user' : 'group'];
      throw csvError(
        'csv.duplicate_id',
        { file: this.#files[object.kind], line, column: 'id' },
        `the id "${shorten(object.id)}" is used already in line ${Math.abs(earlier)} of ${basename(file)}`,
        'Give each user and group an id of its own',
      );
    }
    this.#lines.set(object.id, object.kind === 'user' ? line : -line);
    if (object.managerId !== undefined && !((this.#lines.get(object.managerId) ?? -1) > 0)) {
      wait(this.#pendingManagers, object.managerId, object.id, line);
    }
    for (const memberId of object.memberIds ?? []) {
      if (!this.#lines.has(memberId)) wait(this.#pendingMembers, memberId, object.id, line);
    }
  }

  /** `csv.unknown_reference`, one for each unknown id, when both files have been read. */
  warnings(): readonly SourceWarning[] {
    const warnings: SourceWarning[] = [];
    for (const [id, pending] of this.#pendingManagers) {
      if ((this.#lines.get(id) ?? -1) > 0) continue;
      warnings.push(this.#warn('user', 'manager', id, pending));
    }
    for (const [id, pending] of this.#pendingMembers) {
      if (this.#lines.has(id)) continue;
      warnings.push(this.#warn('group', 'members', id, pending));
    }
    if (warnings.length <= warningsMax) return warnings;
    const more = { code: 'csv.unknown_reference', message: `${warnings.length - warningsMax} more unknown ids.` };
    return [...warnings.slice(0, warningsMax), more];
  }

  #warn(kind: 'user' | 'group', column: string, id: string, { line, ownerId, count }: Pending): SourceWarning {
    const others = count > 1 ? ` and in ${count - 1} more records` : '';
    return csvWarning(
      'csv.unknown_reference',
      { file: this.#files[kind], line, column },
      `there is no ${kind === 'user' ? 'user' : 'user or group'} with the id "${shorten(id)}", named by "${shorten(ownerId)}"${others}; the reference was left out`,
    );
  }
}

function wait(pending: Map<string, Pending>, id: string, ownerId: string, line: number): void {
  const waiting = pending.get(id);
  if (waiting === undefined) pending.set(id, { line, ownerId, count: 1 });
  else waiting.count += 1;
}

function shorten(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 79)}…`;
}
