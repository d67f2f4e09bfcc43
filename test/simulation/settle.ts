import { hire } from './chaos.ts';
import type { World } from './world.ts';

interface State {
  readonly state: string;
  readonly quarantine: string | null;
  readonly is_running: boolean;
  readonly behind: boolean;
  readonly escrows: string | null;
  readonly departures: bigint;
  readonly waiting: bigint;
  readonly unsettled: bigint;
  readonly last: Date | null;
  readonly last_state: string | null;
}

const readState = `
  select j.schedule_state as state, j.quarantine_reason as quarantine,
    exists (select 1 from provisioning_cycle c where c.job_key = j.key and c.state = 'running') as is_running,
    j.watermark is null or j.watermark < coalesce((select max(sequence) from directory_change), 0) as behind,
    (select string_agg(e.display_name || ' ' || e.attribute || ': ' || e.error_message, '; ')
      from provisioning_escrow e where e.job_key = j.key and (e.attribute in ('', 'members') or exists (
        select 1 from provisioning_waiting_reference w
        join provisioning_link t on t.job_key = j.key and t.source_id = w.referenced_id
        where w.job_key = j.key and w.source_id = e.source_id))) as escrows,
    (select count(*) from provisioning_departure d where d.job_key = j.key) as departures,
    (select count(*) from provisioning_waiting_reference w
      join provisioning_link s on s.job_key = j.key and s.source_id = w.source_id
      join provisioning_link t on t.job_key = j.key and t.source_id = w.referenced_id where w.job_key = j.key) as waiting,
    (select count(*) from provisioning_unsettled n where n.job_key = j.key) as unsettled,
    (select max(c.began_at) from provisioning_cycle c where c.job_key = j.key and c.state <> 'running') as last,
    (select c.state from provisioning_cycle c where c.job_key = j.key and c.state <> 'running'
      order by c.number desc limit 1) as last_state
  from provisioning_job j where j.id = $1`;

async function stateOf(world: World): Promise<State> {
  const [row] = await world.database.query<State>({ text: readState, values: [world.jobId] });
  if (row === undefined) throw new Error('the job is gone');
  return row;
}

const stepsBetweenLooks = 40;
const looksMax = 150;

/** What an administrator does by the book: switch the job on, and allow deletions after a look at them. */
async function react(world: World, state: State): Promise<void> {
  if (state.state !== 'Active') await world.store.jobs.start(world.jobId);
  else if (state.quarantine === 'TooManyDeletes' && !state.is_running) {
    world.trace.add('the administrator allows the deletions');
    await world.store.jobs.restart(world.jobId, ['ForceDeletes']);
  }
}

/** Lets the workers go on until a cycle that began from now on has left nothing to do. False: they never get there. */
export async function settle(world: World): Promise<boolean> {
  const from = world.scheduler.now;
  world.trace.add('from here on all goes well');
  if (world.hasGivenUp) await world.store.jobs.restart(world.jobId, ['Watermark']);
  let state = await stateOf(world);
  // One that was paused or rests in quarantine is not left to its schedule.
  for (let look = 0; look < looksMax; look += 1) {
    if (!world.workers.some((worker) => worker.actor.isAlive)) hire(world);
    await react(world, state);
    for (let step = 0; step < stepsBetweenLooks; step += 1) await world.scheduler.step();
    state = await stateOf(world);
    const isDone =
      state.state === 'Active' &&
      state.quarantine === null &&
      !state.is_running &&
      !state.behind &&
      state.escrows === null &&
      state.departures === 0n &&
      state.waiting === 0n &&
      state.unsettled === 0n &&
      state.last_state === 'succeeded' &&
      state.last !== null &&
      state.last.getTime() >= from;
    if (isDone) return true;
  }
  world.problems.push(
    `never settles: ${JSON.stringify(state, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))}`,
  );
  return false;
}
