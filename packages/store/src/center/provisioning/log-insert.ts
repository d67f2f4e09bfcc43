import type { ProvisioningLogEntry } from '@joinery/provisioning/ports';
import type { Session } from '../../database.ts';

/** Appends log rows in one statement. The day's partition must be there (`ensureLogDays`). */
export async function insertLog(session: Session, entries: readonly ProvisioningLogEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const rows = entries.map((entry) => ({
    // As text: a Date has a `toJSON`, and the first of them sends `JSON.stringify` down its slow path for the whole page.
    at: entry.at.toISOString(),
    id: entry.id,
    job_id: entry.jobId,
    cycle_id: entry.cycleId ?? null,
    change_id: entry.changeId,
    service_principal_id: entry.servicePrincipalId,
    action: entry.action,
    outcome: entry.outcome,
    duration_ms: entry.durationMs,
    source_id: entry.source.id,
    source_name: entry.source.displayName,
    source_type: entry.source.type,
    target_id: entry.target.id,
    target_name: entry.target.displayName,
    target_type: entry.target.type,
    reason: entry.reason,
    error: entry.error ?? null,
    steps: entry.steps,
    modified_properties: entry.modifiedProperties,
    exchanges: entry.exchanges ?? null,
  }));
  await session.query({
    name: 'provisioning-log-insert',
    text: `insert into provisioning_log (at, id, job_id, cycle_id, change_id, service_principal_id, action, outcome,
        duration_ms, source_id, source_name, source_type, target_id, target_name, target_type, reason, error, steps,
        modified_properties, exchanges)
      select at, id, job_id, cycle_id, change_id, service_principal_id, action, outcome, duration_ms, source_id,
        source_name, source_type, target_id, target_name, target_type, reason, error, steps, modified_properties, exchanges
      from json_to_recordset($1::json) as r (at timestamptz, id uuid, job_id text, cycle_id uuid, change_id uuid,
        service_principal_id uuid, action text, outcome text, duration_ms integer, source_id text, source_name text,
        source_type text, target_id text, target_name text, target_type text, reason text, error jsonb, steps jsonb,
        modified_properties jsonb, exchanges json)`,
    values: [jsonText(rows)],
  });
}

/** PostgreSQL's jsonb and text hold no U+0000: it is shown as the replacement character. */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value);
  return text.includes('\\u0000') ? text.replaceAll(/(?<!\\)((?:\\\\)*)\\u0000/g, '$1\ufffd') : text;
}
