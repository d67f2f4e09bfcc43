import type { Static, TSchema } from 'typebox';
import type { GraphApi } from './api.ts';
import type { AuditDraft } from './audit.ts';
import type { Principal, Role } from './ports.ts';

/** One authorized and checked request. */
export interface Call<Body = undefined> {
  readonly api: GraphApi;
  readonly principal: Principal;
  /** Of the caller's console session. */
  readonly csrfToken: string | undefined;
  readonly body: Body;
  readonly query: URLSearchParams;
  /** Absolute URL without the query: the base of next links. */
  readonly url: string;
  /** `<public URL>/v1.0` (or `/beta`). */
  readonly root: string;
  /** A path parameter by its name in the row's path. */
  param(name: string): string;
  readonly audit: AuditDraft;
}

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: readonly (readonly [name: string, value: string])[];
}

export interface AuditActivity {
  readonly activity: string;
  readonly category:
    'UserManagement' | 'GroupManagement' | 'ApplicationManagement' | 'ProvisioningManagement' | 'RoleManagement';
}

/**
 * One row of the table of routes: who may call it at least, what it takes, what is written to the audit log, what it does.
 * A row that changes something names its audit activity, or says `audit: 'none'`.
 */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly leastRole: Role;
  readonly body?: TSchema;
  readonly audit: AuditActivity | 'none';
  /** Asks the target: its audit entry is written afterwards, since no transaction waits for another system. */
  readonly asksTarget?: true;
  readonly run: (call: Call<unknown>) => Promise<Answer>;
}

/** A row without a body. */
export function route(row: Omit<Route, 'run' | 'body'> & { run: (call: Call<unknown>) => Promise<Answer> }): Route {
  return row;
}

/** A row whose body is checked against a schema of the contract before it runs. */
export function routeWithBody<Body extends TSchema>(
  row: Omit<Route, 'run' | 'body'> & { body: Body; run: (call: Call<Static<Body>>) => Promise<Answer> },
): Route {
  return {
    ...row,
    // The body has passed the check of this row's own schema when it arrives here.
    run: (call) => row.run(call as Call<Static<Body>>),
  };
}

export const ok = (body: unknown): Answer => ({ status: 200, body });
export const created = (body: unknown, location?: string): Answer => ({
  status: 201,
  body,
  ...(location === undefined ? {} : { headers: [['Location', location]] }),
});
export const noContent: Answer = { status: 204 };
