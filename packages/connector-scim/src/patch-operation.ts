import type { Json } from '@joinery/base';
import type { AttributeChange } from '@joinery/connector-kit';
import { isJsonObject, roleElement } from './attribute-value.ts';
import { elementOf } from './create-body.ts';
import type { ShapedAttribute } from './object-shape.ts';
import type { TargetPath } from './target-path.ts';

/** One operation of a PATCH body, as it goes out. */
export interface WireOperation {
  readonly op: string;
  readonly path?: string;
  readonly value?: Json;
}

/** A change with its path parsed and its value typed. */
export interface TypedChange extends ShapedAttribute {
  readonly path: TargetPath;
  readonly operation: AttributeChange['operation'];
  readonly value: Json;
}

/** Several values under one filter: the old elements go, the new ones are added whole. */
export function severalElements(
  { path, operation }: TypedChange,
  values: readonly Json[],
  [remove, add]: readonly [string, string],
): readonly WireOperation[] {
  const elements = values.map((value) => elementOf(path, new Map([[path.sub ?? 'value', value]])));
  const added: WireOperation = { op: add, path: pathOfList(path), value: elements };
  return operation === 'add' ? [added] : [{ op: remove, path: path.element }, added];
}

/** One element of a complex attribute; app roles in the form of RFC 7643. */
export function asElement(path: TargetPath, value: Json): Json {
  if (!isJsonObject(value)) return { value };
  return path.urn === undefined && path.name === 'roles' ? roleElement(value, 'display') : value;
}

/** `emails` for `emails[type eq "work"].value`. */
export function pathOfList(path: TargetPath): string {
  return path.urn === undefined ? path.name : `${path.urn}:${path.name}`;
}
