/** `npm run bench [NAME…]`: the programs of `bench/`, all or the named ones. Each prints its machine and what it counts. */
import { readdirSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { runSteps } from './steps.ts';

const folder = resolve(import.meta.dirname, '../bench');
const all = readdirSync(folder)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => basename(file, '.ts'));
const named = process.argv.slice(2);
const unknown = named.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`bench: there is no ${unknown.join(', ')}; there are ${all.join(', ')}\n`);
  process.exit(2);
}
await runSteps((named.length > 0 ? named : all).map((name) => ({ name, script: `bench/${name}.ts`, args: [] })));
