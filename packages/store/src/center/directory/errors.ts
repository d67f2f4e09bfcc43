import { alreadyExists, invalidReference } from '@joinery/directory/ports';
import { sqlState } from '../../errors.ts';

interface ConstraintError {
  readonly constraint?: string;
  readonly detail?: string;
}

/** The error to throw for a failed write of users or groups: unique names and ids, unknown managers. */
export function translateWriteError(error: unknown): unknown {
  const state = sqlState(error);
  const { constraint, detail } = error as ConstraintError;
  if (state === '23505') {
    // PostgreSQL shows the key as: Key (user_principal_name_folded)=(ann@contoso.com) already exists.
    const value = /=\((.*)\) already exists/.exec(detail ?? '')?.[1] ?? '';
    if (constraint === 'directory_user_name') return alreadyExists('userPrincipalName', value);
    if (constraint === 'directory_user_pkey' || constraint === 'directory_group_pkey')
      return alreadyExists('id', value);
  }
  if (state === '23503' && constraint === 'directory_user_manager_id_fkey') {
    return invalidReference('manager', [/=\((.*)\) is not present/.exec(detail ?? '')?.[1] ?? '']);
  }
  return error;
}

/** Runs a write, with its constraint errors translated. */
export async function translateWrite<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    throw translateWriteError(error);
  }
}
