import { ScimError } from '../errors.ts';

/** Runs a part of one operation; a refusal gets the operation's index and path into its sentence and detail. */
export function inOperation<T>(operation: { op: string; index: number; path: string }, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof ScimError) || error.detail['operation'] !== undefined) throw error;
    const { op, index } = operation;
    const path = operation.path.slice(0, 200);
    throw new ScimError({
      code: error.code,
      status: error.status,
      ...(error.scimType === undefined ? {} : { scimType: error.scimType }),
      message: `Operations[${index}] (${path === '' ? op : `${op} ${path}`}): ${error.message}`,
      detail: { ...error.detail, operation: index, path },
      retry: error.retry,
      cause: error,
    });
  }
}
