/**
 * `npm run interop [-- PEER…]`: provisions into SCIM servers of others, and into the workspace beside them, in every form of
 * request. Prints a table per server and, when all were run, writes docs/reference/interop.md. Ends with 1 when a server ended
 * up otherwise than it should and nothing was said of it.
 */
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { peerNames, startPeer, type PeerName } from '../test/interop/peers/start-peer.ts';
import { forms, runServer, type StepResult } from '../test/interop/run-server.ts';
import { interopPage, type ServerResults } from '../test/interop/page.ts';

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(peerNames as readonly string[]).includes(name));
if (unknown.length > 0)
  throw new Error(`There is no server ${unknown.join(', ')}; there are: ${peerNames.join(', ')}.`);
const names: readonly PeerName[] = asked.length === 0 ? peerNames : peerNames.filter((name) => asked.includes(name));

const all: ServerResults[] = [];
for (const name of names) {
  for (const form of forms) {
    await using peer = await startPeer(name);
    console.log(`\n${name} ${peer.version}, ${form.name}`);
    const print = ({ step, result, wrong, said }: StepResult): void => {
      console.log(`  ${step.padEnd(20)} ${result}`);
      for (const line of wrong) console.log(`      there: ${line}`);
      for (const line of said) console.log(`      said:  ${line}`);
    };
    all.push({ server: `${name} ${peer.version}`, form: form.name, steps: await runServer(peer, form, print) });
  }
}
if (asked.length === 0) {
  await writeFile(join(resolve(import.meta.dirname, '..'), 'docs/reference/interop.md'), interopPage(all));
  console.log('\nwritten: docs/reference/interop.md');
}
if (all.some(({ steps }) => steps.some(({ result }) => result === 'silent'))) process.exitCode = 1;
