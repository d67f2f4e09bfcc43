import type { JobSecrets, JobSettings } from '@joinery/provisioning/ports';
import type * as contract from '../contract/index.ts';
import { badRequest } from '../errors.ts';

/** What GET shows in place of a credential, and what PUT takes as "leave it as it is". */
export const secretMask = '******';

/** Keys whose values are settings or addresses and may be shown; every other key is a credential. */
const readableKeys: ReadonlySet<string> = new Set([
  'BaseAddress',
  'SyncAll',
  'SkipOutOfScopeDeletions',
  'SyncNotificationSettings',
  'AuthenticationType',
  'Oauth2ClientId',
  'Oauth2TokenExchangeUri',
  'Oauth2AuthorizationUri',
  'Oauth2Scope',
  'UserName',
]);

export function isReadable(key: string): boolean {
  return readableKeys.has(key);
}

/** Secrets of a request; a masked value stands for the stored one. Throws `graph.bad_request`. */
export function readSecrets(pairs: contract.Secrets['value'], stored: JobSecrets): JobSecrets {
  const secrets = new Map<string, string>();
  for (const { key, value } of pairs) {
    if (secrets.has(key)) throw badRequest(`The key "${key}" is given twice.`);
    const kept = value === secretMask && !isReadable(key) ? stored.get(key) : value;
    if (kept === undefined) throw badRequest(`No value of "${key}" is stored yet; send the value itself.`);
    secrets.set(key, kept);
  }
  return secrets;
}

/** Values of credentials masked; settings as they are in force, whichever way they were changed last. */
export function presentSecrets(secrets: JobSecrets, settings: JobSettings | undefined): contract.Secrets['value'] {
  return [...secrets].map(([key, value]) => {
    if (!isReadable(key)) return { key, value: value === '' ? '' : secretMask };
    return { key, value: (settings && presentSetting(key, settings)) ?? value };
  });
}

function presentSetting(key: string, settings: JobSettings): string | undefined {
  switch (key) {
    case 'SyncAll':
      return settings.scope === 'all' ? 'True' : 'False';
    case 'SkipOutOfScopeDeletions':
      return settings.skipOutOfScopeDeletions ? 'True' : 'False';
    case 'SyncNotificationSettings':
      return JSON.stringify({
        Enabled: settings.notification.enabled,
        Recipients: settings.notification.emails.join(','),
        DeleteThresholdEnabled: settings.deletionGuard.enabled,
        DeleteThresholdValue: settings.deletionGuard.count,
      });
    default:
      return undefined;
  }
}

/**
 * The settings that Graph keeps among the secrets. Keys that are absent change nothing. Throws `graph.bad_request`.
 * @see https://learn.microsoft.com/graph/api/synchronization-serviceprincipal-put-synchronization
 */
export function readSettings(secrets: JobSecrets, current: JobSettings): Partial<JobSettings> {
  const syncAll = readBoolean(secrets, 'SyncAll');
  const skip = readBoolean(secrets, 'SkipOutOfScopeDeletions');
  const notifications = secrets.get('SyncNotificationSettings');
  return {
    ...(syncAll === undefined ? {} : { scope: syncAll ? 'all' : 'assigned' }),
    ...(skip === undefined ? {} : { skipOutOfScopeDeletions: skip }),
    ...(notifications === undefined || notifications === '' ? {} : readNotifications(notifications, current)),
  };
}

function readBoolean(secrets: JobSecrets, key: string): boolean | undefined {
  const text = secrets.get(key)?.toLowerCase();
  if (text === undefined || text === '') return undefined;
  if (text !== 'true' && text !== 'false') throw badRequest(`The value of "${key}" must be True or False.`);
  return text === 'true';
}

function readNotifications(text: string, current: JobSettings): Partial<JobSettings> {
  const value = parseObject(text);
  const [enabled, recipients] = [value.get('Enabled'), value.get('Recipients')];
  const [guard, threshold] = [value.get('DeleteThresholdEnabled'), value.get('DeleteThresholdValue')];
  const emails = typeof recipients === 'string' ? recipients.split(/[,;]/).map((email) => email.trim()) : undefined;
  const given = emails?.filter((email) => email !== '');
  if (given?.some((email) => !/^[^@\s]+@[^@\s]+$/.test(email))) {
    throw badRequest('SyncNotificationSettings: Recipients must be e-mail addresses.');
  }
  return {
    notification: {
      enabled: typeof enabled === 'boolean' ? enabled : current.notification.enabled,
      emails: given ?? current.notification.emails,
    },
    deletionGuard: {
      ...current.deletionGuard,
      ...(typeof guard === 'boolean' ? { enabled: guard } : {}),
      ...(typeof threshold === 'number' && Number.isInteger(threshold) && threshold > 0 ? { count: threshold } : {}),
    },
  };
}

function parseObject(text: string): ReadonlyMap<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return new Map(Object.entries(value));
  } catch {
    // Said below, with what was expected.
  }
  throw badRequest('The value of "SyncNotificationSettings" must be a JSON object.');
}
