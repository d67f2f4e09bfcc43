import { lookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { buildConnector } from 'undici';
import { isAllowedHost } from './config.ts';

export interface ResolvedAddress {
  readonly address: string;
  readonly family: 4 | 6;
}
/** All addresses of a host name; rejects as `dns.lookup` does. */
export type ResolveHost = (hostname: string) => Promise<readonly ResolvedAddress[]>;

/** A connection that the guard refused before any byte was sent. */
export class RefusedAddressError extends Error {
  readonly hostname: string;
  constructor(hostname: string, address: string, range: string) {
    super(
      `${hostname} has the address ${address} (${range}), which is not public. ` +
        'Allow the host in the settings if provisioning into a private network is meant.',
    );
    this.hostname = hostname;
  }
}

export interface GuardOptions {
  readonly allowedHosts: readonly string[];
  readonly resolveHost: ResolveHost;
  readonly connectTimeoutMs: number;
  /** Trusted certificates, PEM; undefined: the system's. */
  readonly ca: readonly string[] | undefined;
}

export const resolveWithSystem: ResolveHost = async (hostname) => {
  const found = await lookup(hostname, { all: true, verbatim: true });
  return found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }));
};

/**
 * The range that makes an address unfit for outgoing requests, or undefined for a public one. IPv4 inside IPv6
 * (mapped, NAT64) is judged by the IPv4 address; IPv6 must be global unicast (2000::/3) outside every special range.
 */
export function privateRangeOf(address: string): string | undefined {
  if (!ipaddr.isValid(address)) return 'invalid';
  const parsed = ipaddr.process(address);
  if (parsed instanceof ipaddr.IPv4) return rangeOfIpv4(parsed);
  const range = parsed.range();
  const bytes = parsed.toByteArray();
  if (range === 'rfc6052' && address.toLowerCase().startsWith('64:ff9b::')) {
    return rangeOfIpv4(new ipaddr.IPv4(bytes.slice(12)));
  }
  if (range !== 'unicast') return range;
  return (bytes[0] ?? 0) >> 5 === 1 ? undefined : 'reserved';
}

function rangeOfIpv4(address: ipaddr.IPv4): string | undefined {
  const range = address.range();
  return range === 'unicast' ? undefined : range;
}

/**
 * Undici's connect hook that lets connections go to public addresses only, unless the administrator allowed the host.
 * A name is resolved once per connection, all of its addresses are checked, and the socket goes to one of exactly these
 * (a second answer of the name server is never asked for). TLS certificates are verified.
 */
export function createGuardedConnector(options: GuardOptions): buildConnector.connector {
  const common = {
    timeout: options.connectTimeoutMs,
    allowH2: false,
    ...(options.ca === undefined ? {} : { ca: [...options.ca] }),
  };
  const connectAnywhere = buildConnector({ ...common, lookup: lookupWith(options.resolveHost, false) });
  const connectPublic = buildConnector({ ...common, lookup: lookupWith(options.resolveHost, true) });
  return (target, callback) => {
    const hostname = target.hostname.replace(/^\[|\]$/g, '');
    if (isAllowedHost(urlOf(target), options.allowedHosts)) return connectAnywhere(target, callback);
    if (target.protocol !== 'https:') return callback(new Error('plain http is not allowed to this host'), null);
    if (isIP(hostname) !== 0 && privateRangeOf(hostname) !== undefined) {
      return callback(refusalOf(hostname, hostname), null);
    }
    return connectPublic(target, callback);
  };
}

/** Node's `lookup` hook: what it answers is what the socket connects to. */
function lookupWith(resolveHost: ResolveHost, publicOnly: boolean): LookupFunction {
  return (hostname, options, callback) => {
    resolveHost(hostname).then(
      (addresses) => {
        const refused = publicOnly ? addresses.find(({ address }) => privateRangeOf(address) !== undefined) : undefined;
        const [first] = addresses;
        if (first === undefined) callback(new Error(`${hostname} has no address.`), '', 4);
        else if (refused !== undefined) callback(refusalOf(hostname, refused.address), '', 4);
        else if (options.all === true) callback(null, [...addresses]);
        else callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, '', 4),
    );
  };
}

function urlOf(target: buildConnector.Options): URL {
  const host =
    target.hostname.includes(':') && !target.hostname.startsWith('[') ? `[${target.hostname}]` : target.hostname;
  return new URL(`${target.protocol}//${host}${target.port === '' ? '' : `:${target.port}`}`);
}

function refusalOf(hostname: string, address: string): RefusedAddressError {
  return new RefusedAddressError(hostname, address, privateRangeOf(address) ?? 'public');
}
