import type { FailureSummary, FailureText, MailDraft } from '../cycle/ports.ts';
import type { Job, QuarantineReason } from '../job/job.ts';

const listedMax = 20;

function recipients(job: Job): readonly string[] {
  return job.settings.notification.enabled ? job.settings.notification.emails : [];
}

const reasonSentences: Readonly<Record<QuarantineReason, string>> = {
  EncounteredQuarantineException:
    'The target could not be reached, or it refused the credentials. Provisioning is retried by itself and as soon as new credentials are saved.',
  TooManyDeletes:
    'More objects are due to be disabled or deleted than the accidental deletions prevention allows. Nothing was removed. Allow the deletions, or bring the objects back into scope and restart provisioning.',
  EncounteredBaseEscrowThreshold: 'Too many objects fail. Provisioning runs more rarely until the failures are mended.',
  EncounteredTotalEscrowThreshold:
    'Too many objects and references fail. Provisioning runs more rarely until the failures are mended.',
  EncounteredEscrowProportionThreshold:
    'More than 40 % of the objects fail. Provisioning runs more rarely until the failures are mended.',
  Unknown: 'Provisioning runs more rarely until the cause is mended.',
};

/** Undefined when nobody asked for notifications. */
export function quarantineMail(job: Job, reason: QuarantineReason, error: FailureText): MailDraft | undefined {
  const to = recipients(job);
  if (to.length === 0) return undefined;
  return {
    to,
    subject: `Provisioning is in quarantine (${reason})`,
    body: [
      `The provisioning job ${job.id} has entered quarantine.`,
      '',
      reasonSentences[reason],
      '',
      `${error.code}: ${error.message}`,
    ].join('\n'),
  };
}

export function disabledMail(job: Job, error: FailureText): MailDraft | undefined {
  const to = recipients(job);
  if (to.length === 0) return undefined;
  return {
    to,
    subject: 'Provisioning was switched off after 28 days in quarantine',
    body: [`The provisioning job ${job.id} was disabled.`, '', `${error.code}: ${error.message}`].join('\n'),
  };
}

/** Nobody has looked at a job that should have run. */
export function overdueMail(job: Job, lastSeen: Date | undefined): MailDraft | undefined {
  const to = recipients(job);
  if (to.length === 0) return undefined;
  return {
    to,
    subject: 'Provisioning does not run',
    body: [
      `The provisioning job ${job.id} should have run and did not: ${
        lastSeen === undefined
          ? 'no worker has ever looked at it'
          : `a worker last looked at it at ${lastSeen.toISOString()}`
      }. Changes of the directory, also of people who left, do not reach the application.`,
      '',
      'Check that a process with the role "worker" or "all" is running and reaches the database.',
    ].join('\n'),
  };
}

/** One mail for all failures that are new in a cycle. */
export function digestMail(job: Job, failures: readonly FailureSummary[], total: number): MailDraft | undefined {
  const to = recipients(job);
  if (to.length === 0 || total === 0) return undefined;
  const lines = failures
    .slice(0, listedMax)
    .map((failure) => `- ${failure.kind} ${failure.displayName}: ${failure.code}: ${failure.message}`);
  return {
    to,
    subject: `Provisioning: ${total} new ${total === 1 ? 'failure' : 'failures'}`,
    body: [
      `In the last cycle of the provisioning job ${job.id}, ${total} ${total === 1 ? 'object' : 'objects'} failed that had not failed before.`,
      '',
      ...lines,
      ...(total > lines.length ? [`… and ${total - lines.length} more; see the provisioning logs.`] : []),
    ].join('\n'),
  };
}
