import { randomBytes } from 'node:crypto';

/**
 * UUID version 7, lower case: the time leads, so that new rows go to the end of an index. Node's own `randomUUIDv7` is
 * younger than the oldest Node 24 that we run on.
 * @see RFC 9562 §5.7
 */
export function uuidV7(now: number): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(now, 0, 6);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
