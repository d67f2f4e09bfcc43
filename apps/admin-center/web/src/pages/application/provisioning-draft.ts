import type { JobSettings } from '@joinery/graph-api/contract';
import { messages } from '../../messages.ts';

const m = messages.provisioning;

/** The form's fields as the reader types them. */
export interface Draft {
  readonly tenantUrl: string;
  /** Empty: the saved token stays. */
  readonly token: string;
  readonly emails: string;
  readonly notify: boolean;
  readonly guard: boolean;
  readonly guardCount: string;
  readonly guardPercent: string;
  /** One a line. */
  readonly protectedAccounts: string;
  readonly upsertOnly: boolean;
  readonly bulk: boolean;
  readonly scope: JobSettings['scope'];
  readonly minutes: string;
  readonly onChange: boolean;
  readonly onLeavingScope: JobSettings['onLeavingScope'];
  readonly rawExchanges: JobSettings['rawExchanges'];
  readonly isOn: boolean;
}

export type DraftProblems = Partial<Record<keyof Draft, string>>;

export function draftOf(settings: JobSettings, secrets: ReadonlyMap<string, string>, isOn: boolean): Draft {
  return {
    tenantUrl: secrets.get('BaseAddress') ?? '',
    token: '',
    emails: settings.notification.emails.join(', '),
    notify: settings.notification.enabled,
    guard: settings.deletionGuard.enabled,
    guardCount: String(settings.deletionGuard.count),
    guardPercent: String(settings.deletionGuard.percent),
    protectedAccounts: settings.protectedAccounts.join('\n'),
    upsertOnly: settings.upsertOnly,
    bulk: settings.bulk,
    scope: settings.scope,
    minutes: String(Math.round((settings.intervalSeconds / 60) * 100) / 100),
    onChange: settings.onChange,
    onLeavingScope: settings.onLeavingScope,
    rawExchanges: settings.rawExchanges,
    isOn,
  };
}

export function protectedAccountsOf(draft: Draft): readonly string[] {
  return draft.protectedAccounts
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

export function emailsOf(draft: Draft): readonly string[] {
  return draft.emails
    .split(/[,;]/)
    .map((email) => email.trim())
    .filter((email) => email !== '');
}

/** What keeps the credentials from being tested or saved. */
export function credentialProblems(draft: Draft, hasToken: boolean): DraftProblems {
  return {
    ...(draft.tenantUrl.trim() === '' ? { tenantUrl: m.missingUrl } : {}),
    ...(draft.token.trim() === '' && !hasToken ? { token: m.missingToken } : {}),
  };
}

export function settingProblems(draft: Draft): DraftProblems {
  const minutes = Number(draft.minutes);
  const count = Number(draft.guardCount);
  const percent = Number(draft.guardPercent);
  return {
    ...(emailsOf(draft).some((email) => !/^[^@\s]+@[^@\s]+$/.test(email)) ? { emails: m.emailBad } : {}),
    ...(!(minutes >= 1 / 6 && minutes <= 10_080) ? { minutes: m.intervalBad } : {}),
    ...(!(Number.isInteger(count) && count >= 1) ? { guardCount: m.countBad } : {}),
    ...(protectedAccountsOf(draft).length > 500 || protectedAccountsOf(draft).some((one) => one.length > 256)
      ? { protectedAccounts: m.protectedBad }
      : {}),
    ...(!(Number.isInteger(percent) && percent >= 1 && percent <= 100) ? { guardPercent: m.percentBad } : {}),
  };
}

export function settingsOf(
  draft: Draft,
): Pick<
  JobSettings,
  | 'scope'
  | 'intervalSeconds'
  | 'onChange'
  | 'deletionGuard'
  | 'onLeavingScope'
  | 'protectedAccounts'
  | 'upsertOnly'
  | 'bulk'
  | 'rawExchanges'
  | 'notification'
> {
  return {
    scope: draft.scope,
    intervalSeconds: Math.round(Number(draft.minutes) * 60),
    onChange: draft.onChange,
    deletionGuard: { enabled: draft.guard, count: Number(draft.guardCount), percent: Number(draft.guardPercent) },
    onLeavingScope: draft.onLeavingScope,
    protectedAccounts: [...protectedAccountsOf(draft)],
    upsertOnly: draft.upsertOnly,
    bulk: draft.bulk,
    rawExchanges: draft.rawExchanges,
    notification: { enabled: draft.notify, emails: [...emailsOf(draft)] },
  };
}

/** The secrets to test or save: those at hand with what was typed; a masked value stands for the saved one. */
export function secretsOf(draft: Draft, saved: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const settings = new Set(['SyncAll', 'SkipOutOfScopeDeletions', 'SyncNotificationSettings']);
  const kept = [...saved].filter(([key]) => !settings.has(key));
  const token: readonly (readonly [string, string])[] =
    draft.token.trim() === '' ? [] : [['SecretToken', draft.token.trim()]];
  return new Map([...kept, ['BaseAddress', draft.tenantUrl.trim()], ...token]);
}
