import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '@joinery/base';
import type { DemoReport } from './report.ts';
import type { Provisioning } from './scenario.ts';

/** What a later demo on the same folder needs to go on; it holds passwords, so it is for its owner only (0600). */
export interface DemoMemory {
  readonly report: DemoReport;
  readonly provisioning: Provisioning;
  /** How often the change of the directory was played. */
  readonly rounds: number;
  readonly centerPort: number;
  readonly workspacePort: number;
}

const fileName = 'demo.json';

/** Undefined in a folder where no demo has finished. Throws `cli.demo_folder` for a file that is not ours. */
export async function recallDemo(directory: string): Promise<DemoMemory | undefined> {
  const file = join(directory, fileName);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as DemoMemory;
  } catch (cause) {
    throw new ConfigError({
      code: 'cli.demo_folder',
      message: `${file} can't be read as a demo's memory; choose another --data folder.`,
      cause,
    });
  }
}

export async function rememberDemo(directory: string, memory: DemoMemory): Promise<void> {
  const file = join(directory, fileName);
  await writeFile(`${file}.new`, JSON.stringify(memory), { mode: 0o600 });
  await rename(`${file}.new`, file);
}
