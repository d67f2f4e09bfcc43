/** The changes that a webhook may be told of. */
export const eventTypes = [
  'user.created',
  'user.updated',
  'user.deleted',
  'group.created',
  'group.updated',
  'group.deleted',
  'group.members-changed',
  // Of resource types that the tenant has added.
  'resource.created',
  'resource.updated',
  'resource.deleted',
] as const;
export type EventType = (typeof eventTypes)[number];
