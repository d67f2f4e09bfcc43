import { readFile } from 'node:fs/promises';
import { ConfigError, JoineryError, product } from '@joinery/base';
import type { AdministrationOptions, LogLevel, Workspace, WorkspaceOptions } from '@joinery/workspace';
import { InvalidArgumentError, Option, type Command } from 'commander';

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
}

const dataDefault = '.joinery';

/** Loaded when needed, so that other commands start without it. */
const load = () => import('@joinery/workspace');

function readInteger(max: number): (text: string) => number {
  return (text) => {
    if (/^\d{1,9}$/.test(text) && Number(text) <= max) return Number(text);
    throw new InvalidArgumentError(`It must be a whole number from 0 to ${max}.`);
  };
}

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

async function readPem(flag: string, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new ConfigError({ code: 'cli.unreadable_file', message: `${flag}: ${path} cannot be read.`, cause });
  }
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

/** Resolves at the first SIGINT or SIGTERM; a second one ends the process as usual. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    const stop = (): void => {
      process.off('SIGINT', stop).off('SIGTERM', stop);
      resolve();
    };
    process.on('SIGINT', stop).on('SIGTERM', stop);
  });
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

/** Exit codes: 0, 2 for bad input, 1 for everything else. */
function reporting<Arguments extends readonly unknown[]>(
  action: (...given: Arguments) => Promise<void>,
): (...given: Arguments) => Promise<void> {
  return async (...given) => {
    try {
      await action(...given);
    } catch (error) {
      const isBadInput =
        error instanceof ConfigError || (error instanceof JoineryError && error.code === 'workspace.invalid_input');
      process.exitCode = isBadInput ? 2 : 1;
      process.stderr.write(`${product.command}: ${describe(error)}\n`);
    }
  };
}

function describe(error: unknown): string {
  if (error instanceof JoineryError) return `${error.message} (${error.code})`;
  const { code, address, port } = error as NodeJS.ErrnoException & { address?: string; port?: number };
  if (code === 'EADDRINUSE') return `Port ${port} of ${address} is taken; choose another with --port.`;
  if (code === 'EACCES') return `Port ${port} of ${address} needs more rights; choose one above 1023 with --port.`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
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
        .argParser(readInteger(65_535)),
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
        .argParser(readInteger(1_000_000)),
    )
    .action(reporting((flags: ServerFlags, command: Command) => serve(flags, command)));
}
