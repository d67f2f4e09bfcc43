import { recordExchanges, type Exchange } from '@joinery/connector-kit';
import type { JobContext } from '../cycle/context.ts';
import type { Outcome, ProvisioningLogEntry } from '../job/log.ts';
import { shownExchanges } from '../log/shown-exchanges.ts';
import type { CompiledMapping } from '../mapping/compile.ts';
import type { PlannedChange } from '../plan/operation.ts';

/** What is provisioned on demand is somebody's question: its requests are kept whatever comes of them. */
function keeps(context: JobContext): 'all' | 'failures' | 'off' {
  const setting = context.job.settings.rawExchanges;
  return context.cycleId === undefined && setting === 'failures' ? 'all' : setting;
}

/** Does some of an object's work, noting what is sent for it. */
export function recorded<T>(context: JobContext, into: Exchange[], work: () => Promise<T>): Promise<T> {
  if (keeps(context) === 'off') return work();
  return recordExchanges((exchange) => into.push(exchange), work);
}

/** What a log entry keeps of the requests behind it. */
export function keptExchanges(
  context: JobContext,
  mapping: CompiledMapping,
  exchanges: readonly Exchange[],
  entry: { readonly outcome: Outcome; readonly changes: readonly PlannedChange[] },
): ProvisioningLogEntry['exchanges'] {
  if (exchanges.length === 0) return undefined;
  if (keeps(context) === 'failures' && entry.outcome !== 'failure') return undefined;
  return shownExchanges(exchanges, mapping, entry.changes);
}
