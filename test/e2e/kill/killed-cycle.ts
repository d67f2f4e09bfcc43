import { createRandom } from '../../simulation/random.ts';
import { createToken, signInTo, type Caller } from '../halves.ts';
import { until } from '../processes.ts';
import {
  addCinode,
  cycles,
  log,
  saveCredentials,
  type Application,
  type CycleRow,
  type ScimGroup,
  type ScimUser,
} from '../provisioning.ts';
import { startInstallation, victims, type Installation, type Victim } from './installation.ts';
import { lineOf, populate, targetAt, type Expected, type Target } from './population.ts';

export interface KilledCycleOptions {
  readonly users: number;
  readonly kills: number;
  readonly seed: number;
  /** Slows the cycle down, so that many kills find it running. */
  readonly requestsPerSecond?: number;
  readonly print?: (line: string) => void;
}

export interface KilledCycle {
  readonly problems: readonly string[];
  readonly kills: ReadonlyMap<Victim, number>;
  readonly cycle: CycleRow;
  /** From the start of the cycle to its end, as the watcher saw it. */
  readonly seconds: number;
}

/** Users count for most of the progress; groups with their members come after them. */
const shareOfUsers = 0.85;
const cycleDeadlineMs = 60 * 60_000;

interface Kill {
  readonly at: number;
  readonly victim: Victim;
  readonly chance: number;
}

/** Each kind of victim in turn, in an order by chance, at moments by chance. */
function planKills(seed: number, count: number): readonly Kill[] {
  const random = createRandom(seed, 'kills');
  const moments = Array.from({ length: count }, () => 0.02 + 0.93 * random.next()).sort((a, b) => a - b);
  let waiting: Victim[] = [];
  return moments.map((at) => {
    if (waiting.length === 0) waiting = [...victims];
    const [victim = 'worker'] = waiting.splice(random.below(waiting.length), 1);
    return { at, victim, chance: random.next() };
  });
}

/** One initial cycle of an admin center in several processes into a workspace, with kills in its course. */
export async function runKilledCycle(options: KilledCycleOptions): Promise<KilledCycle> {
  const print = options.print ?? (() => {});
  await using installation = await startInstallation();
  const center = await signInTo(installation.apiUrl, '/joinery/session');
  const workspace = await signInTo(installation.workspace.url, '/api/session');
  const { token, tenantUrl } = await createToken(workspace, 'killed');
  const target = targetAt(tenantUrl, token);
  const application = await addCinode(center);
  await saveCredentials(center, application, tenantUrl, token);
  await center.call('PATCH', `/joinery/jobs/${application.jobId}/settings`, {
    requestsPerSecond: options.requestsPerSecond ?? null,
  });
  const expected = await populate({ installation, center, application, target }, options.users);
  print(`${options.users} users and ${expected.groups.size} groups stand in the directory`);

  const began = performance.now();
  await center.call('POST', `${application.path}/jobs/${application.jobId}/start`, undefined, 204);
  const kills = await killAlong(
    installation,
    planKills(options.seed, options.kills),
    () => progressOf(target, expected),
    print,
  );
  const cycle = await endOf(installation, application, print);
  const seconds = (performance.now() - began) / 1000;
  const fresh = await signInTo(installation.apiUrl, '/joinery/session');
  const present = await compareTarget(target, expected);
  const problems = [
    ...cycleProblems(await cycles(fresh, application), cycle),
    ...present.problems,
    ...(await logProblems(fresh, application, present.targetIds)),
    ...installation.endedByThemselves.map((said) => `a process ended by itself: ${said}`),
  ];
  return { problems, kills, cycle, seconds };
}

async function progressOf(target: Target, expected: Expected): Promise<number> {
  const before = expected.untouched.size + expected.adopted.size;
  const present = (await target.count('Users')) + (await target.count('Groups')) - before;
  const users = expected.users.size - expected.adopted.size;
  if (present <= users) return (shareOfUsers * present) / users;
  return shareOfUsers + ((1 - shareOfUsers) * (present - users)) / expected.groups.size;
}

async function killAlong(
  installation: Installation,
  kills: readonly Kill[],
  progress: () => Promise<number>,
  print: (line: string) => void,
): Promise<ReadonlyMap<Victim, number>> {
  const done = new Map<Victim, number>();
  for (const [index, { at, victim, chance }] of kills.entries()) {
    const arrival = until(`${Math.round(at * 100)} % of the target`, async () => {
      const now = await progress();
      return now >= at ? now : undefined;
    }, cycleDeadlineMs); // prettier-ignore
    const reached = await Promise.race([arrival, installation.failed]);
    if (reached >= 1) throw new Error(`the cycle was through before kill ${index + 1} of ${kills.length}`);
    await installation.kill(victim, chance);
    done.set(victim, (done.get(victim) ?? 0) + 1);
    print(`kill ${index + 1} at ${(reached * 100).toFixed(1)} %: ${victim}`);
  }
  return done;
}

async function endOf(
  installation: Installation,
  application: Application,
  print: (line: string) => void,
): Promise<CycleRow> {
  const end = until(
    'the end of the initial cycle',
    async () => {
      const center = await signInTo(installation.apiUrl, '/joinery/session');
      const initial = (await cycles(center, application)).find(
        (one) => one.kind === 'initial' && one.state !== 'running',
      );
      if (initial !== undefined) print(`the cycle ended: ${initial.state}`);
      else await new Promise((next) => setTimeout(next, 1_000));
      return initial;
    },
    cycleDeadlineMs,
  );
  return Promise.race([end, installation.failed]);
}

function cycleProblems(all: readonly CycleRow[], cycle: CycleRow): readonly string[] {
  const initial = all.filter((one) => one.kind === 'initial').length;
  return [
    ...(cycle.state === 'succeeded' ? [] : [`the cycle ended as ${cycle.state}: ${JSON.stringify(cycle.error)}`]),
    ...(cycle.counts.failed === 0 ? [] : [`${cycle.counts.failed} objects failed`]),
    ...(initial === 1 ? [] : [`there were ${initial} initial cycles instead of one`]),
  ];
}

interface Present {
  readonly problems: readonly string[];
  /** Of users and groups by objectId. */
  readonly targetIds: ReadonlyMap<string, string>;
}

/** Every user once with the right values, members exact, and nobody else touched. */
async function compareTarget(target: Target, expected: Expected): Promise<Present> {
  const problems: string[] = [];
  const idOf = new Map<string, string>();
  const seen = new Set<string>();
  for (const user of await target.all<ScimUser>('Users')) {
    if (seen.has(user.userName)) problems.push(`${user.userName} is there twice`);
    seen.add(user.userName);
    const before = expected.untouched.get(user.id);
    const wanted = expected.users.get(user.externalId);
    if (before !== undefined) {
      if (JSON.stringify(user) !== before) problems.push(`${user.userName} is out of scope and changed`);
    } else if (wanted === undefined) problems.push(`${user.userName} should not be there`);
    else if (idOf.has(user.externalId)) problems.push(`${user.externalId} has two accounts`);
    else {
      idOf.set(user.externalId, user.id);
      if (lineOf(user) !== wanted) problems.push(`${lineOf(user)} should be ${wanted}`);
    }
  }
  for (const [id, wanted] of expected.users) if (!idOf.has(id)) problems.push(`${wanted} is missing`);
  const groups = new Map<string, string>();
  for (const group of await target.all<ScimGroup>('Groups')) {
    const members = expected.groups.get(group.externalId);
    if (expected.untouched.has(group.id)) {
      if (JSON.stringify(group) !== expected.untouched.get(group.id))
        problems.push(`${group.displayName} is out of scope and changed`);
    } else if (members === undefined || groups.has(group.externalId))
      problems.push(`${group.displayName} should not be there`);
    else {
      groups.set(group.externalId, group.id);
      const present = (group.members ?? []).map((member) => member.value).sort();
      const wanted = [...members].map((id) => idOf.get(id) ?? '').sort();
      if (present.join() !== wanted.join())
        problems.push(`${group.displayName} has ${present.length} members instead of ${wanted.length}, or others`);
    }
  }
  for (const id of expected.groups.keys()) if (!groups.has(id)) problems.push(`the group ${id} is missing`);
  return { problems, targetIds: new Map([...idOf, ...groups]) };
}

/**
 * Each user and group in the target has a row of success that names it, or, where the worker died between the request and its
 * row, the row of whoever found it there; nobody is said to have been created twice.
 */
async function logProblems(
  center: Caller,
  application: Application,
  targetIds: ReadonlyMap<string, string>,
): Promise<readonly string[]> {
  const problems: string[] = [];
  const rows = new Map<string, Set<string>>();
  const created = new Set<string>();
  for (const entry of await log(center, `jobId eq '${application.jobId}'`)) {
    const { status } = entry.provisioningStatusInfo;
    const { id } = entry.sourceIdentity;
    if (status === 'failure') problems.push(`${id} failed: ${JSON.stringify(entry.provisioningStatusInfo)}`);
    if (entry.provisioningAction === 'create' && status === 'success') {
      if (created.has(id)) problems.push(`${id} has two creations in the log`);
      created.add(id);
    }
    rows.set(id, (rows.get(id) ?? new Set()).add(entry.targetIdentity.id));
  }
  for (const [id, targetId] of targetIds) {
    if (rows.get(id)?.has(targetId) !== true) problems.push(`${id} has no row that names ${targetId}`);
  }
  return problems;
}
