import type { AdministratorStore, ApiClient, Role } from '@joinery/graph-api/ports';
import type { Database } from '../../database.ts';
import { isUuid } from './values.ts';

type ClientStore = Pick<
  AdministratorStore,
  'createClient' | 'findClient' | 'listClients' | 'deleteClient' | 'createAccessToken' | 'findAccessToken'
>;

interface ClientRow {
  readonly client_id: string;
  readonly display_name: string;
  readonly role: Role;
  readonly created_at: Date;
}

function toClient(row: ClientRow): ApiClient {
  return {
    clientId: row.client_id,
    displayName: row.display_name,
    role: row.role,
    createdDateTime: row.created_at,
  };
}

/** Clients with their secrets and access tokens, as hashes. */
export function createClientStore(database: Database): ClientStore {
  return {
    async createClient({ clientId, displayName, role, secretHash }) {
      const [row] = await database.query<ClientRow>({
        text: `with client as (insert into api_client (client_id, display_name, role) values ($1, $2, $3) returning *),
                    secret as (insert into api_client_secret (client_id, secret_hash) values ($1, $4))
               select client_id, display_name, role, created_at from client`,
        values: [clientId, displayName, role, secretHash],
      });
      if (row === undefined) throw new Error('invariant broken: insert returned no row');
      return toClient(row);
    },

    async findClient(clientId) {
      if (!isUuid(clientId)) return undefined;
      const [row] = await database.query<ClientRow & { secret_hashes: readonly Uint8Array[] }>({
        text: `select c.client_id, c.display_name, c.role, c.created_at,
                      array(select s.secret_hash from api_client_secret s where s.client_id = c.client_id) as secret_hashes
                 from api_client c where c.client_id = $1`,
        values: [clientId],
      });
      return row && { ...toClient(row), secretHashes: row.secret_hashes };
    },

    async listClients() {
      const rows = await database.query<ClientRow>({
        text: 'select client_id, display_name, role, created_at from api_client order by lower(display_name), client_id',
      });
      return rows.map(toClient);
    },

    async deleteClient(clientId) {
      if (!isUuid(clientId)) return undefined;
      const [row] = await database.query<ClientRow>({
        text: 'delete from api_client where client_id = $1 returning client_id, display_name, role, created_at',
        values: [clientId],
      });
      return row && toClient(row);
    },

    async createAccessToken({ tokenHash, clientId, expires }) {
      await database.query({
        text: 'insert into access_token (token_hash, client_id, expires_at) values ($1, $2, $3)',
        values: [tokenHash, clientId, expires],
      });
    },

    async findAccessToken(tokenHash, now) {
      const [row] = await database.query<ClientRow>({
        name: 'find-access-token',
        text: `select c.client_id, c.display_name, c.role, c.created_at
                 from access_token t join api_client c on c.client_id = t.client_id
                where t.token_hash = $1 and t.expires_at > $2`,
        values: [tokenHash, now],
      });
      return row && toClient(row);
    },
  };
}
