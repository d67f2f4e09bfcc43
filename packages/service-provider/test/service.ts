import { brandId, type Clock, type JsonObject, type TenantId } from '@joinery/base';
import {
  createServiceProvider,
  generateToken,
  hashToken,
  type Credential,
  type ScimHandler,
  type ServiceProviderOptions,
} from '../src/index.ts';
import { MemoryCredentials, MemoryRequestLog, MemoryResources } from './memory-store.ts';

export const baseUrl = 'https://scim.example.com/scim/v2';
export const tenantA = brandId<TenantId>('018f0000-0000-7000-8000-00000000000a');
export const tenantB = brandId<TenantId>('018f0000-0000-7000-8000-00000000000b');

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Empty object when there is no body. */
  readonly body: JsonObject;
  readonly text: string;
}

export interface TestService {
  readonly handler: ScimHandler;
  readonly resources: MemoryResources;
  readonly credentials: MemoryCredentials;
  readonly log: MemoryRequestLog;
  readonly failures: unknown[];
  /** Milliseconds; tests move it. */
  readonly clock: { current: number } & Pick<Clock, 'now'>;
  newToken(wish?: Partial<Pick<Credential, 'tenantId' | 'audience' | 'scopes' | 'expires' | 'name'>>): Promise<string>;
  /** Sends with a token of tenant A unless `token` says otherwise; null sends none. */
  send(method: string, path: string, request?: SendOptions): Promise<Answer>;
}

export interface SendOptions {
  readonly body?: unknown;
  readonly token?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A service provider over memory stores, called as a function. */
export async function aService(options: Partial<ServiceProviderOptions> = {}): Promise<TestService> {
  const resources = new MemoryResources();
  const credentials = new MemoryCredentials();
  const log = new MemoryRequestLog();
  const failures: unknown[] = [];
  const clock = {
    current: Date.parse('2026-06-01T12:00:00Z'),
    now() {
      return this.current;
    },
  };
  let requests = 0;
  let tokens = 0;
  const handler = createServiceProvider({
    resources,
    credentials,
    requestLog: log,
    clock,
    newRequestId: () => `request-${(requests += 1)}`,
    baseUrl,
    onFailure: (error) => failures.push(error),
    ...options,
  });
  const newToken: TestService['newToken'] = async (wish = {}) => {
    const token = generateToken();
    await credentials.create(wish.tenantId ?? tenantA, {
      name: wish.name ?? `token ${(tokens += 1)}`,
      audience: wish.audience ?? baseUrl,
      scopes: wish.scopes ?? ['scim.read', 'scim.write'],
      expires: wish.expires ?? new Date('2027-06-01T00:00:00Z'),
      hash: hashToken(token),
    });
    return token;
  };
  const usual = await newToken();
  const send: TestService['send'] = async (method, path, request = {}) => {
    const token = request.token === undefined ? usual : request.token;
    const body = request.body;
    const response = await handler(
      new Request(baseUrl + path, {
        method,
        headers: {
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/scim+json' }),
          ...request.headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
    );
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: text === '' ? {} : (JSON.parse(text) as JsonObject),
    };
  };
  return { handler, resources, credentials, log, failures, clock, newToken, send };
}
