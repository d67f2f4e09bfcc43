import { invalidValue } from './errors.ts';
import { isObject, kindOf } from './json-shape.ts';
import type { MemberValue } from './patch/operation.ts';
import { isPlainText } from './plain-text.ts';
import type { Tolerance } from './tolerance.ts';

/** The greatest number of members in one request. */
export const membersMax = 200_000;
const idLengthMax = 256;

/**
 * Reads a list of members as clients write it: objects with names in any letter case, of which `display` and `$ref`
 * (which Entra sends as null) are not taken, bare ids (QUIRK(postman)), one object instead of a list. Each id once.
 * A `type` that is missing or unknown is left to the store to find out. Throws `scim.invalid_value`.
 */
export function readMembers(value: unknown, tolerance: Tolerance): readonly MemberValue[] {
  if (value === null || value === undefined || value === '') return [];
  if (!Array.isArray(value)) tolerance.note('value.single_for_list', 'members');
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (values.length > membersMax) {
    const detail = `members has ${values.length} values; at most ${membersMax} are taken in one request.`;
    throw invalidValue({ detail, attribute: 'members' });
  }
  const members = new Map<string, MemberValue>();
  values.forEach((each, index) => {
    const member = readMember(each, index, tolerance);
    if (member !== undefined && !(members.has(member.value) && member.type === undefined)) {
      members.set(member.value, member);
    }
  });
  return [...members.values()];
}

function readMember(value: unknown, index: number, tolerance: Tolerance): MemberValue | undefined {
  if (value === null) return undefined;
  if (typeof value === 'string') {
    tolerance.note('value.text_for_complex', 'members');
    return { value: checkId(value, index), type: undefined };
  }
  if (!isObject(value)) throw refuse(index, `must be an object with "value", not ${kindOf(value)}`);
  let id: unknown;
  let type: unknown;
  for (const [name, given] of Object.entries(value)) {
    const lower = name.toLowerCase();
    if (lower === 'value') id = given;
    else if (lower === 'type') type = given;
    else if (lower !== 'display' && lower !== '$ref') tolerance.note('body.unknown_attribute', `members.${name}`);
  }
  return { value: checkId(id, index), type: typeOf(type, tolerance) };
}

function checkId(id: unknown, index: number): string {
  if (typeof id !== 'string' || id === '') throw refuse(index, 'must have a "value", the id of a resource');
  if (id.length > idLengthMax || !isPlainText(id))
    throw refuse(index, `must have a "value" of at most ${idLengthMax} characters`);
  return id;
}

function typeOf(type: unknown, tolerance: Tolerance): MemberValue['type'] {
  if (type === undefined || type === null || type === '') return undefined;
  const lower = typeof type === 'string' ? type.toLowerCase() : '';
  if (lower === 'user') return 'User';
  if (lower === 'group') return 'Group';
  tolerance.note('value.unknown_member_type', 'members');
  return undefined;
}

function refuse(index: number, problem: string): Error {
  return invalidValue({ detail: `members[${index}] ${problem}.`, attribute: 'members' });
}
