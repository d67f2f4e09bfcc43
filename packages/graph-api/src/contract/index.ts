export * from './administration.ts';
export * from './applications.ts';
export * from './audit-logs.ts';
export * from './directory.ts';
export * from './error.ts';
export * from './synchronization.ts';
export * from './schema-versions.ts';
