import type { Json } from '@joinery/base';
import { isComplexMultiValued, isJsonArray, isJsonObject } from './attribute-value.ts';
import { elementOf } from './create-body.ts';
import { asElement, pathOfList, severalElements, type TypedChange, type WireOperation } from './patch-operation.ts';
import { isManager, type TargetPath } from './target-path.ts';

/** One operation per attribute in the form of RFC 7644 §3.5.2, each with its path. */
export function rfcOperations(changes: readonly TypedChange[]): readonly WireOperation[] {
  return changes.flatMap(rfcOperation);
}

function rfcOperation(change: TypedChange): readonly WireOperation[] {
  const { path, operation, value } = change;
  if (operation === 'remove') return [{ op: 'remove', path: path.text }];
  if (isManager(path)) return [{ op: operation, path: path.text, value: isJsonObject(value) ? value : { value } }];
  if (path.filter !== undefined && isJsonArray(value)) return severalElements(change, value, ['remove', 'add']);
  if (isComplexMultiValued(path) && isJsonArray(value)) {
    return [{ op: operation, path: path.text, value: value.map((one) => asElement(path, one)) }];
  }
  return [{ op: operation, path: path.text, value }];
}

/**
 * The same changes for a target that refused a filtered path because no element matches (400 `noTarget`, RFC 7644
 * §3.5.2.3): elements that the resource lacks are added whole, one per filter.
 */
export function withMissingElements(
  changes: readonly TypedChange[],
  isMissing: (path: TargetPath) => boolean,
): readonly WireOperation[] {
  const rest: TypedChange[] = [];
  const missing = new Map<string, { path: TargetPath; values: Map<string, Json> }>();
  for (const change of changes) {
    if (change.path.filter === undefined || isJsonArray(change.value) || !isMissing(change.path)) {
      rest.push(change);
    } else if (change.operation !== 'remove') {
      const entry = missing.get(change.path.element) ?? { path: change.path, values: new Map<string, Json>() };
      entry.values.set(change.path.sub ?? 'value', change.value);
      missing.set(change.path.element, entry);
    }
  }
  const added = [...missing.values()].map(({ path, values }): WireOperation => ({
    op: 'add',
    path: pathOfList(path),
    value: [elementOf(path, values)],
  }));
  return [...rfcOperations(rest), ...added];
}
