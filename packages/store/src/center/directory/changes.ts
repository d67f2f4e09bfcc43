import type { DirectoryChange } from '@joinery/directory/ports';
import type { Session } from '../../database.ts';

export interface NewChanges {
  readonly kind: DirectoryChange['kind'];
  readonly change: DirectoryChange['change'];
  readonly objectIds: readonly string[];
  readonly memberIds?: readonly string[];
  readonly servicePrincipalIds?: readonly string[];
}

/** Appends to the change feed. INVARIANT: these are the last statements of a transaction, see `append_directory_changes`. */
export async function appendChanges(session: Session, at: Date, changes: readonly NewChanges[]): Promise<void> {
  for (const { kind, change, objectIds, memberIds, servicePrincipalIds } of changes) {
    if (objectIds.length === 0) continue;
    await session.query({
      name: 'append-directory-changes',
      text: 'select append_directory_changes($1, $2, $3, $4::uuid[], $5::uuid[], $6::uuid[])',
      values: [at, kind, change, objectIds, memberIds ?? null, servicePrincipalIds ?? null],
    });
  }
}
