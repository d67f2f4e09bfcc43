import type { ChangeFeedEntry } from '@joinery/service-provider';
import type { EventType } from './event-types.ts';

export function eventTypeOf(change: Pick<ChangeFeedEntry, 'type' | 'kind'>): EventType {
  // The feed has no other pairs: only groups have members.
  return `${change.type === 'User' ? 'user' : 'group'}.${change.kind}` as EventType;
}

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
      location: `${context.tenantUrl}/${type}s/${resourceId}`,
      actor,
    },
  });
}
