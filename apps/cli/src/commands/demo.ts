import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startCenter, type Center } from '@joinery/admin-center';
import { startWorkspace, type Workspace } from '@joinery/workspace';
import type { Command } from 'commander';
import { graphApi, signInToCenter, signInToWorkspace, type SignIn } from '../demo/clients.ts';
import { recallDemo, rememberDemo, type DemoMemory } from '../demo/memory.ts';
import { createProgress } from '../demo/progress.ts';
import { printReport, type DemoReport } from '../demo/report.ts';
import { change, followChanges, prepare, runCycle, type Progress } from '../demo/scenario.ts';
import { integer } from '../flags.ts';
import { reporting } from '../reporting.ts';
import { stopSignal } from '../stop-signal.ts';

interface DemoFlags {
  readonly users: number;
  readonly groups: number;
  readonly once?: true;
  readonly json?: true;
  readonly data?: string;
  readonly centerPort: number;
  readonly workspacePort: number;
  readonly profile: string;
}

interface Halves {
  readonly center: Center;
  readonly workspace: Workspace;
  readonly centerSignIn: SignIn;
  readonly workspaceSignIn: SignIn;
  stop(): Promise<void>;
}

/** `joinery demo`: the scenario of the product with a generated directory, through the public APIs. */
export function registerDemo(program: Command): void {
  program
    .command('demo')
    .description('both halves with a generated directory: the whole scenario, then go on serving')
    .option('--users <n>', 'people to generate', integer(1, 1_000_000), 200)
    .option('--groups <n>', 'groups to generate', integer(0, 10_000), 12)
    .option('--once', 'stop after the two cycles: exit code 0, or 1 if anything failed')
    .option('--json', 'one line of JSON on stdout when both cycles are done')
    .option(
      '--data <dir>',
      'keep the data there and go on with it the next time (default: a folder that is removed at the end)',
    )
    .option('--center-port <n>', 'port of the admin center, 0 for a free one', integer(0, 65_535), 8080)
    .option('--workspace-port <n>', 'port of the workspace, 0 for a free one', integer(0, 65_535), 8090)
    .option('--profile <name>', 'request profile of the job: efficient or entra', 'efficient')
    .action(reporting(demo));
}

async function demo(flags: DemoFlags): Promise<void> {
  const stopped = stopSignal();
  const temporary = flags.data === undefined ? await temporaryFolder() : undefined;
  const directory = resolve(flags.data ?? temporary ?? '.');
  await mkdir(directory, { recursive: true });
  try {
    const memory = await recallDemo(directory);
    const halves = await startHalves(directory, flags, memory);
    try {
      const playing = memory === undefined ? playFirst(halves, flags, directory) : playAgain(halves, memory, directory);
      // A signal in the middle of the scenario ends it; what was done stays done.
      const report = await Promise.race([playing, stopped.then(() => undefined)]);
      if (report === undefined) {
        playing.catch(() => {});
        return;
      }
      process.stdout.write(flags.json === true ? `${JSON.stringify(report)}\n` : printReport(report));
      if (flags.once === true) {
        if (report.cycles.initial.failed + report.cycles.incremental.failed > 0) process.exitCode = 1;
        return;
      }
      if (flags.json !== true) process.stdout.write('Serving. Ctrl+C stops both halves.\n');
      await stopped;
    } finally {
      await halves.stop();
    }
  } finally {
    if (temporary !== undefined) await rm(temporary, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Open to pass through, since root's PostgreSQL runs as another user; what lies inside has modes of its own. */
async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'joinery-demo-'));
  await chmod(folder, 0o711);
  return folder;
}

async function startHalves(directory: string, flags: DemoFlags, memory: DemoMemory | undefined): Promise<Halves> {
  process.stderr.write('Starting the admin center and the workspace, each with its PostgreSQL…\n');
  const workspaceSignIn: SignIn = memory?.report.workspace ?? {
    email: 'admin@workspace.example',
    password: newPassword(),
  };
  const centerSignIn: SignIn = memory?.report.center ?? { email: 'admin@contoso.com', password: newPassword() };
  const [workspace, center] = await Promise.allSettled([
    startWorkspace({
      port: memory?.workspacePort ?? flags.workspacePort,
      store: { directory },
      administrator: workspaceSignIn,
      logLevel: 'warn',
    }),
    startCenter({
      host: '127.0.0.1',
      port: memory?.centerPort ?? flags.centerPort,
      store: { directory },
      administrator: centerSignIn,
      allowedTargets: ['127.0.0.1'],
      logLevel: 'warn',
    }),
  ]);
  if (workspace.status === 'fulfilled' && center.status === 'fulfilled') {
    return {
      center: center.value,
      workspace: workspace.value,
      centerSignIn,
      workspaceSignIn,
      stop: async () => void (await Promise.all([center.value.stop(), workspace.value.stop()])),
    };
  }
  for (const half of [workspace, center]) if (half.status === 'fulfilled') await half.value.stop();
  throw workspace.status === 'rejected' ? workspace.reason : center.status === 'rejected' ? center.reason : undefined;
}

/** The whole scenario on an empty folder. */
async function playFirst(halves: Halves, flags: DemoFlags, directory: string): Promise<DemoReport> {
  const { center, workspace, centerSignIn, workspaceSignIn } = halves;
  const tenant = await signInToWorkspace(workspace.url, workspaceSignIn);
  const expires = new Date(Date.now() + 365 * 86_400_000).toISOString();
  const { token } = await tenant.call<{ token: string }>('POST', '/api/tokens', { name: 'Admin center', expires });

  const administration = await signInToCenter(center.url, centerSignIn);
  const client = await administration.call<{ clientId: string; clientSecret: string }>('POST', '/joinery/clients', {
    displayName: 'Demo',
    role: 'Global Administrator',
  });
  const graph = await graphApi(center.url, center.tenantId, client);
  const { users, groups, profile } = flags;
  const provisioning = await withProgress('Generating directory', (progress) =>
    prepare(graph, { users, groups, domain: 'contoso.com', tenantUrl: workspace.tenantUrl, token, profile }, progress),
  );
  const initial = await withProgress('Initial cycle', (progress) => runCycle(graph, provisioning, progress));
  await change(graph, provisioning, 'contoso.com', 0);
  const incremental = await withProgress('Incremental cycle', (progress) => runCycle(graph, provisioning, progress));
  await followChanges(graph, provisioning);

  const report: DemoReport = {
    center: {
      url: center.url,
      ...centerSignIn,
      tenantId: center.tenantId,
      clientId: client.clientId,
      clientSecret: client.clientSecret,
    },
    workspace: { url: workspace.url, tenantUrl: workspace.tenantUrl, token, ...workspaceSignIn },
    cycles: { initial, incremental },
  };
  const ports = { centerPort: Number(new URL(center.url).port), workspacePort: workspace.port };
  await rememberDemo(directory, { report, provisioning, rounds: 1, ...ports });
  return report;
}

/** On a folder where the scenario was played before: changes the directory once more. */
async function playAgain(halves: Halves, memory: DemoMemory, directory: string): Promise<DemoReport> {
  const { provisioning, rounds } = memory;
  const graph = await graphApi(halves.center.url, halves.center.tenantId, memory.report.center);
  await change(graph, provisioning, 'contoso.com', rounds);
  const incremental = await withProgress('Incremental cycle', (progress) => runCycle(graph, provisioning, progress));
  await followChanges(graph, provisioning);
  const report = { ...memory.report, cycles: { initial: memory.report.cycles.initial, incremental } };
  await rememberDemo(directory, { ...memory, report, rounds: rounds + 1 });
  return report;
}

async function withProgress<T>(title: string, work: (progress: Progress) => Promise<T>): Promise<T> {
  const progress = createProgress(title);
  try {
    return await work(progress.report);
  } finally {
    progress.end();
  }
}

function newPassword(): string {
  return randomBytes(15).toString('base64url');
}
