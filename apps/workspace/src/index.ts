export { createTenant, createTenantToken, type AdministrationOptions } from './administer.ts';
export type * from './contract.ts';
export { WorkspaceError } from './errors.ts';
export type { FirstAdministrator } from './first-start.ts';
export type { LogLevel } from './observe/log.ts';
export type { TlsFiles } from './server.ts';
export { readPublicUrl, startWorkspace, type Workspace, type WorkspaceOptions } from './start.ts';
