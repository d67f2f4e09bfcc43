/**
 * `npm run interop [-- SERVER…]`: provisions into SCIM servers of others, in every form of request. Prints what became of each
 * step and, when all were run, writes docs/reference/interop.md. Ends with 1 when a server ended up otherwise than it should
 * and nothing was said of it.
 */
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { installPeers, peerNames, startPeer, type PeerName } from '../test/interop/peers/start-peer.ts';
import { forms, runServer } from '../test/interop/run/run-server.ts';
import { interopPage, type ServerResults } from '../test/interop/run/page.ts';

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(peerNames as readonly string[]).includes(name));
if (unknown.length > 0)
  throw new Error(`There is no server ${unknown.join(', ')}; there are: ${peerNames.join(', ')}.`);
const names: readonly PeerName[] = asked.length === 0 ? peerNames : peerNames.filter((name) => asked.includes(name));

/** The forms one after the other, each with a server of its own that knows nothing yet. */
async function runPeer(name: PeerName): Promise<readonly ServerResults[]> {
  const results: ServerResults[] = [];
  for (const form of forms) {
    await using peer = await startPeer(name);
    const lines = [`\n${name} ${peer.version}, ${form.name}`];
    const steps = await runServer(peer, form, ({ step, result, wrong, said }) => {
      lines.push(`  ${step.padEnd(20)} ${result}`);
      lines.push(...wrong.map((text) => `      there: ${text}`), ...said.map((text) => `      said:  ${text}`));
    });
    console.log(lines.join('\n'));
    results.push({ server: `${name} ${peer.version}`, form: form.name, steps });
  }
  return results;
}

installPeers();
const all = (await Promise.all(names.map(runPeer))).flat();
if (asked.length === 0) {
  await writeFile(join(resolve(import.meta.dirname, '..'), 'docs/reference/interop.md'), interopPage(all));
  console.log('\nwritten: docs/reference/interop.md');
}
if (all.some(({ steps }) => steps.some(({ result }) => result === 'silent'))) process.exitCode = 1;
