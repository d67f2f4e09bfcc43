import { JoineryError } from '@joinery/base';

/**
 * What the directory refuses. Codes: `directory.not_found`, `directory.already_exists`, `directory.invalid_value`,
 * `directory.invalid_reference`, `directory.cycle`, `directory.unknown_attribute`, `directory.invalid_skip_token`,
 * `directory.unknown_role`, `directory.role_in_use`, `directory.role_enabled`, `directory.already_assigned`.
 */
export class DirectoryError extends JoineryError {}

export function notFound(what: string, id: string): DirectoryError {
  return new DirectoryError({
    code: 'directory.not_found',
    message: `There is no ${what} with the id "${shorten(id)}".`,
    detail: { id: shorten(id) },
  });
}

export function alreadyExists(attribute: string, value: string): DirectoryError {
  return new DirectoryError({
    code: 'directory.already_exists',
    message: `Another object has the ${attribute} "${shorten(value)}" already; choose another value.`,
    detail: { attribute, value: shorten(value) },
    retry: 'after-change',
  });
}

export function invalidValue(attribute: string, reason: string): DirectoryError {
  return new DirectoryError({
    code: 'directory.invalid_value',
    message: `The value of ${shorten(attribute)} is not accepted: ${reason}.`,
    detail: { attribute: shorten(attribute) },
    retry: 'after-change',
  });
}

/** `attribute` is `manager`, `members` or `principalId`. */
export function invalidReference(attribute: string, ids: readonly string[]): DirectoryError {
  const shown = ids.slice(0, 10).map(shorten);
  return new DirectoryError({
    code: 'directory.invalid_reference',
    message: `${attribute} refers to ${ids.length === 1 ? 'an object that does not' : `${ids.length} objects that do not`} exist in the directory or cannot be used there: ${shown.join(', ')}.`,
    detail: { attribute, ids: shown },
    retry: 'after-change',
  });
}

export function cycle(groupId: string, memberId: string): DirectoryError {
  return new DirectoryError({
    code: 'directory.cycle',
    message: `The group ${memberId} cannot be a member of ${groupId}, because it contains that group, directly or through others.`,
    detail: { groupId, memberId },
    retry: 'after-change',
  });
}

export function unknownAttribute(attribute: string): DirectoryError {
  return new DirectoryError({
    code: 'directory.unknown_attribute',
    message: `"${shorten(attribute)}" is not an attribute that can be filtered or sorted by here.`,
    detail: { attribute: shorten(attribute) },
    retry: 'after-change',
  });
}

export function invalidSkipToken(): DirectoryError {
  return new DirectoryError({
    code: 'directory.invalid_skip_token',
    message: 'The skip token is not one that this list gave out for the same order; start again with the first page.',
    retry: 'after-change',
  });
}

export function unknownRole(appRoleId: string, reason: string): DirectoryError {
  return new DirectoryError({
    code: 'directory.unknown_role',
    message: `The app role ${shorten(appRoleId)} cannot be assigned: ${reason}.`,
    detail: { appRoleId: shorten(appRoleId) },
    retry: 'after-change',
  });
}

export function roleInUse(displayName: string): DirectoryError {
  return new DirectoryError({
    code: 'directory.role_in_use',
    message: `The app role "${displayName}" is assigned; remove its assignments before you remove the role.`,
    detail: { role: displayName },
    retry: 'after-change',
  });
}

export function roleEnabled(displayName: string): DirectoryError {
  return new DirectoryError({
    code: 'directory.role_enabled',
    message: `The app role "${displayName}" is enabled; disable it before you remove it.`,
    detail: { role: displayName },
    retry: 'after-change',
  });
}

export function alreadyAssigned(principalId: string): DirectoryError {
  return new DirectoryError({
    code: 'directory.already_assigned',
    message: `${principalId} has this role of the application already.`,
    detail: { principalId },
  });
}

function shorten(text: string): string {
  return text.length <= 128 ? text : `${text.slice(0, 127)}…`;
}
