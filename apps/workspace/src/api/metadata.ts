import { authorizationServerMetadata } from '@joinery/service-provider';
import type { FastifyInstance } from 'fastify';

/** RFC 8414 §3: where the token endpoint is and how clients authenticate there. Anyone may read it. */
export function registerMetadata(
  app: FastifyInstance,
  options: { readonly publicUrl: () => string; readonly tokenEndpoint: () => string },
): void {
  app.get('/.well-known/oauth-authorization-server', () =>
    authorizationServerMetadata({ issuer: options.publicUrl(), tokenEndpoint: options.tokenEndpoint() }),
  );
}
