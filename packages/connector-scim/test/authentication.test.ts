import { afterEach, describe, expect, it } from 'vitest';
import { ConfigError } from '@joinery/base';
import { createFakeClock } from '@joinery/connector-kit/contract';
import type { ScimExchange } from '@joinery/connector-scim';
import { aTarget, userType } from './a-target.ts';
import {
  emptyList,
  scimError,
  startScriptedServer,
  type RecordedRequest,
  type ScriptedAnswer,
} from './scripted-server.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const isTokenRequest = ({ url }: RecordedRequest) => url === '/oauth2/token';
const find = { attribute: 'userName', value: 'bjensen' };

/** One server for both: the token endpoint beside the SCIM endpoint. */
async function setUp(
  token: (count: number, request: RecordedRequest) => ScriptedAnswer,
  scim: (header: string) => ScriptedAnswer,
) {
  const clock = createFakeClock();
  const exchanges: ScimExchange[] = [];
  let tokens = 0;
  const server = await startScriptedServer((request) => {
    if (!isTokenRequest(request)) return scim(String(request.headers['authorization']));
    tokens += 1;
    return token(tokens, request);
  });
  const target = aTarget(server, {
    clock,
    random: () => 1,
    onExchange: (one) => exchanges.push(one),
    authentication: {
      kind: 'client-credentials',
      tokenEndpoint: `${server.origin}/oauth2/token`,
      clientId: 'client:1',
      clientSecret: 'p&ss word',
      scope: 'scim',
    },
  });
  closers.push(server.close, () => target.close());
  const tokenRequests = () => server.requests.filter(isTokenRequest);
  return { clock, server, target, tokenRequests, exchanges };
}

function aToken(name: string, expires: number | undefined = 3600): ScriptedAnswer {
  return { status: 200, body: { access_token: name, token_type: 'Bearer', expires_in: expires } };
}

describe('OAuth 2.0 client credentials (RFC 6749 §4.4)', () => {
  it('asks once for a token, with Basic and encoded credentials, and uses it until shortly before it expires', async () => {
    const headers: string[] = [];
    const { clock, target, tokenRequests, exchanges } = await setUp(
      (count) => aToken(`token-${count}`),
      (header) => {
        headers.push(header);
        return emptyList;
      },
    );
    await Promise.all([target.find(userType, find), target.find(userType, find), target.find(userType, find)]);
    expect(tokenRequests()).toHaveLength(1);
    const [request] = tokenRequests();
    expect(request!.text).toBe('grant_type=client_credentials&scope=scim');
    const basic = Buffer.from(String(request!.headers['authorization']).replace('Basic ', ''), 'base64').toString();
    expect(basic).toBe('client%3A1:p%26ss+word');
    await clock.advance(3_539_000);
    await target.find(userType, find);
    expect(tokenRequests()).toHaveLength(1);
    await clock.advance(2000);
    await target.find(userType, find);
    expect(headers).toEqual(['Bearer token-1', 'Bearer token-1', 'Bearer token-1', 'Bearer token-1', 'Bearer token-2']);
    expect(JSON.stringify(exchanges)).not.toMatch(/token-\d|p&ss/);
  });

  it('gets one new token when the target refuses one that had not expired', async () => {
    const { target, tokenRequests } = await setUp(
      (count) => aToken(`token-${count}`),
      (header) => (header === 'Bearer token-1' ? scimError(401) : emptyList),
    );
    await Promise.all([target.find(userType, find), target.find(userType, find)]);
    expect(tokenRequests()).toHaveLength(2);
  });

  it('a second 401 concerns the job', async () => {
    const { target, server } = await setUp(
      (count) => aToken(`token-${count}`),
      () => scimError(401, 'token-2 is not known'),
    );
    const error = await target.find(userType, find).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ scope: 'job', logCode: 'Unauthorized' });
    expect(String(error)).not.toContain('token-2');
    expect(server.requests).toHaveLength(4);
  });

  it('sends the credentials in the body to a server that refuses Basic', async () => {
    const { target, tokenRequests } = await setUp(
      (count, request) =>
        request.headers['authorization'] === undefined
          ? aToken(`token-${count}`)
          : { status: 401, body: { error: 'invalid_client' } },
      () => emptyList,
    );
    await target.find(userType, find);
    expect(new URLSearchParams(tokenRequests()[1]!.text)).toEqual(
      new URLSearchParams('grant_type=client_credentials&scope=scim&client_id=client%3A1&client_secret=p%26ss+word'),
    );
  });

  it('refused client credentials concern the job, and the message does not hold the secret', async () => {
    const { target } = await setUp(
      () => ({ status: 401, body: { error: 'invalid_client', error_description: 'p&ss word is wrong' } }),
      () => emptyList,
    );
    const error = await target.find(userType, find).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'connector.unauthorized', scope: 'job', logCode: 'Unauthorized' });
    expect(String(error)).toContain('is wrong');
    expect(String(error)).not.toContain('p&ss word');
  });

  it('a failing token endpoint is tried three times', async () => {
    const { clock, target, tokenRequests } = await setUp(
      () => ({ status: 500, body: {} }),
      () => emptyList,
    );
    const result = target.find(userType, find).catch((thrown: unknown) => thrown);
    await clock.sleeping(500);
    await clock.advance(500);
    await clock.sleeping(1000);
    await clock.advance(1000);
    expect(await result).toMatchObject({ code: 'connector.target_failed', scope: 'job', retry: 'later' });
    expect(tokenRequests()).toHaveLength(3);
  });
});

describe('bearer tokens', () => {
  it.each(['', '   ', 'two words', 'new\nline'])('%j is refused before anything is sent', (token) => {
    const make = () =>
      aTarget({ tenantUrl: 'https://api.example.com/scim', host: '' }, { authentication: { kind: 'bearer', token } });
    expect(make).toThrow(ConfigError);
  });

  it('a 401 is not tried again', async () => {
    const server = await startScriptedServer(() => scimError(401));
    const target = aTarget(server, { clock: createFakeClock() });
    closers.push(server.close, () => target.close());
    await expect(target.find(userType, find)).rejects.toMatchObject({ scope: 'job', logCode: 'Unauthorized' });
    expect(server.requests).toHaveLength(1);
  });
});
