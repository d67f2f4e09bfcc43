import type { Compile } from 'typebox/compile';
import { badRequest } from './errors.ts';

export type BodyCheck = ReturnType<typeof Compile>;

/** The body, once it has passed the row's schema. Throws `graph.bad_request` naming the first places that did not. */
export function readBody(check: BodyCheck, body: unknown): unknown {
  const value = body ?? {};
  if (check.Check(value)) return value;
  const places = check
    .Errors(value)
    .slice(0, 5)
    .map(({ instancePath, message }) => `${instancePath === '' ? 'the body' : instancePath} ${message}`);
  throw badRequest(`The request body is not valid: ${places.join('; ')}.`);
}
