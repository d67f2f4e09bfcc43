import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { connectDatabase, sessionSettings, type Database, type StoreName } from '@joinery/store';
import { onServer, withDatabase, type Template } from './templates.ts';
// For the type of `inject('testkitPort')`.
import type {} from './global-setup.ts';

/** A database of its own for a test or a test file: `await using database = await createCenterDatabase()`. */
export type TestDatabase = Database & AsyncDisposable;

/** Migrated and empty. `max`: connections of its pool at most. Disposing closes and drops it. */
export function createCenterDatabase(options?: { readonly max?: number }): Promise<TestDatabase> {
  return cloneTemplate('center', options);
}

/** Migrated and empty. `max`: connections of its pool at most. Disposing closes and drops it. */
export function createWorkspaceDatabase(options?: { readonly max?: number }): Promise<TestDatabase> {
  return cloneTemplate('workspace', options);
}

async function cloneTemplate(half: StoreName, options?: { readonly max?: number }): Promise<TestDatabase> {
  const { serverUrl, name: template } = await askForTemplate(half);
  const name = `joinery_test_${randomBytes(6).toString('hex')}`;
  await onServer(serverUrl, `create database ${name} template ${template}`);
  const database = connectDatabase(withDatabase(serverUrl, name), { settings: sessionSettings[half], ...options });
  return {
    ...database,
    async [Symbol.asyncDispose]() {
      await database.close();
      await onServer(serverUrl, `drop database if exists ${name} with (force)`);
    },
  };
}

async function askForTemplate(half: StoreName): Promise<Template> {
  const response = await fetch(`http://127.0.0.1:${inject('testkitPort')}/${half}`);
  const text = await response.text();
  if (!response.ok) throw new Error(`No ${half} database for tests: ${text}`);
  return JSON.parse(text) as Template;
}
