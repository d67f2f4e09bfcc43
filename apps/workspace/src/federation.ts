import type { FetchKeySet } from '@joinery/service-provider';
import { invalidInput } from './errors.ts';
import { namesHost, readOutgoingUrl, sendOutgoing, type OutgoingOptions } from './outgoing.ts';

/** Hosts that publish the key sets of Microsoft Entra ID (public, US Government, China) and of Google. */
export const keySetHostsDefault: readonly string[] = [
  'login.microsoftonline.com',
  'login.microsoftonline.us',
  'login.partner.microsoftonline.cn',
  'www.googleapis.com',
];

const timeoutMs = 5_000;
const answerBytesMax = 256 * 1024;

/** The URL of a key set, https on a host of the list. Throws 400 `workspace.invalid_input`. */
export function checkKeySetUrl(text: string, hosts: readonly string[], allowedHosts: readonly string[]): void {
  const url = readOutgoingUrl(text, 'The JWKS URL', allowedHosts);
  if (url.protocol !== 'https:') throw invalidInput('The JWKS URL must begin with https://.');
  if (namesHost(hosts, url)) return;
  throw invalidInput(
    `Key sets are fetched from ${hosts.join(', ')} only; the operator adds hosts with JOINERY_FEDERATION_HOSTS.`,
  );
}

/** Fetches key sets from the given hosts, over https, through the guard of outgoing requests. */
export function createKeySetFetcher(outgoing: OutgoingOptions, hosts: readonly string[]): FetchKeySet {
  return async (text) => {
    // Again, as the list may be shorter than when the federation was saved.
    checkKeySetUrl(text, hosts, outgoing.allowedHosts);
    const answer = await sendOutgoing(outgoing, {
      method: 'GET',
      url: new URL(text),
      headers: [['accept', 'application/jwk-set+json, application/json']],
      body: undefined,
      timeoutMs,
      answerBytesMax,
    });
    if (answer.status !== 200) throw new Error(`the key set answered ${answer.status}`);
    return JSON.parse(answer.body) as unknown;
  };
}
