import { ConfigError } from '@joinery/base';
import type { AdministrationOptions, LogLevel, Workspace, WorkspaceOptions } from '@joinery/workspace';
import { Option, type Command } from 'commander';
import { integer } from '../flags.ts';
import { readPem } from '../read-pem.ts';
import { reporting } from '../reporting.ts';
import { stopSignal } from '../stop-signal.ts';

interface StoreFlags {
  readonly data?: string;
  readonly database?: string;
  readonly publicUrl?: string;
}

interface ServerFlags extends StoreFlags {
  readonly host: string;
  readonly port: number;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly logLevel: LogLevel;
  readonly rateLimit?: number;
  readonly tokenDaysMax?: number;
  readonly changeFeedDays?: number;
  readonly allowHost?: readonly string[];
  readonly federationHost?: readonly string[];
}

const dataDefault = '.joinery';

/** Loaded when needed, so that other commands start without it. */
const load = () => import('@joinery/workspace');

function withStoreFlags(command: Command): Command {
  return command
    .addOption(
      new Option('--data <dir>', `data folder of the embedded PostgreSQL (default: ${dataDefault})`).env(
        'JOINERY_DATA',
      ),
    )
    .addOption(new Option('--database <url>', 'PostgreSQL URL, instead of --data').env('JOINERY_DATABASE_URL'))
    .addOption(new Option('--public-url <url>', 'what clients use, without /scim/v2').env('JOINERY_PUBLIC_URL'));
}

/** A flag wins over the environment; both of one kind are a mistake. */
function storeOf(flags: StoreFlags, command: Command): { directory: string } | { databaseUrl: string } {
  const source = (name: string) => command.getOptionValueSourceWithGlobals(name);
  if (flags.data !== undefined && flags.database !== undefined && source('data') === source('database')) {
    throw new ConfigError({ code: 'cli.invalid_flag', message: 'Give either --data or --database, not both.' });
  }
  const usesDatabase = flags.database !== undefined && (flags.data === undefined || source('database') === 'cli');
  if (usesDatabase && flags.database !== undefined) return { databaseUrl: flags.database };
  return { directory: flags.data ?? dataDefault };
}

async function tlsOf(flags: ServerFlags): Promise<Pick<WorkspaceOptions, 'tls'>> {
  const { tlsCert, tlsKey } = flags;
  if (tlsCert === undefined && tlsKey === undefined) return {};
  if (tlsCert === undefined || tlsKey === undefined) {
    throw new ConfigError({ code: 'cli.invalid_flag', message: 'Give --tls-cert and --tls-key together.' });
  }
  return { tls: { cert: await readPem('--tls-cert', tlsCert), key: await readPem('--tls-key', tlsKey) } };
}

function administratorOf(environment: NodeJS.ProcessEnv): Pick<WorkspaceOptions, 'administrator' | 'tenantName'> {
  const { JOINERY_ADMIN_EMAIL: email, JOINERY_ADMIN_PASSWORD: password, JOINERY_TENANT_NAME: tenantName } = environment;
  if ((email === undefined) !== (password === undefined)) {
    throw new ConfigError({
      code: 'cli.invalid_environment',
      message: 'Set JOINERY_ADMIN_EMAIL and JOINERY_ADMIN_PASSWORD together.',
    });
  }
  return {
    ...(email === undefined || password === undefined ? {} : { administrator: { email, password } }),
    ...(tenantName === undefined ? {} : { tenantName }),
  };
}

function secretKeyOf({ JOINERY_SECRET_KEY: secretKey }: NodeJS.ProcessEnv): Pick<WorkspaceOptions, 'secretKey'> {
  return secretKey === undefined || secretKey === '' ? {} : { secretKey };
}

/** A flag may come several times; its environment variable holds them separated by commas. */
function collect(text: string, before: readonly string[] | undefined): readonly string[] {
  const parts = text.split(',').map((part) => part.trim());
  return [...(before ?? []), ...parts.filter((part) => part !== '')];
}

async function serve(flags: ServerFlags, command: Command): Promise<void> {
  const { startWorkspace } = await load();
  const perSecond = flags.rateLimit;
  const signal = stopSignal();
  const workspace = await startWorkspace({
    host: flags.host,
    port: flags.port,
    store: storeOf(flags, command),
    logLevel: flags.logLevel,
    ...(flags.publicUrl === undefined ? {} : { publicUrl: flags.publicUrl }),
    ...(perSecond === undefined ? {} : { rateLimit: { perSecond, burst: perSecond * 2 } }),
    ...(flags.tokenDaysMax === undefined ? {} : { tokenDaysMax: flags.tokenDaysMax }),
    ...(flags.changeFeedDays === undefined ? {} : { changeFeedDays: flags.changeFeedDays }),
    ...(flags.allowHost === undefined ? {} : { allowedHosts: flags.allowHost }),
    ...(flags.federationHost === undefined ? {} : { federationHosts: flags.federationHost }),
    ...secretKeyOf(process.env),
    ...(await tlsOf(flags)),
    ...administratorOf(process.env),
  });
  announce(workspace);
  await signal;
  await workspace.stop();
}

function announce(workspace: Workspace): void {
  process.stderr.write(`Workspace at ${workspace.url}\nTenant URL ${workspace.tenantUrl}\n`);
  if (workspace.setupUrl !== undefined) {
    process.stderr.write(`Create the first administrator (once, within a day): ${workspace.setupUrl}\n`);
  }
}

function printResult(result: Readonly<Record<string, string | undefined>>, asJson: boolean): void {
  const lines = Object.entries(result).flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}`]));
  process.stdout.write(asJson ? `${JSON.stringify(result)}\n` : `${lines.join('\n')}\n`);
}

function administrationOf(command: Command): AdministrationOptions {
  // The parser gives `--data` behind `tenant create` to `workspace`, which has it too.
  const flags = command.optsWithGlobals<StoreFlags>();
  const { publicUrl } = flags;
  return { store: storeOf(flags, command), ...(publicUrl === undefined ? {} : { publicUrl }) };
}

function registerTenant(workspace: Command): void {
  const tenant = workspace.command('tenant').description('tenants of the workspace');
  withStoreFlags(tenant.command('create').argument('<name>').description('create a tenant'))
    .option('--json', 'one line of JSON on stdout')
    .action(
      reporting(async (name: string, flags: { json?: true }, command: Command) => {
        const { createTenant } = await load();
        printResult(await createTenant(administrationOf(command), name), flags.json === true);
      }),
    );
}

function registerToken(workspace: Command): void {
  const token = workspace.command('token').description('bearer tokens of a tenant');
  withStoreFlags(token.command('create').description('create a token; its secret is printed this once'))
    .requiredOption('--tenant <tenant>', 'name or id')
    .requiredOption('--name <name>', 'unique among the live tokens of the tenant')
    .requiredOption('--expires <iso>', 'date and time, e.g. 2027-06-30T00:00:00Z')
    .option('--json', 'one line of JSON on stdout')
    .action(
      reporting(async (flags: { tenant: string; name: string; expires: string; json?: true }, command: Command) => {
        const { createTenantToken } = await load();
        const { tenant, name, expires } = flags;
        const created = await createTenantToken(administrationOf(command), { tenant, name, expires });
        printResult(created, flags.json === true);
      }),
    );
}

/** `joinery workspace`, `joinery workspace tenant create`, `joinery workspace token create`. */
export function registerWorkspace(program: Command): void {
  const workspace = program
    .command('workspace')
    .description('SCIM 2.0 service provider with its tenant console')
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
  registerTenant(workspace);
  registerToken(workspace);
  withStoreFlags(workspace)
    .addOption(new Option('--host <host>', 'address to listen on').env('JOINERY_HOST').default('127.0.0.1'))
    .addOption(
      new Option('--port <port>', 'port to listen on, 0 for a free one')
        .env('JOINERY_WORKSPACE_PORT')
        .default(8090)
        .argParser(integer(0, 65_535)),
    )
    .option('--tls-cert <file>', 'certificate chain, PEM')
    .option('--tls-key <file>', 'private key, PEM')
    .addOption(
      new Option('--log-level <level>', 'least severe log lines to print')
        .env('JOINERY_LOG_LEVEL')
        .choices(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
        .default('info'),
    )
    .addOption(
      new Option('--rate-limit <n>', 'requests per second and tenant, 0: no limit')
        .env('JOINERY_TENANT_RATE_LIMIT')
        .argParser(integer(0, 1_000_000)),
    )
    .addOption(
      new Option('--token-days-max <n>', 'longest life of a bearer token in days (default: none)')
        .env('JOINERY_TOKEN_DAYS_MAX')
        .argParser(integer(1, 36_500)),
    )
    .addOption(
      new Option('--change-feed-days <n>', 'days for which the change feed is kept, 0: for ever (default: 90)')
        .env('JOINERY_CHANGE_FEED_DAYS')
        .argParser(integer(0, 36_500)),
    )
    .addOption(
      new Option('--allow-host <host>', 'HOST or HOST:PORT that webhooks may call although it is private or plain http')
        .env('JOINERY_ALLOW_HOST')
        .argParser(collect),
    )
    .addOption(
      new Option('--federation-host <host>', 'a further HOST whose key sets OAuth clients may be trusted by')
        .env('JOINERY_FEDERATION_HOSTS')
        .argParser(collect),
    )
    .action(reporting((flags: ServerFlags, command: Command) => serve(flags, command)));
}
