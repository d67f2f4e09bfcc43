import { createHttpClient, resolveWithSystem, type HttpAnswer, type ResolveHost } from '@joinery/connector-scim';
import { invalidInput } from './errors.ts';

export interface OutgoingOptions {
  /** HOST or HOST:PORT that may be private or speak plain http. */
  readonly allowedHosts: readonly string[];
  readonly resolveHost?: ResolveHost;
  /** Further trusted certificates, PEM. */
  readonly extraCa?: string;
}

export interface OutgoingRequest {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string | undefined;
  readonly timeoutMs: number;
  readonly answerBytesMax: number;
}

/** Whether a list of HOST and HOST:PORT names the URL's host. */
export function namesHost(hosts: readonly string[], url: URL): boolean {
  const port = url.port !== '' ? url.port : url.protocol === 'https:' ? '443' : '80';
  return hosts.some((host) => {
    const entry = host.trim().toLowerCase();
    return entry === url.hostname || entry === `${url.hostname}:${port}`;
  });
}

/** An address that requests may go to. Throws 400 `workspace.invalid_input`. */
export function readOutgoingUrl(text: string, what: string, allowedHosts: readonly string[]): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.username !== '' || url.password !== '' || url.hash !== '') {
    throw invalidInput(`${what} must be a URL like https://hooks.example.com/path, without user and fragment.`);
  }
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && namesHost(allowedHosts, url))) {
    throw invalidInput(`${what} must begin with https://.`);
  }
  return url;
}

/**
 * One request to a public address over https, or to an allowed host: the name is resolved once, the address checked and
 * connected to. Redirects are not followed. Rejects with `TransportFailure`.
 */
export async function sendOutgoing(options: OutgoingOptions, request: OutgoingRequest): Promise<HttpAnswer> {
  const { url, method, headers, body } = request;
  const client = createHttpClient({
    origin: url.origin,
    connections: 1,
    timeoutMs: request.timeoutMs,
    answerBytesMax: request.answerBytesMax,
    allowedHosts: options.allowedHosts,
    resolveHost: options.resolveHost ?? resolveWithSystem,
    extraCa: options.extraCa,
  });
  try {
    return await client.send({ method, path: url.pathname + url.search, headers, body });
  } finally {
    await client.close();
  }
}
