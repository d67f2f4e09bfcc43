import { randomUUID } from 'node:crypto';
import { brandId, JoineryError, type CredentialId, type TenantId } from '@joinery/base';
import type {
  Credential,
  CredentialStore,
  RequestLog,
  RequestLogEntry,
  ResourceStore,
} from '@joinery/service-provider';
import { openDurableFile, type DurableFile } from './durable-file.ts';
import { createResources } from './resources.ts';
import { emptyState, type CredentialRow, type LogRow, type State } from './state.ts';

/** The ports of the service provider over one JSON file. */
export interface OneFileStore {
  readonly resources: ResourceStore;
  readonly credentials: CredentialStore;
  readonly requestLog: RequestLog;
  /** Writes what waits: log entries and last uses of tokens. */
  close(): Promise<void>;
}

function toCredential({ hash: _hash, ...row }: CredentialRow): Credential {
  const date = (text: string | undefined): Date | undefined => (text === undefined ? undefined : new Date(text));
  return {
    ...row,
    created: new Date(row.created),
    expires: new Date(row.expires),
    lastUsed: date(row.lastUsed),
    revoked: date(row.revoked),
  };
}

function toHex(hash: Uint8Array): string {
  return Buffer.from(hash).toString('hex');
}

function isLive({ revoked, expires }: CredentialRow): boolean {
  return revoked === undefined && Date.parse(expires) > Date.now();
}

type NewCredential = Parameters<CredentialStore['create']>[1];

function addCredential(state: State, tenantId: TenantId, { hash, expires, ...given }: NewCredential) {
  const holder = state.credentials.find((row) => row.tenantId === tenantId && row.name === given.name && isLive(row));
  if (holder !== undefined) {
    throw new JoineryError({ code: 'workspace.token_name_taken', message: `A live token is named ${given.name}.` });
  }
  const row: CredentialRow = {
    ...given,
    id: brandId<CredentialId>(randomUUID()),
    tenantId,
    created: new Date().toISOString(),
    expires: expires.toISOString(),
    lastUsed: undefined,
    revoked: undefined,
    hash: toHex(hash),
  };
  return { state: { ...state, credentials: [...state.credentials, row] }, result: toCredential(row) };
}

function withCredential(state: State, id: CredentialId, change: (row: CredentialRow) => CredentialRow): State {
  return { ...state, credentials: state.credentials.map((row) => (row.id === id ? change(row) : row)) };
}

function revokedAt(row: CredentialRow, at: Date): CredentialRow {
  const time = at.toISOString();
  return { ...row, revoked: row.revoked !== undefined && row.revoked < time ? row.revoked : time };
}

function createCredentials(file: DurableFile<State>, used: Map<CredentialId, Date>): CredentialStore {
  const find = (state: State, tenantId: TenantId, id: CredentialId): CredentialRow | undefined =>
    state.credentials.find((row) => row.tenantId === tenantId && row.id === id);
  return {
    async findByHash(hash) {
      const text = toHex(hash);
      const row = file.current.credentials.find((candidate) => candidate.hash === text);
      return row === undefined ? undefined : toCredential(row);
    },
    touch(_tenantId, id, at) {
      used.set(id, at);
    },
    async list(tenantId) {
      return file.current.credentials.filter((row) => row.tenantId === tenantId).map(toCredential);
    },
    create: (tenantId, credential) => file.change((state) => addCredential(state, tenantId, credential)),
    rotate: (tenantId, id, { until, expires, hash }) =>
      file.change<Credential | undefined>((state) => {
        const old = find(state, tenantId, id);
        if (old === undefined || !isLive(old)) return { state, result: undefined };
        const { name, audience, scopes } = old;
        const ending = withCredential(state, id, (row) => revokedAt(row, until));
        return addCredential(ending, tenantId, { name, audience, scopes, expires, hash });
      }),
    revoke: (tenantId, id, at) =>
      file.change((state) => {
        if (find(state, tenantId, id) === undefined) return { state, result: false };
        return { state: withCredential(state, id, (row) => revokedAt(row, at)), result: true };
      }),
  };
}

/** Entries of all tenants together; older ones are dropped. */
const logMax = 10_000;

function toEntry({ id, at, entry }: LogRow): RequestLogEntry & { readonly id: string } {
  const absent = { credentialId: undefined, errorCode: undefined, errorDetail: undefined };
  return { ...absent, ...(JSON.parse(entry) as RequestLogEntry), at: new Date(at), id };
}

function createRequestLog(file: DurableFile<State>, waiting: LogRow[]): RequestLog {
  return {
    append(tenantId, { at, ...entry }) {
      waiting.push({ id: randomUUID(), tenantId, at: at.toISOString(), entry: JSON.stringify(entry) });
    },
    async list(tenantId, { before, limit, failedOnly }) {
      const own = file.current.log.filter((row) => row.tenantId === tenantId).toReversed();
      const all = own.map(toEntry).filter(({ status }) => !failedOnly || status >= 400);
      const start = before === undefined ? 0 : all.findIndex(({ id }) => id === before) + 1;
      const entries = all.slice(start, start + limit);
      return { entries, next: all.length > start + limit ? entries.at(-1)?.id : undefined };
    },
  };
}

const flushMs = 500;

/** Opens or creates the file. */
export async function openOneFileStore(path: string): Promise<OneFileStore> {
  const file = await openDurableFile(path, emptyState);
  const used = new Map<CredentialId, Date>();
  const waiting: LogRow[] = [];
  const flush = (): Promise<void> =>
    file.change((state) => {
      if (waiting.length === 0 && used.size === 0) return { state, result: undefined };
      const log = [...state.log, ...waiting.splice(0)].slice(-logMax);
      const uses = new Map(used);
      used.clear();
      const credentials = state.credentials.map((row) => ({
        ...row,
        lastUsed: uses.get(row.id)?.toISOString() ?? row.lastUsed,
      }));
      return { state: { ...state, log, credentials }, result: undefined };
    });
  const timer = setInterval(() => {
    flush().catch((error: unknown) => process.emitWarning(`the request log was not written: ${String(error)}`));
  }, flushMs);
  timer.unref();
  return {
    resources: createResources(file),
    credentials: createCredentials(file, used),
    requestLog: createRequestLog(file, waiting),
    async close() {
      clearInterval(timer);
      await flush();
    },
  };
}
