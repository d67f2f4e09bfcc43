import { ApiError } from '@joinery/ui';

/** Whether the server says that there is no such thing. */
export function isAbsent(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404;
}
