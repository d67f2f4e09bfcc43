import { inject } from 'vitest';
import type { Database } from '@joinery/store';
import type { Template } from '../testkit/src/templates.ts';
// For the type of `inject('testkitPort')`.
import type {} from '../testkit/src/global-setup.ts';
import { openSimulationDatabase } from './simulation-database.ts';

/** A migrated database on the server of the test run. */
export async function aDatabase(): Promise<Database & AsyncDisposable> {
  const response = await fetch(`http://127.0.0.1:${inject('testkitPort')}/center`);
  const text = await response.text();
  if (!response.ok) throw new Error(`No database for the simulation: ${text}`);
  return openSimulationDatabase(JSON.parse(text) as Template);
}
