export { connectDatabase, type Database, type DatabaseOptions, type Session, type Statement } from './database.ts';
export { openEmbedded, type EmbeddedOptions, type EmbeddedServer } from './embedded/supervisor.ts';
export { sqlState, StoreError } from './errors.ts';
export { migrate, ownMigrations, readMigrations, type Migration, type StoreName } from './migrate.ts';
export { openStore, sessionSettings, type OpenStore, type StoreOptions } from './open-store.ts';
export { loadSecretKey, parseSecretKey } from './secret-key.ts';
export { openScratchCopy } from './scratch-copy.ts';
