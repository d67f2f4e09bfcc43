export { createApplicationStore } from './application-store.ts';
export { createChangeFeed } from './change-feed.ts';
export { createDirectoryReader } from './directory-reader.ts';
export { createDirectoryStore, type DirectoryStoreOptions } from './directory-store.ts';
export { createImportStore } from './import-store.ts';
