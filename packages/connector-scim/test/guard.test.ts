import { afterEach, describe, expect, it } from 'vitest';
import { ConfigError } from '@joinery/base';
import { ConnectorError } from '@joinery/connector-kit';
import { parseTenantUrl, privateRangeOf, type ResolvedAddress } from '@joinery/connector-scim';
import { aTarget, userType } from './a-target.ts';
import { emptyList, startScriptedServer } from './scripted-server.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

describe('addresses for outgoing requests', () => {
  it.each([
    ['127.0.0.1', 'loopback'],
    ['10.0.0.1', 'private'],
    ['172.31.255.255', 'private'],
    ['192.168.1.1', 'private'],
    ['100.64.0.1', 'carrierGradeNat'],
    ['169.254.169.254', 'linkLocal'],
    ['0.0.0.0', 'unspecified'],
    ['255.255.255.255', 'broadcast'],
    ['224.0.0.1', 'multicast'],
    ['192.0.2.1', 'reserved'],
    ['::1', 'loopback'],
    ['::', 'unspecified'],
    ['fe80::1', 'linkLocal'],
    ['fe80::1%eth0', 'linkLocal'],
    ['fd00:ec2::254', 'uniqueLocal'],
    ['fec0::1', 'deprecatedSiteLocal'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['::ffff:a9fe:a9fe', 'linkLocal'],
    ['::7f00:1', 'reserved'],
    ['64:ff9b::a00:1', 'private'],
    ['64:ff9b:1::a00:1', 'rfc6052'],
    ['2002:7f00:1::', '6to4'],
    ['2001:db8::1', 'reserved'],
    ['ff02::1', 'multicast'],
    ['not-an-address', 'invalid'],
  ])('%s is refused as %s', (address, range) => {
    expect(privateRangeOf(address)).toBe(range);
  });

  it.each(['8.8.8.8', '172.32.0.1', '2606:4700::1111', '64:ff9b::808:808', '::ffff:8.8.8.8'])(
    '%s is public',
    (address) => {
      expect(privateRangeOf(address)).toBeUndefined();
    },
  );
});

describe('the Tenant URL', () => {
  it('keeps its query flags, drops the trailing slash, and chooses the dialect by them', () => {
    expect(parseTenantUrl(' https://api.example.com/scim/v2/?aadOptscim062020 ', [])).toEqual({
      origin: 'https://api.example.com',
      basePath: '/scim/v2',
      flags: 'aadOptscim062020',
      dialect: 'entra-062020',
    });
    expect(parseTenantUrl('https://api.example.com?a=b&AzureAdScimPatch2017', [])).toEqual({
      origin: 'https://api.example.com',
      basePath: '',
      flags: 'a=b&AzureAdScimPatch2017',
      dialect: 'entra',
    });
    expect(parseTenantUrl('https://api.example.com/scim', []).dialect).toBeUndefined();
  });

  it.each([
    'http://api.example.com/scim',
    'ftp://api.example.com/scim',
    'https://user:password@api.example.com/scim',
    'https://api.example.com/scim#part',
    '/scim/v2',
    'api.example.com',
    '',
  ])('%s is refused', (text) => {
    expect(() => parseTenantUrl(text, ['other.example.com'])).toThrow(ConfigError);
  });

  it.each([
    ['http://localhost:8090/scim', 'localhost'],
    ['http://localhost:8090/scim', 'LOCALHOST:8090'],
    ['http://[::1]:8090/scim', '::1'],
    ['http://[::1]:8090/scim', '[::1]:8090'],
    ['http://10.0.0.1/scim', '10.0.0.1:80'],
  ])('%s is accepted when %s is allowed', (text, allowed) => {
    expect(parseTenantUrl(text, [allowed]).origin).toBe(new URL(text).origin);
  });

  it('an allowed port does not allow another one', () => {
    expect(() => parseTenantUrl('http://localhost:8091/scim', ['localhost:8090'])).toThrow(ConfigError);
  });
});

describe('connections', () => {
  async function connectTo(
    tenantUrl: string,
    addresses: readonly ResolvedAddress[],
    allowedHosts: readonly string[] = [],
  ) {
    const resolved: string[] = [];
    const target = aTarget(
      { tenantUrl, host: '' },
      {
        allowedHosts,
        resolveHost: async (hostname) => {
          resolved.push(hostname);
          return addresses;
        },
      },
    );
    closers.push(() => target.close());
    const outcome = await target.get(userType, 'u1').catch((error: unknown) => error);
    return { outcome, resolved };
  }

  it.each([
    'https://127.0.0.1/scim',
    'https://[::1]/scim',
    'https://[::ffff:10.0.0.1]/scim',
    'https://0x7f.1/scim',
    'https://169.254.169.254/scim',
  ])('an address in the URL is checked: %s', async (tenantUrl) => {
    const { outcome, resolved } = await connectTo(tenantUrl, []);
    expect(outcome).toBeInstanceOf(ConnectorError);
    expect(outcome).toMatchObject({ code: 'connector.address_refused', scope: 'job' });
    expect(resolved).toEqual([]);
  });

  it.each<[string, readonly ResolvedAddress[]]>([
    ['IPv4', [{ address: '10.1.2.3', family: 4 }]],
    ['IPv6', [{ address: 'fd00::1', family: 6 }]],
    ['mapped', [{ address: '::ffff:192.168.0.1', family: 6 }]],
    [
      'one of several',
      [
        { address: '93.184.216.34', family: 4 },
        { address: '127.0.0.1', family: 4 },
      ],
    ],
  ])('a name with a private address is refused: %s', async (_, addresses) => {
    const { outcome, resolved } = await connectTo('https://app.example.com/scim', addresses);
    expect(outcome).toMatchObject({ code: 'connector.address_refused', scope: 'job', retry: 'after-change' });
    expect(resolved).toEqual(['app.example.com']);
  });

  it('an allowed name is connected to at the address that was resolved, once', async () => {
    const server = await startScriptedServer(() => emptyList);
    closers.push(server.close);
    const port = new URL(server.origin).port;
    let asked = 0;
    const target = aTarget(
      { tenantUrl: `http://app.internal:${port}/scim/v2`, host: 'app.internal' },
      {
        resolveHost: async () => {
          asked += 1;
          return [{ address: asked === 1 ? '127.0.0.1' : '192.0.2.1', family: 4 }];
        },
      },
    );
    closers.push(() => target.close());
    expect(await target.find(userType, { attribute: 'userName', value: 'a' })).toEqual([]);
    expect(asked).toBe(1);
    expect(server.requests[0]?.headers['host']).toBe(`app.internal:${port}`);
  });
});
