import type { Json } from '@joinery/base';
import { mutability, noTarget } from '../errors.ts';
import type { CheckedFilter } from '../filter/ast.ts';
import { isEmpty } from '../schema/coerce.ts';
import { isJsonArray, isJsonObject } from '../json-shape.ts';
import { readMembers } from '../read-members.ts';
import { isMembers } from '../schema/registry.ts';
import type { Tolerance } from '../tolerance.ts';
import type { MembersChange, MemberValue, PatchOperation } from './operation.ts';
import type { AttributeTarget } from './value.ts';

interface GivenMembers {
  readonly op: PatchOperation['op'];
  readonly index: number;
  readonly target: AttributeTarget;
  readonly value: unknown;
}

/**
 * Makes an operation on a group's members regular. An element is immutable (RFC 7643 §4.2), so what stays are whole elements
 * added, replaced as a set, listed for removal, or chosen by a filter for removal; writes of `display`, `type` and `$ref` alone are
 * accepted and ignored, since the service provider knows them.
 */
export function normalizeMembers(given: GivenMembers, tolerance: Tolerance): readonly PatchOperation[] {
  const { op, target } = given;
  const { sub } = target.path;
  if (sub !== undefined && sub.name !== 'value') {
    tolerance.note('patch.member_detail_ignored', `members.${sub.name}`);
    return [];
  }
  if (sub !== undefined && (op === 'replace' || (op === 'add' && target.filter !== undefined))) {
    throw mutability({
      detail: "A member's value can not be changed; remove the member and add another.",
      attribute: 'members.value',
    });
  }
  const whole: AttributeTarget = { ...target, path: { ...target.path, sub: undefined } };
  return target.filter === undefined
    ? ofList({ ...given, target: whole }, tolerance)
    : ofChosen({ ...given, target: whole }, target.filter, tolerance);
}

function ofList({ op, index, target, value }: GivenMembers, tolerance: Tolerance): readonly PatchOperation[] {
  if (op === 'remove') {
    if (value === undefined || value === null) return [{ op, index, target, value: undefined }];
    tolerance.note('patch.remove_by_value', 'members');
    if (isEmpty(value)) return [];
  }
  const members = readMembers(value, tolerance);
  if (members.length === 0 && op !== 'replace') return [];
  return [{ op, index, target, value: members.map(toJson) }];
}

/** `members[value eq "id"]`. An add or replace of it is the membership itself. */
function ofChosen(
  { op, index, target, value }: GivenMembers,
  filter: CheckedFilter,
  tolerance: Tolerance,
): readonly PatchOperation[] {
  if (op === 'remove') {
    if (value !== undefined && value !== null) tolerance.note('patch.value_on_remove', 'members');
    return [{ op, index, target, value: undefined }];
  }
  const ids = idsOf(filter);
  const [id] = ids ?? [];
  if (id === undefined || ids?.length !== 1) {
    throw noTarget({ detail: 'Only members[value eq "…"] can be added to a group.', attribute: 'members' });
  }
  const named = isObjectWithValue(value) ? readMembers(value, tolerance)[0] : undefined;
  if (named !== undefined && named.value !== id) {
    const detail = `The member '${id}' can not become '${named.value}'; remove the one and add the other.`;
    throw mutability({ detail, attribute: 'members.value' });
  }
  const unfiltered: AttributeTarget = { ...target, filter: undefined };
  return [{ op: 'add', index, target: unfiltered, value: [toJson({ value: id, type: named?.type })] }];
}

function isObjectWithValue(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && Object.keys(value).some((name) => name.toLowerCase() === 'value')
  );
}

function toJson(member: MemberValue): Json {
  return member.type === undefined ? { value: member.value } : { value: member.value, type: member.type };
}

function toMember(json: Json): MemberValue | undefined {
  if (!isJsonObject(json) || typeof json['value'] !== 'string') return undefined;
  const type = json['type'];
  return { value: json['value'], type: type === 'User' || type === 'Group' ? type : undefined };
}

/** The ids that a filter names, when it is nothing but `value eq "…"` joined by `or`. */
function idsOf(filter: CheckedFilter): readonly string[] | undefined {
  if (filter.kind === 'or') {
    const ids = filter.operands.map(idsOf);
    return ids.every((each) => each !== undefined) ? ids.flat() : undefined;
  }
  const isId = filter.kind === 'compare' && filter.operator === 'eq' && filter.path.attribute.name === 'value';
  return isId && typeof filter.value === 'string' ? [filter.value] : undefined;
}

export function isOnMembers({ target }: PatchOperation): boolean {
  return target.kind === 'attribute' && isMembers(target.path.extension, target.path.attribute);
}

/**
 * Takes the operations on a group's members apart from the rest: members are rows, so storage applies them without reading
 * the group. Neighbours of one kind become one change.
 */
export function splitMembers(operations: readonly PatchOperation[]): {
  readonly members: readonly MembersChange[];
  readonly rest: readonly PatchOperation[];
} {
  const members: MembersChange[] = [];
  const rest: PatchOperation[] = [];
  let joined: MembersJoin | undefined;
  const flush = (): void => {
    if (joined !== undefined) members.push(joined.change());
    joined = undefined;
  };
  for (const operation of operations) {
    const { target } = operation;
    if (target.kind !== 'attribute' || !isOnMembers(operation)) {
      rest.push(operation);
      continue;
    }
    const change = changeOf(operation, target);
    if (change.kind !== 'add' && change.kind !== 'remove') {
      flush();
      members.push(change);
      continue;
    }
    if (joined?.kind !== change.kind) flush();
    joined ??= new MembersJoin(change.kind);
    joined.take(change);
  }
  flush();
  return { members, rest };
}

function changeOf(operation: PatchOperation, target: AttributeTarget): MembersChange {
  const listed = isJsonArray(operation.value) ? operation.value.map(toMember) : [];
  const members = listed.filter((member) => member !== undefined);
  if (operation.op === 'add') return { kind: 'add', members };
  if (operation.op === 'replace') return { kind: 'replace', members };
  if (target.filter !== undefined) {
    const memberIds = idsOf(target.filter);
    return memberIds === undefined ? { kind: 'remove-where', filter: target.filter } : { kind: 'remove', memberIds };
  }
  return operation.value === undefined
    ? { kind: 'clear' }
    : { kind: 'remove', memberIds: members.map((member) => member.value) };
}

/** Gathers neighbouring additions, or removals, into one. */
class MembersJoin {
  readonly kind: 'add' | 'remove';
  private readonly added: MemberValue[] = [];
  private readonly removed: string[] = [];

  constructor(kind: 'add' | 'remove') {
    this.kind = kind;
  }

  take(change: Extract<MembersChange, { kind: 'add' | 'remove' }>): void {
    if (change.kind === 'add') for (const member of change.members) this.added.push(member);
    else for (const id of change.memberIds) this.removed.push(id);
  }

  change(): MembersChange {
    if (this.kind === 'remove') return { kind: 'remove', memberIds: [...new Set(this.removed)] };
    const byId = new Map<string, MemberValue>();
    for (const member of this.added) {
      if (member.type !== undefined || !byId.has(member.value)) byId.set(member.value, member);
    }
    return { kind: 'add', members: [...byId.values()] };
  }
}
