import { createHash } from 'node:crypto';

/** What happened, in order: a line per step. Two runs of one seed have the same hash. */
export interface Trace {
  add(line: string): void;
  readonly lines: number;
  hash(): string;
}

export function createTrace(print: ((line: string) => void) | undefined): Trace {
  const hash = createHash('sha256');
  let lines = 0;
  return {
    add(line) {
      lines += 1;
      hash.update(`${line}\n`);
      print?.(line);
    },
    get lines() {
      return lines;
    },
    hash: () => hash.copy().digest('hex'),
  };
}
