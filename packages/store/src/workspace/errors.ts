import { invalidValue, uniqueness, type ResourceAttributes, type UniqueValue } from '@joinery/scim';
import type { ResourceTypeName } from '@joinery/service-provider/ports';
import { sqlState } from '../errors.ts';
import { uniqueTermOf } from './row.ts';

function constraintOf(error: unknown): string | undefined {
  const constraint = (error as { constraint?: unknown } | null)?.constraint;
  return typeof constraint === 'string' ? constraint : undefined;
}

export function isUniqueViolation(error: unknown, constraint: string): boolean {
  return sqlState(error) === '23505' && constraintOf(error) === constraint;
}

const uniqueAttributes: ReadonlyMap<string, string> = new Map([
  ['resource_user_name', 'userName'],
  ['resource_group_name', 'displayName'],
]);

/** What of a resource must be unique by the tenant's schemas. */
export interface UniqueValues {
  readonly type: ResourceTypeName;
  readonly values: readonly UniqueValue[];
}

/** The value whose key the error names: `Key (tenant_id, term)=(…, \\x…) already exists.` */
function takenOf(error: unknown, { type, values }: UniqueValues): UniqueValue | undefined {
  const detail = (error as { detail?: unknown } | null)?.detail;
  const term = typeof detail === 'string' ? /\\x([0-9a-f]{32})\)/.exec(detail)?.[1] : undefined;
  return values.find((value) => uniqueTermOf(type, value).toString('hex') === term) ?? values[0];
}

/** What PostgreSQL refuses of a resource, as the SCIM error it is; every other error is returned as it is. */
export function translateWriteError(
  error: unknown,
  attributes: ResourceAttributes | undefined,
  unique?: UniqueValues,
): unknown {
  switch (sqlState(error)) {
    case '23505': {
      if (unique !== undefined && constraintOf(error) === 'unique_value_pkey') {
        const taken = takenOf(error, unique);
        return taken === undefined ? error : uniqueness({ ...taken, cause: error });
      }
      const attribute = uniqueAttributes.get(constraintOf(error) ?? '');
      if (attribute === undefined) return error;
      return uniqueness({ attribute, value: String(attributes?.[attribute] ?? ''), cause: error });
    }
    // Text that is not storable: a NUL character, half of a surrogate pair.
    case '22P05':
    case '22P02':
    case '22021':
      return invalidValue({
        detail: 'A text holds a character that cannot be stored (U+0000 or a lone surrogate).',
        cause: error,
      });
    // An index entry takes at most some 2,700 bytes.
    case '54000':
      return invalidValue({
        detail: 'userName, displayName or externalId is too long; 600 characters are always accepted.',
        cause: error,
      });
    default:
      return error;
  }
}

/** Deadlock, failed serialization, or a member that was deleted while it was added: the same work done again goes through. */
export function isPassing(error: unknown): boolean {
  const state = sqlState(error);
  return (
    state === '40P01' ||
    state === '40001' ||
    (state === '23503' && constraintOf(error)?.startsWith('membership') === true)
  );
}

const attemptsMax = 6;

export async function retryConflicts<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt === attemptsMax || !isPassing(error)) throw error;
    }
  }
}
