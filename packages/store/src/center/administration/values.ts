const uuidForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** An id from a URL that PostgreSQL would refuse to compare with a uuid column names nothing. */
export function isUuid(text: string): boolean {
  return uuidForm.test(text);
}

export function isUniqueViolation(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '23505';
}

/** A page token that is a position in an identity column; undefined for anything else. */
export function toPosition(skipToken: string | undefined): bigint | undefined {
  return skipToken !== undefined && /^\d{1,18}$/.test(skipToken) ? BigInt(skipToken) : undefined;
}
