import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  /** The message as it was sent: header, empty line, body. */
  readonly raw: string;
}

export interface TestSmtpServer extends AsyncDisposable {
  /** `smtp://127.0.0.1:PORT`. */
  readonly url: string;
  readonly mails: readonly ReceivedMail[];
  /** The oldest mail that no earlier call has answered; waits for one to arrive. */
  next(deadlineMs?: number): Promise<ReceivedMail>;
}

/** A real SMTP server on a free port that keeps what it receives; no TLS, no sign-in. */
export async function aSmtpServer(): Promise<TestSmtpServer> {
  const mails: ReceivedMail[] = [];
  const waiting: (() => void)[] = [];
  let taken = 0;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          raw: Buffer.concat(chunks).toString('utf8'),
        });
        waiting.shift()?.();
        done();
      });
    },
  });
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;

  async function next(deadlineMs = 10_000): Promise<ReceivedMail> {
    if (taken >= mails.length) await arrival(deadlineMs);
    const mail = mails[taken++];
    if (mail === undefined) throw new Error('A mail was announced but taken by another call of next().');
    return mail;
  }

  function arrival(deadlineMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const onMail = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        waiting.splice(waiting.indexOf(onMail), 1);
        reject(new Error(`No mail arrived within ${deadlineMs} ms.`));
      }, deadlineMs);
      waiting.push(onMail);
    });
  }

  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    next,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
