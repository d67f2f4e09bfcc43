import { brandId, JoineryError, type ObjectId } from '@joinery/base';
import type { Administrator, AdministratorStore, Role } from '@joinery/graph-api/ports';
import type { Database, Session } from '../../database.ts';
import { createAttemptCounter } from './attempts.ts';
import { createClientStore } from './clients.ts';
import { createSessionStore } from './sessions.ts';
import { isUniqueViolation, isUuid } from './values.ts';

export interface AdministratorRow {
  readonly id: string;
  readonly email: string;
  readonly display_name: string;
  readonly role: Role;
  readonly password_hash: string;
  readonly created_at: Date;
}

const columns = 'id, email, display_name, role, password_hash, created_at';

export function toAdministrator(row: AdministratorRow): Administrator {
  return {
    id: brandId<ObjectId>(row.id),
    email: row.email,
    displayName: row.display_name,
    role: row.role,
    passwordHash: row.password_hash,
    createdDateTime: row.created_at,
  };
}

/** Serializes changes of roles, so that two of them can't remove the last two Global Administrators at once. */
async function lockAdministrators(session: Session): Promise<void> {
  await session.query({ text: 'lock table administrator in share row exclusive mode' });
}

async function requireGlobalAdministrator(session: Session): Promise<void> {
  const left = await session.query({
    text: `select 1 from administrator where role = 'Global Administrator' limit 1`,
  });
  if (left.length > 0) return;
  throw new JoineryError({
    code: 'graph.last_global_administrator',
    message: 'This is the last Global Administrator. Give the role to somebody else first.',
  });
}

function notFound(id: string): JoineryError {
  return new JoineryError({ code: 'graph.not_found', message: `There is no administrator with the id "${id}".` });
}

/** `AdministratorStore` over PostgreSQL. */
export function createAdministratorStore(database: Database): AdministratorStore {
  async function findOne(condition: string, value: string): Promise<Administrator | undefined> {
    const [row] = await database.query<AdministratorRow>({
      text: `select ${columns} from administrator where ${condition}`,
      values: [value],
    });
    return row && toAdministrator(row);
  }

  return {
    ...createSessionStore(database),
    ...createClientStore(database),
    ...createAttemptCounter(database),

    async create({ email, displayName, role, passwordHash }) {
      try {
        const [row] = await database.query<AdministratorRow>({
          text: `insert into administrator (email, display_name, role, password_hash) values ($1, $2, $3, $4)
                 returning ${columns}`,
          values: [email, displayName, role, passwordHash],
        });
        if (row === undefined) throw new Error('invariant broken: insert returned no row');
        return toAdministrator(row);
      } catch (error) {
        if (!isUniqueViolation(error)) throw error;
        throw new JoineryError({
          code: 'graph.administrator_exists',
          message: `There is an administrator with the e-mail address "${email}" already.`,
          cause: error,
        });
      }
    },

    findByEmail: (email) => findOne('lower(email) = lower($1)', email),

    async get(id) {
      return isUuid(id) ? findOne('id = $1', id) : undefined;
    },

    async list() {
      const rows = await database.query<AdministratorRow>({
        text: `select ${columns} from administrator order by lower(email)`,
      });
      return rows.map(toAdministrator);
    },

    async update(id, { displayName, role, passwordHash }) {
      if (!isUuid(id)) throw notFound(id);
      return database.transaction(async (session) => {
        if (role !== undefined) await lockAdministrators(session);
        const [row] = await session.query<AdministratorRow>({
          text: `update administrator set display_name = coalesce($2, display_name), role = coalesce($3, role),
                        password_hash = coalesce($4, password_hash)
                  where id = $1 returning ${columns}`,
          values: [id, displayName ?? null, role ?? null, passwordHash ?? null],
        });
        if (row === undefined) throw notFound(id);
        if (role !== undefined) await requireGlobalAdministrator(session);
        if (role !== undefined || passwordHash !== undefined) {
          await session.query({ text: 'delete from administrator_session where administrator_id = $1', values: [id] });
        }
        return toAdministrator(row);
      });
    },

    async delete(id) {
      if (!isUuid(id)) throw notFound(id);
      return database.transaction(async (session) => {
        await lockAdministrators(session);
        const [row] = await session.query<AdministratorRow>({
          text: `delete from administrator where id = $1 returning ${columns}`,
          values: [id],
        });
        if (row === undefined) throw notFound(id);
        await requireGlobalAdministrator(session);
        return toAdministrator(row);
      });
    },

    async deleteExpired(now) {
      const [row] = await database.query<{ deleted: bigint }>({
        text: `with sessions as (delete from administrator_session where expires_at <= $1 returning 1),
                    tokens as (delete from access_token where expires_at <= $1 returning 1),
                    links as (delete from setup_token where expires_at <= $1 returning 1),
                    attempts as (delete from sign_in_attempt where window_ends <= $1 returning 1)
               select (select count(*) from sessions) + (select count(*) from tokens) + (select count(*) from links)
                      + (select count(*) from attempts) as deleted`,
        values: [now],
      });
      return Number(row?.deleted ?? 0n);
    },
  };
}
