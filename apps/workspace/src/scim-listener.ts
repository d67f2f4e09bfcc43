import { randomUUID } from 'node:crypto';
import type { RequestListener } from 'node:http';
import {
  createServiceProvider,
  createTokenEndpoint,
  toNodeListener,
  type ServiceProviderOptions,
  type TokenEndpointOptions,
} from '@joinery/service-provider';

export const scimPath = '/scim/v2';
export const tokenPath = '/scim/oauth2/token';

type Shared = 'clock' | 'requestLog' | 'onFailure';

/**
 * Everything below `/scim`: the token endpoint at exactly its path, the service provider for all else, which denies what
 * it does not know.
 */
export function createScimListener(options: {
  readonly publicUrl: string;
  readonly provider: Omit<ServiceProviderOptions, 'newRequestId' | 'baseUrl' | 'mountPath' | 'tokenEndpoint'>;
  readonly tokens: Omit<TokenEndpointOptions, 'newRequestId' | 'baseUrl' | Shared>;
}): RequestListener {
  const { publicUrl, provider, tokens } = options;
  const common = { newRequestId: randomUUID, baseUrl: publicUrl + scimPath };
  const { clock, requestLog, onFailure } = provider;
  const tokenEndpoint = createTokenEndpoint({
    ...tokens,
    ...common,
    clock,
    requestLog,
    ...(onFailure === undefined ? {} : { onFailure }),
  });
  const handler = createServiceProvider({
    ...provider,
    ...common,
    mountPath: scimPath,
    tokenEndpoint: publicUrl + tokenPath,
  });
  const [answerScim, answerToken] = [handler, tokenEndpoint].map((one) => toNodeListener(one, { baseUrl: publicUrl }));
  return (message, answer) => {
    const isToken = message.url?.split('?')[0] === tokenPath;
    void (isToken ? answerToken : answerScim)?.(message, answer);
  };
}
