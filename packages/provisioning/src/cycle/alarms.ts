import type { JobId } from '@joinery/base';
import type { EnginePorts } from '../ports.ts';
import { overdueMail } from '../quarantine/mails.ts';

/**
 * Raises the alarm about jobs that nobody works on. To be run now and then in every process, those without a worker
 * too: it is they who are left when the workers are gone. Answers the jobs that were not known to be overdue before.
 */
export function raiseAlarms(ports: Pick<EnginePorts, 'cycles' | 'clock'>): Promise<readonly JobId[]> {
  return ports.cycles.raiseAlarms(new Date(ports.clock.now()), overdueMail);
}
