import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { ConfigError } from '@joinery/base';
import { checkSynchronizationSchema, getGalleryTemplate, type SynchronizationSchema } from '@joinery/provisioning';

export interface ProvisionFlags {
  readonly users: string;
  readonly groups?: string;
  readonly target: string;
  readonly tokenFile: string;
  readonly state: string;
  readonly plan?: true;
  readonly applyPlan?: string;
  readonly json?: true;
  readonly mapping: string;
  readonly profile: 'efficient' | 'entra';
  readonly onMissing: 'disable' | 'delete' | 'keep';
  readonly allowDeletes?: true;
  readonly concurrency?: number;
}

const tokenBytesMax = 8192;

async function read(flag: string, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new ConfigError({ code: 'cli.unreadable_file', message: `${flag}: ${path} can't be read.`, cause });
  }
}

/** The token, without the line end that editors add. Throws `cli.invalid_token_file`. */
export async function readToken(path: string): Promise<string> {
  const token = (await read('--token-file', path)).trim();
  if (token !== '' && token.length <= tokenBytesMax && /^[\x21-\x7e]+$/u.test(token)) return token;
  throw new ConfigError({
    code: 'cli.invalid_token_file',
    message: `--token-file: ${path} must hold the token alone, on one line, without blanks.`,
  });
}

/** The target's `host:port`, which naming it in `--target` permits; plain http on loopback only. */
export function readTarget(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol) || url.username !== '' || url.password !== '') {
    throw new ConfigError({
      code: 'cli.invalid_target',
      message: `--target: "${text}" must be a URL like https://api.example.com/scim/v2.`,
    });
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw new ConfigError({
      code: 'cli.insecure_target',
      message: `--target: plain http sends the token in clear text and is taken for this machine only; use https for ${url.hostname}.`,
    });
  }
  return url.port === '' ? url.hostname : `${url.hostname}:${url.port}`;
}

function isLoopback(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/gu, '');
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** `cinode`, `scim`, or a file with a Graph `synchronizationSchema`. Throws `cli.invalid_mapping` naming every problem. */
export async function readMapping(text: string): Promise<SynchronizationSchema> {
  const template = getGalleryTemplate(text);
  if (template !== undefined) return template.schema;
  if (!existsSync(text)) {
    throw new ConfigError({
      code: 'cli.invalid_mapping',
      message: `--mapping: "${text}" is neither cinode, scim nor a file.`,
    });
  }
  let schema: unknown;
  try {
    schema = JSON.parse(await read('--mapping', text));
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    throw new ConfigError({
      code: 'cli.invalid_mapping',
      message: `--mapping: ${text} is not JSON: ${cause instanceof Error ? cause.message : ''}.`,
      cause,
    });
  }
  // Files know no assignments: all rows are in scope.
  const checked = checkSynchronizationSchema(schema, { scope: 'all' });
  if (checked.ok) return checked.value;
  const problems = checked.problems.map((problem) => `\n  ${problem.message} (${problem.code})`).join('');
  throw new ConfigError({
    code: 'cli.invalid_mapping',
    message: `--mapping: ${text} has problems:${problems}`,
    detail: { problems: checked.problems },
  });
}

/** Files that must be there are looked at before anything is started. */
export function checkFiles(flags: ProvisionFlags): void {
  for (const [flag, path] of [
    ['--users', flags.users],
    ['--groups', flags.groups],
    ['--apply-plan', flags.applyPlan],
  ] as const) {
    if (path !== undefined && !existsSync(path)) {
      throw new ConfigError({ code: 'cli.unreadable_file', message: `${flag}: ${path} does not exist.` });
    }
  }
}
