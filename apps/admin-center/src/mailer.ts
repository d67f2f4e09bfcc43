import { createTransport } from 'nodemailer';
import type { Outbox } from '@joinery/store/center';
import type { Clock } from '@joinery/base';

export interface Mailer {
  /** Sends one mail of the outbox unless it was sent already. Throws when the mail server did not take it. */
  send(mailId: string): Promise<void>;
  close(): void;
}

export interface MailerOptions {
  readonly outbox: Outbox;
  readonly smtpUrl: string;
  readonly from: string;
  readonly clock: Clock;
}

const timeoutMs = 30_000;

/** Sends mails of the outbox through SMTP; whether and when one is tried again is the queue's business. */
export function createMailer({ outbox, smtpUrl, from, clock }: MailerOptions): Mailer {
  const timeouts = { connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs };
  const transport = createTransport({ url: smtpUrl, ...timeouts }, { from });
  return {
    async send(mailId) {
      const mail = await outbox.get(mailId);
      if (!mail || mail.sentDateTime !== undefined) return;
      try {
        await transport.sendMail({
          to: [...mail.to],
          subject: mail.subject,
          text: mail.text,
          date: mail.createdDateTime,
          // The same on every attempt: a mail whose acknowledgment was lost is one mail to its reader.
          messageId: `<${mail.id}@${domainOf(from)}>`,
          headers: { 'Auto-Submitted': 'auto-generated' },
        });
      } catch (error) {
        await outbox.markFailed(mailId, describe(error));
        throw error;
      }
      await outbox.markSent(mailId, new Date(clock.now()));
    },
    close() {
      transport.close();
    },
  };
}

function domainOf(address: string): string {
  return /@([^@\s>]+)>?$/.exec(address)?.[1] ?? 'localhost';
}

/** What the server said, without the address of the server, which may hold a password. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  const response = 'response' in error && typeof error.response === 'string' ? error.response : error.message;
  return response.slice(0, 500);
}
