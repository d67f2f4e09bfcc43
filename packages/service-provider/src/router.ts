import type { Step } from './exchange.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One row of the protocol: `path` below the base path, `{id}` for one segment of any text. */
export interface Route {
  readonly method: Method;
  readonly path: string;
  readonly steps: readonly Step[];
  /** Readable without a credential. */
  readonly isPublic: boolean;
}

export type RouteMatch =
  | { readonly kind: 'route'; readonly steps: readonly Step[]; readonly id: string }
  | { readonly kind: 'method-not-allowed'; readonly allow: readonly string[]; readonly isPublic: boolean }
  | { readonly kind: 'not-found' };

// Separators, path parameters and control characters never belong to a segment: what decodes to one is refused, so that
// no spelling of a path means one thing to a proxy and another to us.
// oxlint-disable-next-line no-control-regex
const forbidden = /[\u0000-\u001f\u007f/\\;]/;

/**
 * The segments of a path, percent-decoded exactly once; undefined when a segment is empty, `.`, `..`, badly encoded or
 * holds a separator. One trailing slash is allowed.
 */
export function decodePath(pathname: string): readonly string[] | undefined {
  const raw = pathname.split('/');
  if (raw.shift() !== '') return undefined;
  if (raw.at(-1) === '') raw.pop();
  const segments: string[] = [];
  for (const part of raw) {
    const segment = decodeSegment(part);
    if (segment === undefined) return undefined;
    segments.push(segment);
  }
  return segments;
}

function decodeSegment(part: string): string | undefined {
  if (!part.includes('%'))
    return part === '' || part === '.' || part === '..' || forbidden.test(part) ? undefined : part;
  let segment: string;
  try {
    segment = decodeURIComponent(part);
  } catch {
    // Not UTF-8: such a path names nothing here.
    return undefined;
  }
  return segment === '' || segment === '.' || segment === '..' || forbidden.test(segment) ? undefined : segment;
}

interface Node {
  readonly methods: Map<string, readonly Step[]>;
  readonly literals: Map<string, Node>;
  parameter: Node | undefined;
  isPublic: boolean;
}

const newNode = (): Node => ({ methods: new Map(), literals: new Map(), parameter: undefined, isPublic: false });

/** Finds rows by path, letter case ignored, below `basePath`. What is in no row is not found: default deny. */
export class Router {
  readonly #base: readonly string[];
  readonly #root: Node = newNode();

  constructor(routes: readonly Route[], basePath: string) {
    this.#base = (decodePath(basePath) ?? []).map((segment) => segment.toLowerCase());
    for (const route of routes) this.#add(route);
  }

  #add(route: Route): void {
    let node = this.#root;
    for (const segment of decodePath(route.path) ?? []) {
      if (segment === '{id}') {
        node = node.parameter ??= newNode();
        continue;
      }
      const key = segment.toLowerCase();
      const next = node.literals.get(key) ?? newNode();
      node.literals.set(key, next);
      node = next;
    }
    node.methods.set(route.method, route.steps);
    node.isPublic ||= route.isPublic;
  }

  /** `method` is upper case; HEAD is answered by the row of GET. */
  match(method: string, pathname: string): RouteMatch {
    const segments = decodePath(pathname);
    if (segments === undefined || this.#base.some((part, index) => segments[index]?.toLowerCase() !== part)) {
      return { kind: 'not-found' };
    }
    let node: Node | undefined = this.#root;
    let id = '';
    for (const segment of segments.slice(this.#base.length)) {
      const literal: Node | undefined = node.literals.get(segment.toLowerCase());
      if (literal === undefined) id = segment;
      node = literal ?? node.parameter;
      if (node === undefined) return { kind: 'not-found' };
    }
    const steps = node.methods.get(method === 'HEAD' ? 'GET' : method);
    if (steps !== undefined) return { kind: 'route', steps, id };
    return node.methods.size === 0
      ? { kind: 'not-found' }
      : { kind: 'method-not-allowed', allow: allowed(node), isPublic: node.isPublic };
  }
}

function allowed(node: Node): readonly string[] {
  const methods = [...node.methods.keys()];
  return [...methods, ...(node.methods.has('GET') ? ['HEAD'] : []), 'OPTIONS'];
}
