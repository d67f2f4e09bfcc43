import { ConfigError, JoineryError } from '@joinery/base';
import { ConnectorError } from '@joinery/connector-kit';
import { compiledSchemaOf } from '../cycle/context.ts';
import type { Job, JobSecrets } from '../job/job.ts';
import { disabledMail } from '../quarantine/mails.ts';
import { isExpired, probeDelayMs } from '../quarantine/retry.ts';
import type { EnginePorts } from '../ports.ts';

const probeTimeMs = 60_000;

/**
 * Test Connection: the matching queries with a random value, for a user and where groups are provisioned for a group (facts
 * §7.1), must answer an empty list. Throws `ConnectorError` or `ConfigError`.
 */
export async function testConnection(ports: EnginePorts, job: Job, secrets: JobSecrets): Promise<void> {
  const { user, group } = compiledSchemaOf(job);
  const [property] = user?.matching ?? [];
  if (user === undefined || property === undefined) {
    throw new ConfigError({
      code: 'provisioning.no_matching_property',
      message:
        'The users mapping has no matching property to test the connection with; give one attribute mapping a matching precedence.',
      retry: 'after-change',
    });
  }
  const target = await ports.targets.create(job, secrets);
  try {
    await target.test(user.type, property.target.name);
    const [name] = group?.matching ?? [];
    if (group !== undefined && name !== undefined) await target.test(group.type, name.target.name);
  } finally {
    await target.close();
  }
}

/** Asks the target of a quarantined job whether it answers again; success lifts the quarantine and makes a cycle due. */
export async function probeJob(ports: EnginePorts, job: Job): Promise<void> {
  const { cycles, clock } = ports;
  const now = clock.now();
  if (!(await cycles.takeProbe(job.id, new Date(now), new Date(now + probeTimeMs)))) return;
  try {
    await testConnection(ports, job, await ports.jobs.getSecrets(job.servicePrincipalId));
  } catch (error) {
    if (!(error instanceof JoineryError)) throw error;
    const text = { code: error instanceof ConnectorError ? error.logCode : error.code, message: error.message };
    const failures = (job.quarantine?.seriesCount ?? 1) + 1;
    const disable =
      job.quarantine !== undefined && isExpired(job.quarantine, clock.now())
        ? { mail: disabledMail(job, text) }
        : undefined;
    await cycles.probeFailed(job.id, text, new Date(clock.now() + probeDelayMs(failures)), disable);
    return;
  }
  await cycles.probeSucceeded(job.id, new Date(clock.now()));
}
