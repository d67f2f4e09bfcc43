import type { Json } from '@joinery/base';
import { foldCase, forbidden, type ResourceAttributes, type ScimError } from '@joinery/scim';
import type { EffectiveRules } from '../ports.ts';

function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function emailsOf(attributes: ResourceAttributes): readonly string[] {
  const emails = attributes['emails'];
  if (!Array.isArray(emails)) return [];
  return emails.flatMap((email) => {
    const value =
      typeof email === 'object' && email !== null && !Array.isArray(email) ? textOf(email['value']) : undefined;
    return value === undefined ? [] : [value];
  });
}

/** Names by which a person may be found at sign-in, folded. */
function signInNames(attributes: ResourceAttributes): readonly string[] {
  return [textOf(attributes['userName']) ?? '', ...emailsOf(attributes)].map(foldCase).toSorted();
}

function isOfDomain(address: string, domains: readonly string[]): boolean {
  const at = address.lastIndexOf('@');
  return at !== -1 && domains.includes(foldCase(address.slice(at + 1)));
}

/** Refuses addresses outside the tenant's verified domains. What was there before and is not changed stays. */
export function checkDomains(
  rules: EffectiveRules,
  next: ResourceAttributes,
  current: ResourceAttributes | undefined,
): void {
  const domains = rules.verifiedDomains;
  if (domains.length === 0) return;
  const userName = textOf(next['userName']) ?? '';
  const refuse = (attribute: string, value: string): ScimError =>
    forbidden({
      attribute,
      detail: `${attribute} '${value}' is outside the verified domains of the tenant (${domains.slice(0, 20).join(', ')}).`,
    });
  if (userName !== textOf(current?.['userName']) && !isOfDomain(userName, domains)) throw refuse('userName', userName);
  const known = new Set(current === undefined ? [] : emailsOf(current));
  const foreign = emailsOf(next).find((email) => !known.has(email) && !isOfDomain(email, domains));
  if (foreign !== undefined) throw refuse('emails.value', foreign);
}

/** Whether the rules name the account, by id, userName or, for the owner, also by e-mail address. */
export function isProtected(rules: EffectiveRules, id: string, attributes: ResourceAttributes): boolean {
  const userName = foldCase(textOf(attributes['userName']) ?? '');
  if (rules.protectedAccounts.some((account) => account === id || foldCase(account) === userName)) return true;
  if (!rules.protectsOwner || rules.owner === undefined) return false;
  return signInNames(attributes).includes(foldCase(rules.owner));
}

/** Refuses to disable or rename a protected account, or to change its e-mail addresses. */
export function checkProtected(id: string, current: ResourceAttributes, next: ResourceAttributes): void {
  if (current['active'] !== false && next['active'] === false) {
    throw forbidden({
      attribute: 'active',
      detail: `The account ${id} is protected in the tenant and cannot be disabled.`,
    });
  }
  if (changesSignIn(current, next)) {
    const detail = `The account ${id} is protected in the tenant; its userName and e-mail addresses cannot be changed.`;
    throw forbidden({ attribute: 'userName', detail });
  }
}

export function changesSignIn(current: ResourceAttributes, next: ResourceAttributes): boolean {
  return signInNames(current).join('\n') !== signInNames(next).join('\n');
}
