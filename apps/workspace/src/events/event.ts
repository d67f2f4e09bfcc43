import type { ChangeFeedEntry } from '@joinery/service-provider';
import type { EventType } from './event-types.ts';

export function eventTypeOf(change: Pick<ChangeFeedEntry, 'type' | 'kind'>): EventType {
  // The feed has no other pairs: only groups have members.
  return `${subjects.get(change.type) ?? 'resource'}.${change.kind}` as EventType;
}

const subjects: ReadonlyMap<string, string> = new Map([
  ['User', 'user'],
  ['Group', 'group'],
]);

/** What a receiver gets: which resource changed, not what it holds; that is read with a credential. */
export function printEvent(change: ChangeFeedEntry, context: { readonly tenantUrl: string }): string {
  const { type, resourceId, sequence, actor, at } = change;
  return JSON.stringify({
    type: eventTypeOf(change),
    timestamp: at.toISOString(),
    data: {
      sequence,
      resourceType: type,
      id: resourceId,
      // The endpoint of a type that the tenant has added is in `/ResourceTypes`.
      ...(subjects.has(type) ? { location: `${context.tenantUrl}/${type}s/${resourceId}` } : {}),
      actor,
    },
  });
}
