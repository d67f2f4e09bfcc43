import { Type, type Static } from 'typebox';

/** @see https://learn.microsoft.com/graph/errors */
export const ErrorBody = Type.Object({
  error: Type.Object({
    code: Type.String(),
    message: Type.String(),
    innerError: Type.Object({
      /** The dotted code of `docs/reference/error-codes.md`. */
      code: Type.String(),
      'request-id': Type.String(),
      date: Type.String(),
    }),
  }),
});
export type ErrorBody = Static<typeof ErrorBody>;
