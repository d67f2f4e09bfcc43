import { createCipheriv, createDecipheriv, hash, randomBytes } from 'node:crypto';
import { expiredCursor, invalidCount, invalidCursor } from '@joinery/scim';

/** Seconds; announced in `/ServiceProviderConfig`. */
export const cursorTimeout = 3600;

const cipher = 'aes-256-gcm';
const nonceLength = 12;
const tagLength = 16;
const version = 1;

/** For whom and for which query a cursor is good. */
export interface CursorBinding {
  readonly tenantId: string;
  readonly credentialId: string;
  /** Everything of the query but `cursor` and `count`. */
  readonly query: readonly (string | undefined)[];
}

/** What a cursor says: where the page starts, and how large the first page was asked to be. */
export interface CursorState {
  readonly after: string;
  readonly count: number;
}

function toAuthenticated({ tenantId, credentialId, query }: CursorBinding): Buffer {
  return hash('sha256', JSON.stringify([tenantId, credentialId, query.map((part) => part ?? null)]), 'buffer');
}

/**
 * Cursors without state on the server (RFC 9865 §2): AES-256-GCM over position, count and expiry, with tenant, credential and
 * query authenticated beside it, as base64url. So a cursor says nothing to its holder, and is good for nobody else and no
 * other query; rights are checked on every page all the same.
 */
export class CursorSeal {
  readonly #key: Uint8Array;

  /** 32 bytes. */
  constructor(key: Uint8Array = randomBytes(32)) {
    if (key.byteLength !== 32) throw new Error('invariant broken: a cursor key has 32 bytes');
    this.#key = key;
  }

  seal(state: CursorState, binding: CursorBinding, nowMs: number): string {
    const nonce = randomBytes(nonceLength);
    const sealing = createCipheriv(cipher, this.#key, nonce, { authTagLength: tagLength });
    sealing.setAAD(toAuthenticated(binding));
    const text = JSON.stringify([version, nowMs + cursorTimeout * 1000, state.count, state.after]);
    const sealed = Buffer.concat([sealing.update(text, 'utf8'), sealing.final()]);
    return Buffer.concat([nonce, sealing.getAuthTag(), sealed]).toString('base64url');
  }

  /**
   * Throws `scim.invalid_cursor` with one text for what is mistyped, forged, or of another tenant, credential or query,
   * `scim.expired_cursor`, and `scim.invalid_count` when the size of the page changed on the way.
   */
  open(cursor: string, binding: CursorBinding, asked: { readonly count: number; readonly nowMs: number }): CursorState {
    const [, expires, count, after] = this.#decrypt(cursor, binding);
    if (expires <= asked.nowMs) throw expiredCursor();
    if (count !== asked.count) {
      throw invalidCount({
        detail: `count must stay ${count}, as on the first page of this cursor.`,
        attribute: 'count',
      });
    }
    return { count, after };
  }

  #decrypt(cursor: string, binding: CursorBinding): readonly [number, number, number, string] {
    if (!/^[\w-]{38,}$/.test(cursor)) throw invalidCursor();
    const bytes = Buffer.from(cursor, 'base64url');
    try {
      const opening = createDecipheriv(cipher, this.#key, bytes.subarray(0, nonceLength), { authTagLength: tagLength });
      opening.setAAD(toAuthenticated(binding));
      opening.setAuthTag(bytes.subarray(nonceLength, nonceLength + tagLength));
      const text = Buffer.concat([opening.update(bytes.subarray(nonceLength + tagLength)), opening.final()]);
      // Authentic, so it is what `seal` wrote.
      return JSON.parse(text.toString('utf8')) as [number, number, number, string];
    } catch {
      // The cause is left out: it would tell apart what must look the same.
      throw invalidCursor();
    }
  }
}
