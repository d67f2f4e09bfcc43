/** What every program of `bench/` prints and writes: the machine, its figures, and whether each reaches what it must. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '..', 'results');

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly platform: string;
  readonly node: string;
  /** ISO 8601, when the run ended. */
  readonly at: string;
}

export function machine(): Machine {
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform} ${process.arch}`,
    node: process.version,
    at: new Date().toISOString(),
  };
}

/** One figure of design: what was measured, what it must reach, and whether it does. */
export interface Figure {
  readonly name: string;
  /** With its unit. */
  readonly measured: string;
  /** With its unit; undefined where nothing is asked. */
  readonly mustReach?: string;
  readonly isReached?: boolean;
}

export interface Report {
  readonly name: string;
  /** Processes that took part and what each does. */
  readonly processes: readonly string[];
  readonly figures: readonly Figure[];
  /** Whatever else a reader of the numbers wants to see. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** The details of a program's last result, if this machine made it. */
export function lastDetails<Details>(name: string): Details | undefined {
  const file = join(folder, `${name}.json`);
  if (!existsSync(file)) return undefined;
  const last = JSON.parse(readFileSync(file, 'utf8')) as { machine: Machine; details: Details };
  const same = (one: Machine): string => JSON.stringify({ ...one, at: undefined });
  return same(last.machine) === same(machine()) ? last.details : undefined;
}

/** Columns as wide as their widest cell; the first to the left, the others to the right. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Prints the figures and writes `bench/results/NAME.json`. A figure that is not reached is printed as such and ends nothing. */
export function report(content: Report): void {
  const card = machine();
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${content.name}.json`), `${JSON.stringify({ machine: card, ...content }, null, 2)}\n`);
  console.log(`\n${card.processor}, ${card.cores} cores, ${card.memoryGiB} GiB, ${card.platform}, Node ${card.node}`);
  for (const line of content.processes) console.log(`process: ${line}`);
  const rows = content.figures.map(({ name, measured, mustReach, isReached }) => [
    name,
    measured,
    mustReach ?? '',
    isReached === undefined ? '' : isReached ? 'reached' : 'NOT REACHED',
  ]);
  console.log(formatTable([['figure', 'measured', 'must reach', ''], ...rows]));
}

export function fixed(value: number, digits = 2): string {
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
