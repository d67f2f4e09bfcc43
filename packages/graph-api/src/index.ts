export type * from './ports.ts';
export type { GraphApi, PasswordHasher } from './api.ts';
export { hashSecret, mintSecret } from './authentication/secret-text.ts';
export { GraphError } from './errors.ts';
export { registerGraphApi } from './plugin.ts';
export type { Route } from './route.ts';
export { graphRoutes, joineryRoutes } from './routes.ts';
