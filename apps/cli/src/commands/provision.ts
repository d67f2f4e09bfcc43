import { ConfigError, JoineryError, product } from '@joinery/base';
import { Option, type Command } from 'commander';
import { createProgress } from '../demo/progress.ts';
import { integer } from '../flags.ts';
import { checkFiles, readMapping, readTarget, readToken, type ProvisionFlags } from '../provision/inputs.ts';
import { readPlan } from '../provision/plan.ts';
import { createReport, printReport } from '../provision/report.ts';
import { provision, relevantGuards, type ProvisionResult } from '../provision/run.ts';
import { describe } from '../reporting.ts';

/** 0 done; 1 some objects failed; 2 bad input; 3 target or credentials; 4 a guard tripped, nothing departed (or sent). */
const exitCodes = { failedObjects: 1, badInput: 2, target: 3, guard: 4 } as const;

/** `joinery provision`: one cycle from files to any SCIM endpoint. */
export function registerProvision(program: Command): void {
  program
    .command('provision')
    .description('one cycle from CSV files to any SCIM endpoint, without a server')
    .requiredOption('--users <csv>', 'users: id,userPrincipalName and more columns')
    .option('--groups <csv>', 'groups: id,displayName,members')
    .requiredOption('--target <url>', 'the SCIM base URL')
    .requiredOption('--token-file <file>', 'file that holds the bearer token alone')
    .requiredOption('--state <dir>', 'what is known of the target: initial cycle when empty, incremental after')
    .option('--plan', 'compute what would be done; writes neither target nor state')
    .addOption(
      new Option('--apply-plan <file>', 'do exactly what the output of --plan --json says, or nothing').conflicts(
        'plan',
      ),
    )
    .option('--json', 'one JSON object on stdout')
    .option('--mapping <name>', 'cinode, scim, or a file with a synchronizationSchema', 'cinode')
    .addOption(new Option('--profile <name>', 'request profile').choices(['efficient', 'entra']).default('efficient'))
    .addOption(
      new Option('--on-missing <action>', 'what happens to a user whose row is gone')
        .choices(['disable', 'delete', 'keep'])
        .default('disable'),
    )
    .option('--allow-deletes', 'switch the deletion guard off')
    .option('--concurrency <n>', 'requests in flight', integer(1, 256))
    .action(run);
}

async function run(flags: ProvisionFlags): Promise<void> {
  const began = Date.now();
  try {
    checkFiles(flags);
    const token = await readToken(flags.tokenFile);
    const allowedTarget = readTarget(flags.target);
    const schema = await readMapping(flags.mapping);
    const agreed = flags.applyPlan === undefined ? undefined : await readPlan(flags.applyPlan);
    const progress = createProgress(flags.plan === true ? 'Planning' : 'Provisioning');
    const result = await provision({
      flags,
      token,
      allowedTarget,
      schema,
      agreed,
      onProgress: (done, total) => progress.report(done, total, 'pages'),
    }).finally(() => progress.end());
    const report = createReport(result, flags.plan === true, Date.now() - began);
    process.stdout.write(flags.json === true ? `${JSON.stringify(report)}\n` : printReport(report));
    process.exitCode = conclude(result, flags);
  } catch (error) {
    process.exitCode = codeOf(error);
    process.stderr.write(`${product.command}: ${describe(error)}\n`);
  }
}

/** Says on stderr what needs attention, and which exit code that gives. */
function conclude(
  { cycle, imported, counts, guard, performed, differences }: ProvisionResult,
  flags: ProvisionFlags,
): number {
  const say = (text: string): void => void process.stderr.write(`${product.command}: ${text}\n`);
  for (const warning of imported.warnings) say(`${warning.message} (${warning.code})`);
  for (const rejection of imported.rejected) say(`${rejection.message} (${rejection.code})`);
  if (cycle.state === 'failed') {
    say(`${cycle.error?.message ?? 'the cycle failed'} (${cycle.error?.code ?? 'unknown'})`);
    return exitCodes.target;
  }
  if (differences !== undefined) {
    say(`${differences.length} operations are other ones than in the plan; nothing was sent. (cli.plan_changed)`);
    return exitCodes.guard;
  }
  const guards = relevantGuards(imported, flags);
  for (const guard of guards) say(`${guard.message} (${guard.code})`);
  if (guards.length > 0) return exitCodes.guard;
  if (guard !== undefined) {
    say(`${guard.message} Nothing departed; repair the files, or repeat with --allow-deletes. (${guard.code})`);
    return exitCodes.guard;
  }
  // Between the look at the plan and its application an object may change still: it was left alone.
  const isLeft = performed.some(({ operation }) => operation.reason === 'ChangedSincePreview');
  return counts.failed > 0 || isLeft || imported.rejectedCount > 0 ? exitCodes.failedObjects : 0;
}

function codeOf(error: unknown): number {
  if (error instanceof ConfigError) return exitCodes.badInput;
  if (error instanceof JoineryError && error.code.startsWith('import.')) return exitCodes.badInput;
  if (error instanceof JoineryError && error.code.startsWith('connector.')) return exitCodes.target;
  return exitCodes.failedObjects;
}
