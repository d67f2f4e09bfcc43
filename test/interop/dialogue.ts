import { readdirSync, readFileSync } from 'node:fs';
import type { Json, JsonObject } from '@joinery/base';

/** What one client is known to send, in one file for each behaviour, and what our service provider must make of it. */
export interface Dialogue {
  /** Folder and name of the file: the client, and the behaviour. */
  readonly file: string;
  readonly name: string;
  readonly origin: 'recorded' | 'documented' | 'reported';
  /** A public page, or `RFC …` where no client is known and the text of the RFC asks for it. */
  readonly address: string;
  readonly exchange: readonly Exchange[];
  /** Absent where the answer is a faulty one on purpose, which only our own client is to meet. */
  readonly server?: Expectation;
}

export interface Exchange {
  readonly request: {
    readonly method: string;
    /** Path and query as text, not percent-encoded. */
    readonly path: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: Json;
  };
  readonly response: { readonly status: number; readonly body?: JsonObject };
}

interface Expectation {
  /** What is there before: created in this order; `id` is how the exchange names it. */
  readonly given?: readonly { readonly id: string; readonly path: string; readonly body: Json }[];
  readonly settings?: { readonly acceptUnknownMembers: boolean };
  /** What is read afterwards: `body` is part of the resource, `absent` are names at its top that must not be there. */
  readonly then?: readonly {
    readonly path: string;
    readonly status?: number;
    readonly body?: JsonObject;
    readonly absent?: readonly string[];
  }[];
  /** The tolerances that the request log must name, all of them and no other. */
  readonly tolerated?: readonly string[];
}

const folder = new URL('./', import.meta.url);

/** Every dialogue file, by folder and name. */
export function readDialogues(): readonly Dialogue[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'peers')
    .flatMap(({ name }) =>
      readdirSync(new URL(`${name}/`, folder))
        .filter((file) => file.endsWith('.json'))
        .map((file) => `${name}/${file}`),
    )
    .map((file) => ({ ...(JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Omit<Dialogue, 'file'>), file }));
}
