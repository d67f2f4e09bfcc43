import { randomBytes } from 'node:crypto';
import { connectDatabase, sessionSettings, type Database } from '@joinery/store';
import { onServer, withDatabase, type Template } from '../testkit/src/templates.ts';

/** A database of its own for many seeds, one after the other; dropped when disposed. */
export async function openSimulationDatabase(template: Template): Promise<Database & AsyncDisposable> {
  const { serverUrl, name: from } = template;
  const name = `joinery_simulation_${randomBytes(6).toString('hex')}`;
  await onServer(serverUrl, `create database ${name} template ${from}`);
  // One plan for a statement, whatever ran before on the connection: rows come in the same order in every run.
  const settings = { ...sessionSettings.center, plan_cache_mode: 'force_generic_plan', synchronous_commit: 'off' };
  const database = connectDatabase(withDatabase(serverUrl, name), { max: 2, settings });
  return {
    ...database,
    async [Symbol.asyncDispose]() {
      await database.close();
      await onServer(serverUrl, `drop database if exists ${name} with (force)`);
    },
  };
}
