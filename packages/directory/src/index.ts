export { defaultAccessRoleId } from './objects.ts';
export type * from './ports.ts';
