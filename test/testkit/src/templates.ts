import { randomBytes } from 'node:crypto';
import { connectDatabase, migrate, type StoreName } from '@joinery/store';

export interface Template {
  /** Of the server's maintenance database. */
  readonly serverUrl: string;
  readonly name: string;
}

export interface Templates {
  /** The migrated template database of a half, made at the first call. */
  ready(half: StoreName): Promise<Template>;
  drop(): Promise<void>;
}

/** Address of another database of the same server. */
export function withDatabase(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.toString();
}

/** Templates are made anew for each run, since migrations change while people work on them. */
export function createTemplates(serverUrl: string): Templates {
  const run = randomBytes(4).toString('hex');
  const made = new Map<StoreName, Promise<Template>>();

  async function make(half: StoreName): Promise<Template> {
    const name = `joinery_template_${half}_${run}`;
    await onServer(serverUrl, `create database ${name}`);
    const database = connectDatabase(withDatabase(serverUrl, name), { max: 1 });
    try {
      await migrate(database, half);
    } finally {
      await database.close();
    }
    return { serverUrl, name };
  }

  return {
    ready(half) {
      const template = made.get(half) ?? make(half);
      made.set(half, template);
      return template;
    },
    async drop() {
      for (const template of made.values()) {
        const found = await template.catch(() => undefined);
        if (found !== undefined) await onServer(serverUrl, `drop database if exists ${found.name} with (force)`);
      }
    },
  };
}

export async function onServer(serverUrl: string, text: string): Promise<void> {
  const server = connectDatabase(serverUrl, { max: 1 });
  try {
    await server.query({ text });
  } finally {
    await server.close();
  }
}
