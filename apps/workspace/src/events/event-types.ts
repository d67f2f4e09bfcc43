/** The changes that a webhook may be told of. */
export const eventTypes = [
  'user.created',
  'user.updated',
  'user.deleted',
  'group.created',
  'group.updated',
  'group.deleted',
  'group.members-changed',
] as const;
export type EventType = (typeof eventTypes)[number];
