import { createHash } from 'node:crypto';
import type { ObjectId } from '@joinery/base';
import { isGuid } from '@joinery/directory';

// A random constant of ours: the namespace of RFC 9562 §5.5 for ids of imported objects.
const namespace = Buffer.from('5b1f6f3a0f6e4c52a4a37c0a4f0a2d19', 'hex');

/**
 * The object id of an imported object: the source's own id where it is a GUID, else a UUIDv5 of source, kind and id, so
 * that the same files give the same ids in every directory. @see RFC 9562 §5.5
 */
export function deriveObjectId(source: string, kind: 'user' | 'group', sourceId: string): ObjectId {
  if (isGuid(sourceId)) return sourceId.toLowerCase() as ObjectId;
  const name = JSON.stringify([source, kind, sourceId]);
  const bytes = createHash('sha1').update(namespace).update(name).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-') as ObjectId;
}
