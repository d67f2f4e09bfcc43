import { assertNever, type JsonObject } from '@joinery/base';
import type { AttributeChange } from '@joinery/connector-kit';
import { typedValue } from './attribute-value.ts';
import type { Dialect } from './config.ts';
import { attributeOf, type ObjectShape } from './object-shape.ts';
import { entraFlaggedOperations, entraOperations } from './patch-entra.ts';
import type { TypedChange, WireOperation } from './patch-operation.ts';
import { rfcOperations } from './patch-rfc.ts';

export const patchOpUrn = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

export function patchBody(operations: readonly WireOperation[]): JsonObject {
  return { schemas: [patchOpUrn], Operations: operations.map((operation) => ({ ...operation })) };
}

/** A change to null is a removal. */
export function typeChanges(shape: ObjectShape, changes: readonly AttributeChange[]): readonly TypedChange[] {
  return changes.map(({ attribute: name, operation, value }) => {
    const shaped = attributeOf(shape, name);
    if (operation === 'remove' || value === null) return { ...shaped, operation: 'remove', value: null };
    return { ...shaped, operation, value: typedValue(value, shaped.attribute, shaped.path) };
  });
}

/** The PATCH operations of the changes, RFC 7644 §3.5.2, in the dialect's form (facts §7.2). */
export function patchOperations(changes: readonly TypedChange[], dialect: Dialect): readonly WireOperation[] {
  switch (dialect) {
    case 'rfc':
      return rfcOperations(changes);
    case 'entra':
      return entraOperations(changes);
    case 'entra-062020':
      return entraFlaggedOperations(changes);
    default:
      return assertNever(dialect);
  }
}
