/*
 * A target may answer success and do nothing. Where its answer shows the resource, what was sent is compared with it. Only what
 * is plain counts: a value that is still the old one, a member that is still there. Values that the target writes in its own
 * way, and attributes that its answer leaves out, say nothing.
 */
import type { Json, JsonObject } from '@joinery/base';
import { ConnectorError, type AttributeChange } from '@joinery/connector-kit';
import { memberOf, parseJson } from './answer.ts';
import { isJsonArray, isJsonObject } from './attribute-value.ts';
import type { RequestLabel } from './errors.ts';
import type { HttpAnswer } from './http.ts';
import type { MemberBatch } from './member-changes.ts';
import { attributeOf, type ObjectShape } from './object-shape.ts';
import { readAttribute } from './read-values.ts';
import type { Remarks } from './remarks.ts';
import type { TargetPath } from './target-path.ts';

/**
 * Throws `connector.change_ignored` when the answer shows old values where others were sent. A Boolean that it shows as text
 * makes a remark: who tests such a value takes "False" for true.
 */
export function checkUpdate(
  request: RequestLabel,
  answer: HttpAnswer,
  shape: ObjectShape,
  changes: readonly AttributeChange[],
  remarks: Remarks,
): void {
  const resource = parseJson(answer.body);
  if (!isJsonObject(resource)) return;
  const asText = changes.find((change) => isBooleanAsText(resource, shape, change));
  if (asText !== undefined) {
    remarks.add(
      'BooleanKeptAsText',
      `The answer to ${request.label} shows ${asText.attribute} as text instead of a Boolean: the target may take "False" for true.`,
    );
  }
  const ignored = changes.filter((change) => isIgnored(resource, shape, change)).map(({ attribute }) => attribute);
  if (ignored.length > 0) throw ignoredError(request, `shows the old value of ${ignored.join(', ')}`);
}

function isIgnored(
  resource: JsonObject,
  shape: ObjectShape,
  { attribute: name, old, value }: AttributeChange,
): boolean {
  const before = comparable(old);
  const attribute = attributeOf(shape, name);
  const shown = comparable(readAttribute(resource, attribute));
  if (before === undefined || shown !== before || comparable(value) === before) return false;
  return !isBeside(resource, attribute.path, value);
}

/** Is the new value there in an element that the path does not select? A role in Entra's form is added beside the old one. */
function isBeside(resource: JsonObject, path: TargetPath, value: Json): boolean {
  if (path.filter === undefined) return false;
  const role = isJsonObject(value) ? memberOf(value, 'value') : value;
  const root = memberOf(resource, path.name);
  return typeof role === 'string' && role !== '' && isJsonArray(root) && root.some((one) => shows(one, role));
}

function shows(element: Json, text: string): boolean {
  const value = isJsonObject(element) ? memberOf(element, 'value') : element;
  return typeof value === 'string' && value.includes(text);
}

function isBooleanAsText(resource: JsonObject, shape: ObjectShape, { attribute: name }: AttributeChange): boolean {
  const { attribute, path } = attributeOf(shape, name);
  if (attribute.type !== 'Boolean') return false;
  return typeof readAttribute(resource, { attribute: { ...attribute, type: 'String' }, path }) === 'string';
}

/** Undefined for what is absent or complex. Letter case, width forms and outer blanks are the target's own affair. */
function comparable(value: Json | undefined): string | undefined {
  if (value === undefined || value === null || isJsonArray(value) || isJsonObject(value)) return undefined;
  return String(value).normalize('NFKC').trim().toLowerCase();
}

/**
 * Throws `connector.change_ignored` when the answer shows members that were to be removed. Members that were added and are
 * not shown make a remark: some targets keep them and never show any.
 */
export function checkMembers(request: RequestLabel, answer: HttpAnswer, batch: MemberBatch, remarks: Remarks): void {
  const shown = shownMembers(parseJson(answer.body));
  if (shown === undefined) return;
  const added = new Set(batch.add);
  if (batch.remove.some((id) => shown.has(id) && !added.has(id))) {
    throw ignoredError(request, 'shows the group with the members that were to be removed');
  }
  if (batch.add.some((id) => !shown.has(id))) {
    remarks.add(
      'MembersNotShown',
      `The answer to ${request.label} shows the group without the members that were added: the target ignored them, or does not show the members of groups.`,
    );
  }
}

/** Ids of the members that the answer shows; undefined when it shows no list of them. */
export function shownMembers(resource: Json | undefined): ReadonlySet<string> | undefined {
  const members = isJsonObject(resource) ? memberOf(resource, 'members') : undefined;
  if (!isJsonArray(members)) return undefined;
  const ids = members.map((one) => (isJsonObject(one) ? memberOf(one, 'value') : one));
  return new Set(ids.filter((id) => typeof id === 'string'));
}

function ignoredError(request: RequestLabel, what: string): ConnectorError {
  return new ConnectorError({
    code: 'connector.change_ignored',
    message: `The target answered ${request.label} with success, but ${what}: it ignored the change.`,
    detail: { request: request.label },
    retry: 'later',
    scope: 'object',
    logCode: 'ChangeIgnored',
  });
}
