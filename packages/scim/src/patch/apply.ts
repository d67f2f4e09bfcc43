import { assert, type Json, type JsonObject } from '@joinery/base';
import { invalidValue, mutability, noTarget } from '../errors.ts';
import { printFilter } from '../filter/print.ts';
import { equalJson, isJsonArray, isJsonObject } from '../json-shape.ts';
import { printResolvedPath } from '../path/print.ts';
import type { ResourceAttributes } from '../resource.ts';
import type { ResourceType } from '../schema/characteristics.ts';
import { isMembers } from '../schema/registry.ts';
import { mergeSubs, setSub, unsetSub } from './complex.ts';
import { changeElements } from './elements.ts';
import { inOperation } from './in-operation.ts';
import type { PatchOperation, PatchTarget } from './operation.ts';
import type { AttributeTarget } from './value.ts';

/**
 * Applies operations of `parsePatch` in order, RFC 7644 §3.5.2: the result, or a `ScimError` and nothing done. The attributes
 * given are never changed. `changed` compares the states, so operations that end where they began are no change.
 * Operations on members do not belong here; `splitMembers` takes them out.
 *
 * Differs from the RFC's letter where its clients need it: a replace or add on `attribute[filter]` without a match makes
 * the element when the filter only joins `eq` terms by `and`.
 *
 * Throws `scim.no_target`, `scim.mutability`, `scim.invalid_value` with the operation's index.
 */
export function applyPatch(
  type: ResourceType,
  attributes: ResourceAttributes,
  operations: readonly PatchOperation[],
): { readonly attributes: ResourceAttributes; readonly changed: boolean } {
  let state = attributes;
  for (const operation of operations) {
    const { op, index, target } = operation;
    state = inOperation({ op, index, path: printTarget(target) }, () => applyOne(type, state, operation));
  }
  const changed = !equalJson(state, attributes);
  return { attributes: changed ? state : attributes, changed };
}

function printTarget(target: PatchTarget): string {
  if (target.kind === 'extension') return target.urn;
  if (target.filter === undefined) return printResolvedPath(target.path);
  const { sub } = target.path;
  const owner = printResolvedPath({ ...target.path, sub: undefined });
  return `${owner}[${printFilter(target.filter)}]${sub === undefined ? '' : `.${sub.name}`}`;
}

function applyOne(type: ResourceType, state: ResourceAttributes, operation: PatchOperation): ResourceAttributes {
  const { target } = operation;
  if (target.kind === 'extension') return withoutExtension(type, state, target.urn);
  const { extension, attribute } = target.path;
  assert(!isMembers(extension, attribute), 'operations on members are taken out by splitMembers');
  if (extension === undefined) return changeIn(state, operation, target);
  const before = state[extension];
  const container = changeIn(isJsonObject(before) ? before : {}, operation, target);
  return withValue(state, extension, Object.keys(container).length === 0 ? undefined : container);
}

function withoutExtension(type: ResourceType, state: ResourceAttributes, urn: string): ResourceAttributes {
  const found = type.extensions.find(({ schema }) => schema.id === urn);
  if (found?.required === true) throw mutability({ detail: `${urn} is required and can not be removed.` });
  const values = asObject(state[urn]) ?? {};
  const fixed = found?.schema.attributes.find(
    (attribute) => attribute.mutability === 'immutable' && values[attribute.name] !== undefined,
  );
  if (fixed !== undefined) {
    const where = `${urn}:${fixed.name}`;
    throw mutability({ detail: `${where} can not be changed once it has a value.`, attribute: where });
  }
  return withValue(state, urn, undefined);
}

function changeIn(container: JsonObject, operation: PatchOperation, target: AttributeTarget): JsonObject {
  const { attribute } = target.path;
  const before = container[attribute.name];
  const after = changeAttribute(before, operation, target);
  const where = printResolvedPath({ ...target.path, sub: undefined });
  if (after === undefined && attribute.required) {
    if (operation.op === 'remove') {
      throw mutability({ detail: `${where} is required and can not be removed.`, attribute: where });
    }
    throw invalidValue({ detail: `${where} is required and must not be empty.`, attribute: where });
  }
  if (attribute.mutability === 'immutable' && before !== undefined && !equalJson(before, after)) {
    throw mutability({ detail: `${where} can not be changed once it has a value.`, attribute: where });
  }
  return withValue(container, attribute.name, after);
}

function withValue(container: JsonObject, name: string, value: Json | undefined): JsonObject {
  const next = new Map(Object.entries(container));
  if (value === undefined) next.delete(name);
  else next.set(name, value);
  return Object.fromEntries(next);
}

/** The attribute's value after the operation; undefined when unassigned. */
function changeAttribute(
  before: Json | undefined,
  operation: PatchOperation,
  target: AttributeTarget,
): Json | undefined {
  const { attribute, sub } = target.path;
  const { value } = operation;
  if (attribute.multiValued) {
    const elements = changeElements(asList(before), operation, target);
    return elements.length === 0 ? undefined : elements;
  }
  if (target.filter !== undefined) return changeChosen(before, operation, target);
  const isRemoval = operation.op === 'remove' || value === null || value === undefined;
  if (sub === undefined) {
    if (isRemoval) return undefined;
    return isJsonObject(value) ? mergeSubs(attribute, asObject(before), value) : value;
  }
  return isRemoval ? unsetSub(attribute, asObject(before), sub) : setSub(attribute, asObject(before), sub, value);
}

/** A singular complex attribute with a filter is taken as a list of at most one. */
function changeChosen(before: Json | undefined, operation: PatchOperation, target: AttributeTarget): Json | undefined {
  const elements = changeElements(before === undefined ? [] : [before], operation, target);
  if (elements.length > 1) {
    const { name } = target.path.attribute;
    throw noTarget({ detail: `${name} has one value, which the filter does not match.`, attribute: name });
  }
  return elements[0];
}

function asList(value: Json | undefined): readonly Json[] {
  if (value === undefined || value === null) return [];
  return isJsonArray(value) ? value : [value];
}

function asObject(value: Json | undefined): JsonObject | undefined {
  return isJsonObject(value) ? value : undefined;
}
