import { invalidSyntax, payloadTooLarge } from '../errors.ts';
import { isObject, kindOf } from '../json-shape.ts';
import type { ResourceType } from '../schema/characteristics.ts';
import { urns } from '../schema/urns.ts';
import { Tolerance } from '../tolerance.ts';
import { inOperation } from './in-operation.ts';
import { isOnMembers } from './members.ts';
import { Normalizer } from './normalize.ts';
import type { ParsedPatch, PatchOperation } from './operation.ts';

/** The greatest number of operations in one request. */
export const operationsMax = 10_000;
/** At most as many may concern anything but a group's members, counted after objects without a path were taken apart. */
export const attributeOperationsMax = 500;

/**
 * Reads a PATCH body, RFC 7644 §3.5.2, and makes every spelling that clients use regular: letter case of `op` and of keys, objects without a
 * path (one operation for each key, which is itself a path), bare text and lists where the schema says otherwise, removal
 * of listed members; with `isStrict` none of them is taken. A readOnly attribute is ignored inside an object and refused as a path. No operations at all is a success.
 *
 * Throws `scim.invalid_syntax`, `scim.invalid_path`, `scim.invalid_filter`, `scim.invalid_value`, `scim.no_target`,
 * `scim.mutability`, each with the operation's index, or `scim.payload_too_large`.
 */
export function parsePatch(type: ResourceType, body: unknown, isStrict = false): ParsedPatch {
  const tolerance = new Tolerance(isStrict);
  const given = readEnvelope(body, tolerance);
  const normalizer = new Normalizer(type, tolerance);
  const operations: PatchOperation[] = [];
  let attributeOperations = 0;
  given.forEach((entry, index) => {
    for (const operation of readOperation(entry, index, normalizer, tolerance)) {
      operations.push(operation);
      if (!isOnMembers(operation)) attributeOperations++;
    }
    if (attributeOperations > attributeOperationsMax) {
      throw tooManyOperations(`more than ${attributeOperationsMax} operations on attributes`);
    }
  });
  return { operations, tolerated: tolerance.list() };
}

function readEnvelope(body: unknown, tolerance: Tolerance): readonly unknown[] {
  if (!isObject(body)) {
    throw invalidSyntax({ detail: `The body must be a JSON object with "Operations", not ${kindOf(body)}.` });
  }
  const names = lowerNames(body);
  const schemas = names.get('schemas');
  if (!Array.isArray(schemas) || !schemas.includes(urns.patchOp)) tolerance.note('patch.missing_schemas', '');
  const operations = names.get('operations');
  if (!Array.isArray(operations)) {
    throw invalidSyntax({ detail: 'The body must have "Operations", a list of {"op", "path", "value"}.' });
  }
  // QUIRK(entra): the validator sends an empty list when a test has nothing to change.
  if (operations.length === 0) tolerance.note('patch.no_operations', '');
  if (operations.length > operationsMax) throw tooManyOperations(`more than ${operationsMax} operations`);
  return operations;
}

function readOperation(
  entry: unknown,
  index: number,
  normalizer: Normalizer,
  tolerance: Tolerance,
): readonly PatchOperation[] {
  if (!isObject(entry))
    throw invalidSyntax({ detail: `Operations[${index}] must be an object, not ${kindOf(entry)}.` });
  const names = lowerNames(entry);
  const opText = names.get('op');
  const op = typeof opText === 'string' ? opText.trim().toLowerCase() : '';
  if (op !== 'add' && op !== 'replace' && op !== 'remove') {
    throw invalidSyntax({ detail: `Operations[${index}] must have an "op" of add, replace or remove.` });
  }
  if (op !== opText) tolerance.note('patch.op_letter_case', '');
  const path = names.get('path') ?? '';
  if (typeof path !== 'string') {
    throw invalidSyntax({ detail: `Operations[${index}] has a "path" that is ${kindOf(path)}; it must be text.` });
  }
  return inOperation({ op, index, path }, () => normalizer.normalize({ op, index, path, value: names.get('value') }));
}

function lowerNames(object: { readonly [name: string]: unknown }): ReadonlyMap<string, unknown> {
  return new Map(Object.entries(object).map(([name, value]) => [name.toLowerCase(), value]));
}

function tooManyOperations(problem: string): Error {
  return payloadTooLarge({ detail: `The request has ${problem}; send them in several requests.` });
}
