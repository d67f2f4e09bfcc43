import { invalidFilter, invalidPath, invalidValue, mutability, noTarget } from '../errors.ts';
import type { ResolvedPath } from '../filter/ast.ts';
import { checkElementFilter } from '../filter/check.ts';
import { isObject, kindOf } from '../json-shape.ts';
import { parsePath, type PatchPath } from '../path/parse.ts';
import { printResolvedPath } from '../path/print.ts';
import { resolvePath, resolveSchema } from '../path/resolve.ts';
import type { ResourceType } from '../schema/characteristics.ts';
import { isEmpty } from '../schema/coerce.ts';
import { elementAttributes, isMembers } from '../schema/registry.ts';
import type { Tolerance } from '../tolerance.ts';
import { normalizeMembers } from './members.ts';
import type { PatchOperation } from './operation.ts';
import { normalizeValue, type AttributeTarget } from './value.ts';

/** An operation as sent: `path` is empty when there is none, `value` undefined. */
export interface GivenOperation {
  readonly op: PatchOperation['op'];
  readonly index: number;
  readonly path: string;
  readonly value: unknown;
}

const keysMax = 1000;

/** Turns one operation as sent into none, one or several regular ones, in order. */
export class Normalizer {
  private readonly type: ResourceType;
  private readonly tolerance: Tolerance;

  constructor(type: ResourceType, tolerance: Tolerance) {
    this.type = type;
    this.tolerance = tolerance;
  }

  normalize(given: GivenOperation): readonly PatchOperation[] {
    if (given.path.trim() === '') return this.withoutPath(given, false);
    const parsed = parsePath(given.path, this.tolerance.isStrict);
    if (!parsed.ok) {
      const [problem] = parsed.problems;
      const detail = problem?.message ?? 'The path can not be read.';
      if (problem?.code.startsWith('filter.')) throw invalidFilter({ detail, problems: parsed.problems });
      throw invalidPath({ detail });
    }
    const schema = resolveSchema(parsed.value, this.type);
    if (schema !== undefined && parsed.value.filter === undefined) return this.ofSchema(given, schema);
    const target = this.target(parsed.value);
    if (target === undefined) {
      throw invalidPath({ detail: `There is no attribute '${given.path.slice(0, 200)}' in ${this.type.name}.` });
    }
    if (this.isIgnored(target.path)) return [];
    refuseReadOnly(target.path);
    return this.ofAttribute(given, target);
  }

  /** Each key of the object is a path of its own (QUIRK(entra): `"name.givenName"`, `"urn:…:User:department"`). */
  private withoutPath(given: GivenOperation, isNested: boolean): readonly PatchOperation[] {
    if (given.op === 'remove') {
      throw noTarget({ detail: 'A remove needs a "path" that says what to remove.' });
    }
    const value = unwrapObject(given.value);
    if (value === undefined) {
      const detail = `Without a "path" the value must be an object with attributes, not ${kindOf(given.value)}.`;
      throw invalidValue({ detail });
    }
    return this.ofKeys(given, value, '', isNested);
  }

  private ofKeys(
    given: GivenOperation,
    object: { readonly [name: string]: unknown },
    prefix: string,
    isNested: boolean,
  ): readonly PatchOperation[] {
    const entries = Object.entries(object);
    if (entries.length > keysMax) throw invalidValue({ detail: `The value has more than ${keysMax} names.` });
    return entries.flatMap(([key, value]) => this.ofKey({ ...given, path: `${prefix}${key}`, value }, isNested));
  }

  /** A key inside an object: what is unknown or readOnly is ignored here, as in a POST. A schema inside a schema is unknown. */
  private ofKey(given: GivenOperation, isNested: boolean): readonly PatchOperation[] {
    const parsed = parsePath(given.path, this.tolerance.isStrict);
    if (!parsed.ok) {
      if (!given.path.includes('[')) return this.unknown(given.path);
      throw invalidPath({
        detail: `'${given.path.slice(0, 200)}' is not a path: ${parsed.problems[0]?.message ?? ''}`,
      });
    }
    const schema = resolveSchema(parsed.value, this.type);
    if (schema !== undefined && parsed.value.filter === undefined) {
      return isNested ? this.unknown(given.path) : this.ofSchema(given, schema);
    }
    const target = this.target(parsed.value);
    if (target === undefined) return this.unknown(given.path);
    if (this.isIgnored(target.path)) return [];
    if (isReadOnly(target.path)) {
      this.tolerance.note('patch.read_only_ignored', printResolvedPath(target.path));
      return [];
    }
    return this.ofAttribute(given, target);
  }

  private unknown(name: string): readonly PatchOperation[] {
    this.tolerance.note('body.unknown_attribute', name);
    return [];
  }

  /** A path that is a whole schema: an extension, or the core schema, which says no more than no path. */
  private ofSchema(given: GivenOperation, urn: string): readonly PatchOperation[] {
    if (urn === this.type.schema.id) return this.withoutPath({ ...given, path: '' }, true);
    const { op, index } = given;
    if (op === 'remove') return [{ op, index, target: { kind: 'extension', urn }, value: undefined }];
    if (isEmpty(given.value)) {
      return op === 'add' ? [] : [{ op, index, target: { kind: 'extension', urn }, value: null }];
    }
    const value = unwrapObject(given.value);
    if (value === undefined) {
      throw invalidValue({ detail: `${urn} takes an object, not ${kindOf(given.value)}.`, attribute: urn });
    }
    return this.ofKeys(given, value, `${urn}:`, true);
  }

  private ofAttribute(given: GivenOperation, target: AttributeTarget): readonly PatchOperation[] {
    const { op, index } = given;
    if (isMembers(target.path.extension, target.path.attribute)) {
      return normalizeMembers({ op, index, target, value: given.value }, this.tolerance);
    }
    const value = normalizeValue(op, target, given.value, this.tolerance);
    return value === 'nothing' ? [] : [{ op, index, target, value: value.value }];
  }

  private target(parsed: PatchPath): AttributeTarget | undefined {
    const path = resolvePath(parsed, this.type);
    if (path === undefined) return undefined;
    if (parsed.urn === undefined && path.extension !== undefined) {
      this.tolerance.note('path.unqualified_extension_attribute', path.attribute.name);
    }
    if (parsed.filter === undefined) return { kind: 'attribute', path, filter: undefined };
    if (elementAttributes(path.attribute).length === 0) {
      throw invalidPath({ detail: `${path.attribute.name} has no elements to choose in [ ].` });
    }
    const checked = checkElementFilter(parsed.filter, path.attribute);
    if (checked.ok) {
      const target: AttributeTarget = { kind: 'attribute', path, filter: checked.value };
      return this.tolerance.isStrict ? { ...target, mustMatch: true } : target;
    }
    throw invalidFilter({ detail: checked.problems[0]?.message ?? '', problems: checked.problems });
  }

  /** `schemas` follows from the attributes; writeOnly values are never kept. */
  private isIgnored(path: ResolvedPath): boolean {
    const isWriteOnly = path.attribute.mutability === 'writeOnly' || path.sub?.mutability === 'writeOnly';
    if (isWriteOnly) this.tolerance.note('body.write_only_dropped', printResolvedPath(path));
    else if (path.attribute.name === 'schemas') this.tolerance.note('patch.schemas_ignored', '');
    else return false;
    return true;
  }
}

function isReadOnly(path: ResolvedPath): boolean {
  if (path.attribute.mutability === 'readOnly') return true;
  return path.sub?.mutability === 'readOnly' && !isMembers(path.extension, path.attribute);
}

function refuseReadOnly(path: ResolvedPath): void {
  if (!isReadOnly(path)) return;
  const attribute = printResolvedPath(path);
  throw mutability({ detail: `${attribute} is readOnly; the service provider sets it.`, attribute });
}

function unwrapObject(value: unknown): { readonly [name: string]: unknown } | undefined {
  if (isObject(value)) return value;
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  return list.length === 1 && isObject(list[0]) ? list[0] : undefined;
}
