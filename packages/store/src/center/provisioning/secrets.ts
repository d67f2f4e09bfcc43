import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { assert, JoineryError, type ObjectId } from '@joinery/base';
import type { JobSecrets } from '@joinery/provisioning/ports';
import type { Session } from '../../database.ts';
import { now, type StoreContext } from './context.ts';

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

/** Secrets at rest: AES-256-GCM with a key that the database never sees; the service principal's id is authenticated too. */
export interface SecretStore {
  put(session: Session, servicePrincipalId: ObjectId, secrets: JobSecrets): Promise<void>;
  /** Throws `provisioning.secret_key` when the record was written with another key. */
  get(servicePrincipalId: ObjectId): Promise<JobSecrets>;
}

/** Names a key without telling anything of it. */
function keyIdOf(key: Uint8Array): string {
  return createHash('sha256').update('joinery secret key id').update(key).digest('hex').slice(0, 16);
}

function encrypt(key: Uint8Array, owner: string, text: string): { nonce: Buffer; ciphertext: Buffer } {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, key, nonce).setAAD(Buffer.from(owner));
  return { nonce, ciphertext: Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]) };
}

function decrypt(key: Uint8Array, owner: string, nonce: Uint8Array, ciphertext: Uint8Array): string {
  const end = ciphertext.length - tagBytes;
  const decipher = createDecipheriv(algorithm, key, nonce)
    .setAAD(Buffer.from(owner))
    .setAuthTag(ciphertext.subarray(end));
  return Buffer.concat([decipher.update(ciphertext.subarray(0, end)), decipher.final()]).toString('utf8');
}

function wrongKey(cause: unknown): JoineryError {
  return new JoineryError({
    code: 'provisioning.secret_key',
    message:
      'The saved credentials cannot be read with the present secret key; give the key that they were saved with, or save them again.',
    retry: 'after-change',
    cause,
  });
}

export function createSecretStore(context: StoreContext, secretKey: Uint8Array): SecretStore {
  assert(secretKey.length === 32, 'the secret key has 32 bytes');
  const keyId = keyIdOf(secretKey);
  return {
    async put(session, servicePrincipalId, secrets) {
      const { nonce, ciphertext } = encrypt(secretKey, servicePrincipalId, JSON.stringify([...secrets]));
      await session.query({
        text: `insert into provisioning_secret (service_principal_id, key_id, nonce, ciphertext, saved_at)
          values ($1, $2, $3, $4, $5)
          on conflict (service_principal_id) do update
          set key_id = $2, nonce = $3, ciphertext = $4, saved_at = $5`,
        values: [servicePrincipalId, keyId, nonce, ciphertext, now(context)],
      });
    },
    async get(servicePrincipalId) {
      const [row] = await context.database.query<{ key_id: string; nonce: Uint8Array; ciphertext: Uint8Array }>({
        text: 'select key_id, nonce, ciphertext from provisioning_secret where service_principal_id = $1',
        values: [servicePrincipalId],
      });
      if (row === undefined) return new Map();
      if (row.key_id !== keyId) throw wrongKey(undefined);
      try {
        // Written by `put` above, under authentication.
        const text = decrypt(secretKey, servicePrincipalId, row.nonce, row.ciphertext);
        return new Map(JSON.parse(text) as readonly (readonly [string, string])[]);
      } catch (cause) {
        throw wrongKey(cause);
      }
    },
  };
}
