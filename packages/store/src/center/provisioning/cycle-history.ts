import type { CycleId, JobId } from '@joinery/base';
import type { Cycle } from '@joinery/provisioning/ports';
import type { Session } from '../../database.ts';
import { cycleColumns, toCycle, type CycleRow } from './job-rows.ts';

const cyclesOf = `select ${cycleColumns} from provisioning_cycle c join provisioning_job j on j.key = c.job_key`;

export async function readCycles(session: Session, jobId: JobId, limit: number): Promise<readonly Cycle[]> {
  const rows = await session.query<CycleRow>({
    text: `${cyclesOf} where j.id = $1 order by c.number desc limit $2`,
    values: [jobId, limit],
  });
  return rows.map(toCycle);
}

export async function readCycle(session: Session, id: CycleId): Promise<Cycle | undefined> {
  const [row] = await session.query<CycleRow>({ text: `${cyclesOf} where c.id = $1`, values: [id] });
  return row && toCycle(row);
}
