/**
 * `npm run bench -- [NAME…] [--FLAG VALUE…]`: the programs of `bench/`, all or the named ones; flags go to each of them. Each
 * prints its machine and what it counts, and writes `bench/results/NAME.json`, from which `npm run docs` makes the page
 * docs/reference/benchmarks.md. All of them take about a quarter of an hour and want a machine that does nothing else.
 */
import { readdirSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { runSteps } from './steps.ts';

const folder = resolve(import.meta.dirname, '../bench');
const all = readdirSync(folder)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => basename(file, '.ts'));
const given = process.argv.slice(2);
const firstFlag = given.findIndex((argument) => argument.startsWith('--'));
const named = firstFlag === -1 ? given : given.slice(0, firstFlag);
const flags = firstFlag === -1 ? [] : given.slice(firstFlag);
const unknown = named.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`bench: there is no ${unknown.join(', ')}; there are ${all.join(', ')}\n`);
  process.exit(2);
}
await runSteps((named.length > 0 ? named : all).map((name) => ({ name, script: `bench/${name}.ts`, args: flags })));
