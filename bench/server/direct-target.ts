/** The recorded statements issued through `pg` by the generator itself: no HTTP, no schema, no PATCH, no log. */
import { randomFillSync, randomUUIDv7 } from 'node:crypto';
import { connectDatabase, sessionSettings, type Statement } from '@joinery/store';
import pg from 'pg';
import type { Kind, Observed, Step } from './entra-requests.ts';
import type { MixTarget } from './mix.ts';
import { recordStatements, type Sample } from './recorded-statements.ts';

export interface DirectTarget extends MixTarget {
  readonly statements: ReadonlyMap<Kind, readonly Statement[]>;
  close(): Promise<void>;
}

interface Row {
  readonly id?: string | null;
  readonly version?: number | null;
  readonly attributes?: object;
  readonly members?: readonly { readonly id: string }[];
}

/** Where the version that was read stands in the statements that save. */
const versionPosition = 3;

/** Keys of the sample are cut out of JSON and folded texts alike, since keys are in lower case. */
function fill(value: unknown, sample: Sample, step: Step, id: string, now: Date): unknown {
  if (value instanceof Date) return now;
  if (typeof value === 'string') {
    if (value === sample.userId || value === sample.groupId) return id;
    return value.includes(sample.key) ? value.replaceAll(sample.key, step.key) : value;
  }
  if (Buffer.isBuffer(value)) return randomFillSync(Buffer.allocUnsafe(value.length));
  if (!Array.isArray(value)) return value;
  const elements = value as readonly unknown[];
  const isMembers = elements.length > 0 && elements.every((one) => sample.memberIds.has(String(one)));
  return isMembers ? step.memberIds : elements.map((one) => fill(one, sample, step, id, now));
}

function observe(row: Row | undefined): Observed | undefined {
  if (row === undefined) return undefined;
  const members = row.members?.map((member) => ({ value: member.id }));
  return { ...row.attributes, id: row.id, ...(members === undefined ? {} : { members }) };
}

export async function directTarget(databaseUrl: string, connections: number): Promise<DirectTarget> {
  const database = connectDatabase(databaseUrl, { settings: sessionSettings.workspace });
  const sample = await recordStatements(database).finally(() => database.close());
  const options = Object.entries(sessionSettings.workspace)
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(' ');
  const pool = new pg.Pool({ connectionString: databaseUrl, max: connections, options });

  async function send(step: Step): Promise<Observed | undefined> {
    const id = step.id ?? randomUUIDv7();
    const now = new Date();
    let row: Row | undefined;
    for (const { name, text, values = [] } of sample.statements.get(step.kind) ?? []) {
      const filled = values.map((value) => fill(value, sample, step, id, now));
      // What follows a read is a save on condition of the version.
      if (row?.version !== undefined) filled[versionPosition] = row.version;
      const result = await pool.query<Row>({ text, values: filled, ...(name === undefined ? {} : { name }) });
      row = result.rows[0];
    }
    if (step.kind.startsWith('create')) return { id };
    if (step.kind.startsWith('patch') || step.kind.includes(' member'))
      return step.kind.startsWith('get') ? observe(row) : undefined;
    return observe(row);
  }

  return { name: 'the same SQL statements through pg', statements: sample.statements, send, close: () => pool.end() };
}
