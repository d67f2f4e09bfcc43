export type * from './ports.ts';

// To be exported from here:
//   createServiceProvider(options: { resources: ResourceStore; credentials: CredentialStore; requestLog: RequestLog; clock: Clock;
//     baseUrl: string /* public, ends with /scim/v2 */; rateLimit…; newRequestId(): string }): (request: Request) => Promise<Response>
//   generateToken(randomBytes): string;  hashToken(token): Uint8Array;  looksLikeToken(token): boolean (prefix + checksum)
