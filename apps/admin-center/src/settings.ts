import { ConfigError } from '@joinery/base';
import { Type, type Static, type TSchema } from 'typebox';
import { Value } from 'typebox/value';

/** Where else a setting may come from than the settings file. */
interface Origin {
  /** Without `--`; absent: no flag. */
  readonly flag?: string;
  readonly environment: string;
  readonly description: string;
  /** Never printed. */
  readonly secret?: boolean;
  /** What holds when it is not set, where that is no plain value. */
  readonly otherwise?: string;
}

const from = (origin: Origin): Origin => origin;
const text = { minLength: 1, maxLength: 4096 };

/** Every setting of the admin center. The reference page is printed from it. Precedence: flag, environment, file, default. */
export const centerSettingsSchema = Type.Object(
  {
    host: Type.Optional(
      Type.String({
        minLength: 1,
        default: '127.0.0.1',
        ...from({
          flag: 'host',
          environment: 'JOINERY_HOST',
          description: 'Address to listen on.',
        }),
      }),
    ),
    port: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 65_535,
        default: 8080,
        ...from({
          flag: 'port',
          environment: 'JOINERY_CENTER_PORT',
          description: 'Port to listen on; 0 takes a free one.',
        }),
      }),
    ),
    publicUrl: Type.Optional(
      Type.String({
        pattern: '^https?://[^\\s?#]+$',
        maxLength: 2048,
        ...from({
          flag: 'public-url',
          environment: 'JOINERY_PUBLIC_URL',
          description: 'Where callers reach the server: stands in links and in the OAuth scope.',
          otherwise: 'the address it listens on',
        }),
      }),
    ),
    data: Type.Optional(
      Type.String({
        ...text,
        ...from({
          flag: 'data',
          environment: 'JOINERY_DATA',
          description: 'Data folder of the embedded PostgreSQL server.',
          otherwise: '.joinery, unless a database is given',
        }),
      }),
    ),
    database: Type.Optional(
      Type.String({
        ...text,
        ...from({
          flag: 'database',
          environment: 'JOINERY_DATABASE_URL',
          description: 'URL of a PostgreSQL server, in place of the embedded one.',
          secret: true,
        }),
      }),
    ),
    tlsCert: Type.Optional(
      Type.String({
        ...text,
        ...from({
          flag: 'tls-cert',
          environment: 'JOINERY_TLS_CERT',
          description: 'Certificate chain, a PEM file; with it the server speaks https.',
        }),
      }),
    ),
    tlsKey: Type.Optional(
      Type.String({
        ...text,
        ...from({
          flag: 'tls-key',
          environment: 'JOINERY_TLS_KEY',
          description: 'Private key of the certificate, a PEM file.',
        }),
      }),
    ),
    role: Type.Optional(
      Type.Enum(['api', 'worker', 'all'], {
        default: 'all',
        ...from({
          flag: 'role',
          environment: 'JOINERY_ROLE',
          description: 'What this process does: answer the API, run cycles and send mail, or both.',
        }),
      }),
    ),
    allowTarget: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 260 }), {
        maxItems: 100,
        ...from({
          flag: 'allow-target',
          environment: 'JOINERY_ALLOW_TARGET',
          description:
            'HOST or HOST:PORT that may be provisioned into although it is not public or speaks plain http; the environment variable takes several, separated by commas.',
        }),
      }),
    ),
    smtpUrl: Type.Optional(
      Type.String({
        pattern: '^smtps?://',
        maxLength: 2048,
        ...from({
          environment: 'JOINERY_SMTP_URL',
          description:
            'Mail server for notifications, smtp:// or smtps://, with user and password where it wants them.',
          otherwise: 'mails are kept and shown',
          secret: true,
        }),
      }),
    ),
    mailFrom: Type.Optional(
      Type.String({
        minLength: 3,
        maxLength: 320,
        ...from({
          environment: 'JOINERY_MAIL_FROM',
          description: 'Sender of notifications.',
          otherwise: 'joinery@ and the host of the public URL',
        }),
      }),
    ),
    secretKey: Type.Optional(
      Type.String({
        ...text,
        ...from({
          environment: 'JOINERY_SECRET_KEY',
          description: 'Key that encrypts the credentials of targets: 32 bytes as base64.',
          otherwise: 'DATA/secret.key, made at the first start',
          secret: true,
        }),
      }),
    ),
    adminEmail: Type.Optional(
      Type.String({
        pattern: '^[^@\\s]+@[^@\\s]+$',
        maxLength: 254,
        ...from({
          environment: 'JOINERY_ADMIN_EMAIL',
          description: 'First Global Administrator, made when there is none yet.',
          otherwise: 'a one-time set-up link is printed',
        }),
      }),
    ),
    adminPassword: Type.Optional(
      Type.String({
        minLength: 8,
        maxLength: 200,
        ...from({
          environment: 'JOINERY_ADMIN_PASSWORD',
          description: 'Password of the first Global Administrator.',
          secret: true,
        }),
      }),
    ),
    organization: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 256,
        default: 'Contoso',
        ...from({
          environment: 'JOINERY_ORGANIZATION',
          description: 'Name of the organization, taken at the first start.',
        }),
      }),
    ),
    defaultDomain: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 253,
        default: 'contoso.com',
        ...from({
          environment: 'JOINERY_DEFAULT_DOMAIN',
          description: 'What the expression DefaultDomain() answers, taken at the first start.',
        }),
      }),
    ),
    trustProxy: Type.Optional(
      Type.Boolean({
        default: false,
        ...from({
          environment: 'JOINERY_TRUST_PROXY',
          description: 'Take the caller from X-Forwarded-For: only behind a reverse proxy that sets it.',
        }),
      }),
    ),
    logLevel: Type.Optional(
      Type.Enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
        default: 'info',
        ...from({
          flag: 'log-level',
          environment: 'JOINERY_LOG_LEVEL',
          description: 'Least severe log lines that are printed.',
        }),
      }),
    ),
  },
  { additionalProperties: false },
);

export type CenterSettings = Static<typeof centerSettingsSchema>;
type SettingName = keyof CenterSettings;

/** A setting as the schema describes it, for the reference page and the command line. */
export interface SettingDescription extends Origin {
  readonly name: SettingName;
  readonly schema: TSchema;
}

export const centerSettings: readonly SettingDescription[] = Object.entries(centerSettingsSchema.properties).map(
  ([name, schema]) => ({
    // The entries of the schema's own properties.
    name: name as SettingName,
    schema,
    ...(schema as unknown as Origin),
  }),
);

export interface SettingSources {
  readonly flags: Readonly<Partial<Record<SettingName, unknown>>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Parsed content of the settings file. */
  readonly file: unknown;
}

/** Puts the sources together. Throws `ConfigError` `config.invalid` that names the setting and where it came from. */
export function resolveSettings({ flags, environment, file }: SettingSources): CenterSettings {
  const fromFile = readFile(file);
  const resolved = new Map<string, unknown>();
  for (const { name, schema, environment: variable, flag, secret } of centerSettings) {
    const text = environment[variable];
    const candidates = [
      { value: flags[name], from: `--${flag ?? name}` },
      { value: text === undefined || text === '' ? undefined : readText(schema, text), from: variable },
      { value: fromFile.get(name), from: `"${name}" of the settings file` },
      { value: 'default' in schema ? schema.default : undefined, from: 'default' },
    ];
    const chosen = candidates.find(({ value }) => value !== undefined);
    if (!chosen) continue;
    if (!Value.Check(schema, chosen.value))
      throw invalid(chosen.from, schema, secret === true ? undefined : chosen.value);
    resolved.set(name, chosen.value);
  }
  const settings = Object.fromEntries(resolved);
  // Each member has been checked against its own schema, and no other names were let in.
  return requirePairs(settings as CenterSettings);
}

function readFile(file: unknown): ReadonlyMap<string, unknown> {
  if (file === undefined) return new Map();
  if (typeof file !== 'object' || file === null || Array.isArray(file)) {
    throw new ConfigError({ code: 'config.invalid', message: 'The settings file must hold one JSON object.' });
  }
  const entries = Object.entries(file);
  const unknown = entries.find(([name]) => !centerSettings.some((one) => one.name === name));
  if (unknown) {
    throw new ConfigError({
      code: 'config.unknown_setting',
      message: `"${unknown[0]}" in the settings file is not a setting of the admin center.`,
    });
  }
  return new Map(entries);
}

/** What a person writes into a variable, as the schema's type. */
function readText(schema: TSchema, text: string): unknown {
  const type = 'type' in schema ? schema.type : undefined;
  if (type === 'integer') return /^\d{1,9}$/.test(text) ? Number(text) : text;
  if (type === 'boolean')
    return text === 'true' || text === '1' ? true : text === 'false' || text === '0' ? false : text;
  if (type === 'array') return text.split(',').map((part) => part.trim()).filter((part) => part !== ''); // prettier-ignore
  return text;
}

function invalid(from: string, schema: TSchema, value: unknown): ConfigError {
  const shown = value === undefined ? '' : ` ${JSON.stringify(value).slice(0, 100)}`;
  const [problem] = Value.Errors(schema, value);
  return new ConfigError({
    code: 'config.invalid',
    message: `The value${shown} of ${from} is not valid: it ${problem?.message ?? 'has another form'}.`,
  });
}

const pairs: readonly (readonly [SettingName, SettingName, string])[] = [
  ['tlsCert', 'tlsKey', 'Give the certificate (--tls-cert) and its key (--tls-key) together.'],
  ['adminEmail', 'adminPassword', 'Set JOINERY_ADMIN_EMAIL and JOINERY_ADMIN_PASSWORD together.'],
];

function requirePairs(settings: CenterSettings): CenterSettings {
  for (const [one, other, message] of pairs) {
    if ((settings[one] === undefined) !== (settings[other] === undefined)) {
      throw new ConfigError({ code: 'config.incomplete', message });
    }
  }
  return settings;
}
