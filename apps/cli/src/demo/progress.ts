import { SingleBar } from 'cli-progress';
import type { Progress } from './scenario.ts';

/** A progress bar on stderr; on anything but a terminal one line per step, so that logs stay readable. */
export function createProgress(title: string): { readonly report: Progress; end(): void } {
  if (process.stderr.isTTY !== true) {
    process.stderr.write(`${title}…\n`);
    return { report: () => {}, end: () => {} };
  }
  const bar = new SingleBar({
    stream: process.stderr,
    format: `${title.padEnd(22)} {bar} {percentage} % · {value}/{total} {what}`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    clearOnComplete: false,
  });
  bar.start(1, 0, { what: '' });
  return {
    report(done, total, what) {
      bar.setTotal(Math.max(total, 1));
      bar.update(done, { what });
    },
    end: () => bar.stop(),
  };
}
