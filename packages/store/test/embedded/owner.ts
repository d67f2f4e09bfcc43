// A process of its own that opens an embedded server and writes numbers until it is killed or told to stop. Prints
// `open URL`, then `wrote N` after each commit; `failed CODE MESSAGE` when it cannot open. Stops on a line on stdin.
//   node owner.ts DIRECTORY [attach]
import { once } from 'node:events';
import { openEmbedded, StoreError } from '@joinery/store';

const [directory = '', mode] = process.argv.slice(2);
try {
  const server = await openEmbedded({
    directory,
    name: 'workspace',
    attach: mode === 'attach',
    onNotice: (message) => console.log(`notice ${message}`),
  });
  const database = await server.database('numbers');
  await database.query({ text: 'create table if not exists number (n integer primary key)' });
  console.log(`open ${server.url}`);
  let isStopping = false;
  const told = once(process.stdin, 'data').then(() => {
    isStopping = true;
  });
  for (let n = 0; !isStopping; n++) {
    const [row] = await database.query<{ n: number }>({
      text: 'insert into number (n) select coalesce(max(n), 0) + 1 from number returning n',
    });
    console.log(`wrote ${row?.n}`);
  }
  await told;
  await server.stop();
  console.log('stopped');
  process.exit(0);
} catch (error) {
  console.log(
    error instanceof StoreError ? `failed ${error.code} ${error.message}` : `failed unexpected ${String(error)}`,
  );
  process.exit(1);
}
