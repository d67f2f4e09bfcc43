import type { JsonObject } from '@joinery/base';

export interface ScimAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Empty object when there is no body. */
  readonly body: JsonObject;
}

export interface ScimOptions {
  readonly body?: unknown;
  /** null: none. */
  readonly token?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A provisioning client over HTTP, as Entra, Okta and the checkers are. */
export interface ScimClient {
  send(method: string, path: string, options?: ScimOptions): Promise<ScimAnswer>;
  get(path: string): Promise<ScimAnswer>;
  post(path: string, body: unknown): Promise<ScimAnswer>;
  put(path: string, body: unknown): Promise<ScimAnswer>;
  /** The operations of one PATCH request. */
  patch(path: string, ...operations: readonly unknown[]): Promise<ScimAnswer>;
  delete(path: string): Promise<ScimAnswer>;
  /** Creates and answers the id; fails when the status is not 201. */
  create(path: string, body: unknown): Promise<string>;
}

const patchOp = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

export function createScimClient(tenantUrl: string, usualToken: string): ScimClient {
  const send: ScimClient['send'] = async (method, path, options = {}) => {
    const { body } = options;
    const token = options.token === undefined ? usualToken : options.token;
    const response = await fetch(tenantUrl + path, {
      method,
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/scim+json' }),
        ...options.headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const parsed: unknown = text === '' ? {} : JSON.parse(text);
    return { status: response.status, headers: response.headers, text, body: parsed as JsonObject };
  };
  const post: ScimClient['post'] = (path, body) => send('POST', path, { body });
  return {
    send,
    post,
    get: (path) => send('GET', path),
    put: (path, body) => send('PUT', path, { body }),
    patch: (path, ...operations) => send('PATCH', path, { body: { schemas: [patchOp], Operations: operations } }),
    delete: (path) => send('DELETE', path),
    async create(path, body) {
      const answer = await post(path, body);
      if (answer.status !== 201) throw new Error(`POST ${path} answered ${answer.status}: ${answer.text}`);
      return String(answer.body['id']);
    },
  };
}

let created = 0;

/** A name that no other test of the file uses. */
export function unique(prefix: string): string {
  created += 1;
  return `${prefix}-${created}`;
}

export const core = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
export const coreGroup = 'urn:ietf:params:scim:schemas:core:2.0:Group';
export const errorUrn = 'urn:ietf:params:scim:api:messages:2.0:Error';
export const listUrn = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';
