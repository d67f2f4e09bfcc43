import type { AdministratorStore } from '@joinery/graph-api/ports';
import type { Database } from '../../database.ts';
import { toAdministrator, type AdministratorRow } from './administrators.ts';

type SessionStore = Pick<
  AdministratorStore,
  'createSession' | 'findSession' | 'deleteSession' | 'createSetupToken' | 'takeSetupToken'
>;

/** Sessions of administrators and the one-time set-up link. Only hashes of the tokens are stored. */
export function createSessionStore(database: Database): SessionStore {
  return {
    async createSession({ tokenHash, administratorId, csrfToken, expires }) {
      await database.query({
        text: `insert into administrator_session (token_hash, administrator_id, csrf_token, expires_at)
               values ($1, $2, $3, $4)`,
        values: [tokenHash, administratorId, csrfToken, expires],
      });
    },

    async findSession(tokenHash, now) {
      const [row] = await database.query<AdministratorRow & { csrf_token: string }>({
        name: 'find-administrator-session',
        text: `select a.id, a.email, a.display_name, a.role, a.password_hash, a.created_at, s.csrf_token
                 from administrator_session s join administrator a on a.id = s.administrator_id
                where s.token_hash = $1 and s.expires_at > $2`,
        values: [tokenHash, now],
      });
      return row && { administrator: toAdministrator(row), csrfToken: row.csrf_token };
    },

    async deleteSession(tokenHash) {
      await database.query({ text: 'delete from administrator_session where token_hash = $1', values: [tokenHash] });
    },

    async createSetupToken(tokenHash, expires) {
      await database.query({
        text: `insert into setup_token (token_hash, expires_at) values ($1, $2)
               on conflict (only_row) do update set token_hash = excluded.token_hash, expires_at = excluded.expires_at`,
        values: [tokenHash, expires],
      });
    },

    async takeSetupToken(tokenHash, now) {
      const rows = await database.query({
        text: `delete from setup_token where token_hash = $1 and expires_at > $2
                  and not exists (select 1 from administrator) returning 1`,
        values: [tokenHash, now],
      });
      return rows.length > 0;
    },
  };
}
