/*
 * Kills in one initial cycle: worker, API and database of an admin center, and the database of the workspace.
 *
 *   npm run soak -- kill [USERS] [KILLS] [SEED]
 *
 * 20,000 users, 50 kills and a new seed (printed) unless told otherwise. Ends with 1 when anything is not as it must be.
 */
import { runKilledCycle } from './killed-cycle.ts';

const [users = 20_000, kills = 50, seed = Math.floor(Math.random() * 1e9)] = process.argv.slice(2).map(Number);
console.log(`seed ${seed}: ${users} users, ${kills} kills`);
const began = performance.now();
const print = (line: string): void =>
  console.log(`${((performance.now() - began) / 1000).toFixed(1).padStart(7)} s  ${line}`);
// At 100 requests a second, 20,000 users take three minutes and more: time for a kill every few seconds.
const result = await runKilledCycle({ users, kills, seed, requestsPerSecond: 100, print });
print(`the cycle took ${result.seconds.toFixed(0)} s and ${result.cycle.counts.requests} requests`);
for (const [victim, count] of result.kills) console.log(`  ${victim}: ${count} times`);
if (result.problems.length > 0) {
  console.log(`${result.problems.length} problems:\n  ${result.problems.slice(0, 50).join('\n  ')}`);
  process.exitCode = 1;
} else {
  console.log('every user once with its values, members exact, nobody else touched, a log row for each');
}
