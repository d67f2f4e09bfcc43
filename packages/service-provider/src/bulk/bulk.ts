// POST /Bulk, RFC 7644 §3.7. Operations are done one after another in the order of the request, but a POST that another
// operation refers to is done before that one. In a circle the one that closes it is created without the reference, which
// is added when the circle is complete. Each operation is a transaction of its own, and nothing is undone after a later failure,
// except that a resource whose held-back reference cannot be resolved is deleted again, since its operation failed.
import { ScimError, uniqueValuesOf, urns } from '@joinery/scim';
import type { Exchange, Step } from '../exchange.ts';
import type { BulkLogEntry } from '../ports.ts';
import { answerJson } from '../present.ts';
import { chargeRate } from '../steps/limit-rate.ts';
import { readBulkRequest, type BulkOperation, type BulkRequest } from './bulk-request.ts';
import { createRun, createRunMax } from './create-run.ts';
import { holdBack, type HeldBack } from './hold-back.ts';
import { failed, perform, presentResult, relativePath, type BulkResult } from './perform.ts';
import { referenceOfPath, referencesOf, replaceInPath, replaceReferences } from './references.ts';

interface Deferred {
  readonly operation: BulkOperation;
  readonly path: string;
  readonly operations: HeldBack['operations'];
}

class UnresolvedReference {
  readonly bulkId: string;
  constructor(bulkId: string) {
    this.bulkId = bulkId;
  }
}

function unresolved(bulkId: string): ScimError {
  return new ScimError({
    code: 'scim.unresolved_bulk_id',
    status: 409,
    message: `bulkId '${bulkId}' names no resource that a POST of this request has created.`,
    detail: { bulkId },
    retry: 'after-change',
  });
}

class BulkRun {
  readonly #exchange: Exchange;
  readonly #request: BulkRequest;
  readonly #results = new Map<number, BulkResult>();
  readonly #running = new Set<number>();
  readonly #posts = new Map<string, BulkOperation>();
  readonly #ids = new Map<string, string>();
  readonly #deferred: Deferred[] = [];
  #errors = 0;

  constructor(exchange: Exchange, request: BulkRequest) {
    this.#exchange = exchange;
    this.#request = request;
    for (const operation of request.operations) {
      if (operation.method === 'POST' && operation.bulkId !== undefined && operation.problem === undefined) {
        this.#posts.set(operation.bulkId, operation);
      }
    }
  }

  /** Results of what was done, in the order of the request. */
  async run(): Promise<readonly (readonly [BulkOperation, BulkResult])[]> {
    const { operations } = this.#request;
    for (let index = 0; index < operations.length && !this.#isStopped();) {
      const creations = this.#creationsFrom(index);
      if (creations.length > 1) {
        await this.#create(creations);
        index += creations.length;
        continue;
      }
      const operation = operations[index];
      if (operation !== undefined) await this.#do(operation);
      await this.#completeDeferred();
      index += 1;
    }
    return operations.flatMap((operation) => {
      const result = this.#results.get(operation.index);
      return result === undefined ? [] : [[operation, result] as const];
    });
  }

  #isStopped(): boolean {
    return this.#errors >= (this.#request.failOnErrors ?? Number.POSITIVE_INFINITY);
  }

  #settle(operation: BulkOperation, result: BulkResult): void {
    if (result.failure !== undefined && this.#results.get(operation.index)?.failure === undefined) this.#errors += 1;
    this.#results.set(operation.index, result);
    this.#running.delete(operation.index);
    const { bulkId, method } = operation;
    if (method !== 'POST' || bulkId === undefined) return;
    if (result.failure !== undefined) {
      if (this.#posts.get(bulkId) === operation) this.#ids.delete(bulkId);
    } else if (result.location !== undefined) {
      this.#ids.set(bulkId, result.location.slice(result.location.lastIndexOf('/') + 1));
    }
  }

  #hasUniqueUsers(): boolean {
    const type = this.#exchange.profile.endpoints.get('User')?.type;
    return type !== undefined && uniqueValuesOf(type, {}) !== undefined;
  }

  /** Creations of users that stand together and refer to nothing. Not with failOnErrors, which stops after a single one. */
  #creationsFrom(start: number): readonly BulkOperation[] {
    const { operations, failOnErrors } = this.#request;
    const { resources, baseUrl } = this.#exchange.provider.options;
    if (failOnErrors !== undefined || resources.createUsers === undefined || this.#hasUniqueUsers()) return [];
    const found: BulkOperation[] = [];
    for (let index = start; index < operations.length && found.length < createRunMax; index++) {
      const operation = operations[index];
      const isCreation =
        operation?.method === 'POST' &&
        operation.problem === undefined &&
        !this.#results.has(index) &&
        /^\/users\/?$/i.test(relativePath(operation.path, baseUrl)) &&
        referencesOf(operation.data).size === 0;
      if (!isCreation) break;
      found.push(operation);
    }
    return found;
  }

  async #create(operations: readonly BulkOperation[]): Promise<void> {
    const bodies = operations.map(({ data }) => data);
    const results = await createRun(this.#exchange, bodies);
    operations.forEach((operation, index) => {
      const result = results[index];
      if (result !== undefined) this.#settle(operation, result);
    });
  }

  /** Does the operation, and before it what it refers to. */
  async #do(operation: BulkOperation): Promise<void> {
    if (this.#results.has(operation.index) || this.#running.has(operation.index)) return;
    if (operation.problem !== undefined) {
      this.#settle(operation, failed(operation.problem, undefined));
      return;
    }
    this.#running.add(operation.index);
    const inPath = referenceOfPath(operation.path);
    const references = [...(inPath === undefined ? [] : [inPath]), ...referencesOf(operation.data)];
    for (const bulkId of references) {
      const target = this.#posts.get(bulkId);
      if (target !== undefined && !this.#isStopped()) await this.#do(target);
    }
    if (this.#isStopped()) {
      this.#running.delete(operation.index);
      return;
    }
    await this.#perform(operation);
  }

  async #perform(operation: BulkOperation): Promise<void> {
    const { baseUrl } = this.#exchange.provider.options;
    const isPost = operation.method === 'POST';
    const held: HeldBack = isPost
      ? holdBack(operation.data, (bulkId) => this.#isRunning(bulkId))
      : { data: operation.data, operations: [] };
    try {
      const path = replaceInPath(relativePath(operation.path, baseUrl), this.#resolve);
      const data = replaceReferences(held.data, this.#resolve);
      const { method, version } = operation;
      const result = await perform(this.#exchange, { method, path, version: isPost ? undefined : version, data });
      this.#settle(operation, result);
      if (held.operations.length > 0 && result.failure === undefined && result.location !== undefined) {
        this.#deferred.push({ operation, path: result.location.slice(baseUrl.length), operations: held.operations });
      }
    } catch (error) {
      if (!(error instanceof UnresolvedReference)) throw error;
      this.#settle(operation, failed(unresolved(error.bulkId), undefined));
    }
  }

  #isRunning(bulkId: string): boolean {
    const target = this.#posts.get(bulkId);
    return target !== undefined && this.#running.has(target.index);
  }

  readonly #resolve = (bulkId: string): string => {
    const id = this.#ids.get(bulkId);
    if (id === undefined) throw new UnresolvedReference(bulkId);
    return id;
  };

  /** Adds the references that were held back; nothing is running any more, so each has its id or never will. */
  async #completeDeferred(): Promise<void> {
    for (const { operation, path, operations } of this.#deferred.splice(0)) {
      const result = await this.#addReferences(path, operations);
      if (result.failure === undefined) {
        this.#settle(operation, { ...result, status: 201 });
        continue;
      }
      await perform(this.#exchange, { method: 'DELETE', path, version: undefined, data: undefined });
      this.#settle(operation, failed(result.failure, undefined));
    }
  }

  async #addReferences(path: string, operations: HeldBack['operations']): Promise<BulkResult> {
    try {
      const data = replaceReferences(operations, this.#resolve);
      return await perform(this.#exchange, { method: 'PATCH', path, version: undefined, data });
    } catch (error) {
      if (error instanceof UnresolvedReference) return failed(unresolved(error.bulkId), undefined);
      throw error;
    }
  }
}

const loggedMax = 100;

/** What the request log keeps of each operation; failures first when there are more than it keeps. */
function logOperations(results: readonly (readonly [BulkOperation, BulkResult])[]): readonly BulkLogEntry[] {
  const isFailed = ([, { failure }]: readonly [BulkOperation, BulkResult]): boolean => failure !== undefined;
  const kept =
    results.length <= loggedMax
      ? results
      : [...results.filter(isFailed), ...results.filter((result) => !isFailed(result))].slice(0, loggedMax);
  return kept.map(([{ method, path }, { status, failure }]) => ({
    method: method.slice(0, 20),
    path: (path.split('?', 1)[0] ?? '').slice(0, 200),
    status,
    errorCode: failure?.code,
  }));
}

/** Every operation counts as one request of the tenant's limit. Throws 400, 413 and 429 before anything is done. */
export const runBulk: Step = async (exchange) => {
  const request = readBulkRequest(exchange.body);
  // The request itself has been counted as one.
  chargeRate(exchange, request.operations.length - 1);
  const results = await new BulkRun(exchange, request).run();
  exchange.operations = logOperations(results);
  return answerJson(200, {
    schemas: [urns.bulkResponse],
    Operations: results.map(([operation, result]) => presentResult(operation, result)),
  });
};
