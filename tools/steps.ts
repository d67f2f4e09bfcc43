import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

export interface Step {
  readonly name: string;
  /** A JavaScript file, relative to the repository's root; it runs on the project's own Node. */
  readonly script: string;
  readonly args: readonly string[];
}

/** Runs the steps one after another; the first that fails throws, so that the process ends with 1. */
export async function runSteps(
  steps: readonly Step[],
  environment: Readonly<Record<string, string>> = {},
): Promise<void> {
  const root = resolve(import.meta.dirname, '..');
  for (const step of steps) {
    const began = Date.now();
    const code = await new Promise<number>((done, failed) => {
      const child = spawn(process.execPath, [step.script, ...step.args], {
        cwd: root,
        stdio: 'inherit',
        env: { ...process.env, ...environment },
      });
      child.on('error', failed);
      child.on('exit', (status) => done(status ?? 1));
    });
    process.stderr.write(
      `${step.name}: ${code === 0 ? 'ok' : `failed (${code})`} in ${((Date.now() - began) / 1000).toFixed(1)} s\n`,
    );
    if (code !== 0) throw new Error(`${step.name} failed; its output is above`);
  }
}
