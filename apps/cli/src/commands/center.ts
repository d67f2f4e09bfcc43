import { readFile } from 'node:fs/promises';
import {
  centerSettings,
  resolveSettings,
  startCenter,
  type Center,
  type CenterOptions,
  type CenterSettings,
  type SettingDescription,
} from '@joinery/admin-center';
import { ConfigError } from '@joinery/base';
import { Option, type Command } from 'commander';
import { integer } from '../flags.ts';
import { readPem } from '../read-pem.ts';
import { reporting } from '../reporting.ts';
import { stopSignal } from '../stop-signal.ts';

const dataDefault = '.joinery';

type Flags = Readonly<Record<string, unknown>> & { readonly config?: string };

/** `joinery center`: its flags are the settings that have one. */
export function registerCenter(program: Command): void {
  const center = program
    .command('center')
    .description('admin center: directory, enterprise applications, provisioning service and their API')
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
    .option('--config <file>', 'settings file (JSON)');
  for (const setting of centerSettings) {
    const option = toOption(setting);
    if (option) center.addOption(option);
  }
  center.action(reporting(serve));
}

function toOption({ name, flag, description, schema, environment }: SettingDescription): Option | undefined {
  if (flag === undefined) return undefined;
  const isList = 'type' in schema && schema.type === 'array';
  const fallback = 'default' in schema ? `, default: ${String(schema.default)}` : '';
  const option = new Option(`--${flag} <${isList ? 'value' : flag}>`, `${description} (${environment}${fallback})`);
  if (isList) option.argParser((text: string, before: string[] | undefined) => [...(before ?? []), text]);
  else if ('type' in schema && schema.type === 'integer') option.argParser(integer(0, 999_999_999));
  return option.attributeName() === name ? option : nameMismatch(flag, name);
}

/** Commander derives the key from the flag; the settings are read by that key. */
function nameMismatch(flag: string, name: string): never {
  throw new Error(`invariant broken: the flag --${flag} does not belong to the setting ${name}`);
}

async function serve({ config, ...flags }: Flags): Promise<void> {
  const file = config === undefined ? undefined : await readSettingsFile(config);
  const settings = resolveSettings({ flags, environment: process.env, file });
  const stopped = stopSignal();
  const center = await startCenter(await toOptions(settings, flags));
  announce(center);
  await stopped;
  await center.stop();
}

async function toOptions(settings: CenterSettings, flags: Readonly<Record<string, unknown>>): Promise<CenterOptions> {
  const { publicUrl, tlsCert, tlsKey, role, allowTarget, smtpUrl, mailFrom, secretKey, trustProxy, logLevel } =
    settings;
  const { adminEmail, adminPassword, organization, defaultDomain } = settings;
  return {
    host: settings.host ?? '127.0.0.1',
    port: settings.port ?? 8080,
    store: chooseStore(settings, flags),
    ...(publicUrl === undefined ? {} : { publicUrl }),
    ...(tlsCert === undefined || tlsKey === undefined
      ? {}
      : { tls: { cert: await readPem('--tls-cert', tlsCert), key: await readPem('--tls-key', tlsKey) } }),
    ...(role === undefined ? {} : { role }),
    ...(allowTarget === undefined ? {} : { allowedTargets: allowTarget }),
    ...(smtpUrl === undefined ? {} : { smtp: { url: smtpUrl, ...(mailFrom === undefined ? {} : { from: mailFrom }) } }),
    ...(secretKey === undefined ? {} : { secretKey }),
    ...(adminEmail === undefined || adminPassword === undefined
      ? {}
      : { administrator: { email: adminEmail, password: adminPassword } }),
    ...(organization === undefined || defaultDomain === undefined
      ? {}
      : { organization: { displayName: organization, defaultDomain } }),
    ...(trustProxy === undefined ? {} : { trustProxy }),
    ...(logLevel === undefined ? {} : { logLevel }),
  };
}

/** A flag of one kind wins over the other kind's variable; both flags are a mistake. */
function chooseStore(
  { data, database }: CenterSettings,
  flags: Readonly<Record<string, unknown>>,
): CenterOptions['store'] {
  if (flags['data'] !== undefined && flags['database'] !== undefined) {
    throw new ConfigError({ code: 'config.invalid', message: 'Give either --data or --database, not both.' });
  }
  const isFolder = database === undefined || flags['data'] !== undefined;
  return isFolder ? { directory: data ?? dataDefault } : { databaseUrl: database };
}

async function readSettingsFile(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `The settings file ${path} can't be read: ${reason}`;
    throw new ConfigError({ code: 'config.unreadable_file', message, cause });
  }
}

function announce(center: Center): void {
  process.stderr.write(`Admin center at ${center.url}\nTenant ${center.tenantId}\n`);
  if (center.setupUrl !== undefined) {
    process.stderr.write(`Create the first administrator (once, within a day): ${center.setupUrl}\n`);
  }
}
