import {
  ConnectorError,
  type BulkOperation,
  type Target,
  type TargetDescription,
  type TargetObject,
} from '@joinery/connector-kit';
import { createBulk } from './bulk.ts';
import type { ScimTargetOptions } from './config.ts';
import { describeTarget, type TargetProperties } from './describe.ts';
import { discoverAttributes } from './discover.ts';
import { forWholeJob, goneError } from './errors.ts';
import { shapeOf } from './object-shape.ts';
import {
  checkProbe,
  checkReference,
  findObjects,
  getResource,
  listMembers,
  listObjects,
  matchRequest,
  randomGuid,
  testConnection,
} from './read.ts';
import { createRemarks } from './remarks.ts';
import { createScimClient } from './scim-client.ts';
import { changeMembersOf, createObject, deleteObject, updateObject, type WriteContext } from './write.ts';

const defaultMembersPerRequestMax = 100;
/** Codes of failures in which the whole target may be out of reach. */
const troubleCodes: ReadonlySet<string> = new Set(['connector.unreachable', 'connector.timeout']);

/**
 * The target for any SCIM 2.0 endpoint (RFC 7643, RFC 7644), in the dialect of Microsoft Entra ID or of the RFC.
 *
 * Throws `ConfigError` for a Tenant URL, credentials or attribute paths that can't be used
 * (`connector.invalid_tenant_url`, `connector.no_token`, `connector.invalid_attribute_path`). Afterwards every method
 * rejects with `ConnectorError` only; the codes are in `errors.ts`.
 */
export function createScimTarget(options: ScimTargetOptions): Target {
  for (const type of options.objectTypes) shapeOf(type);
  const client = createScimClient(options);
  const context: WriteContext = {
    client,
    dialect: options.dialect ?? client.tenantUrl.dialect ?? 'rfc',
    random: options.random,
    members: { max: options.limits.membersPerRequestMax ?? defaultMembersPerRequestMax },
    remarks: createRemarks(),
  };
  const isBulkWanted = options.bulk === true && context.dialect === 'rfc';
  const withProbe = createReachabilityCheck(context, options);
  let properties: Promise<TargetProperties> | undefined;

  function describe(): Promise<TargetProperties> {
    properties ??= describeTarget(client, { membersPerRequestMax: context.members.max, isBulkWanted }).catch(
      (error: unknown) => {
        properties = undefined;
        throw error;
      },
    );
    return properties;
  }

  const target: Target = {
    test: (type, attribute) => testConnection(context, type, attribute),
    describe: () =>
      withProbe(async (): Promise<TargetDescription> => {
        const { description } = await describe();
        return { ...description, membersPerRequestMax: context.members.max };
      }),
    discover: (kind) => withProbe(() => discoverAttributes(client, kind)),
    find: (type, lookup) => withProbe(() => findObjects(context, type, lookup)),
    list: (type, cursor) =>
      withProbe(async () => {
        const { description, byCursor } = await describe();
        return listObjects(context, type, cursor, { pageSize: description.listPageSize ?? 100, byCursor });
      }),
    listMembers: (type, groupId) => withProbe(() => listMembers(context, shapeOf(type), groupId)),
    get: (type, id) => withProbe(async () => (await getResource(context, shapeOf(type), id))?.object),
    create: (type, values, memberIds) => withProbe(() => createObject(context, type, values, memberIds ?? [])),
    update: (type, id, changes) => withProbe(() => updateObject(context, type, id, changes)),
    delete: (type, id) => withProbe(() => deleteObject(context, type, id)),
    changeMembers: (type, groupId, add, remove) =>
      withProbe(() => changeMembersOf(context, type, groupId, { add, remove })),
    checkReference: (type, check) => withProbe(() => checkReference(context, type, check)),
    bulk: (operations) => bulk(operations),
    get requestCount() {
      return client.requestCount;
    },
    takeRemarks: () => context.remarks.take(),
    rate: client.rate,
    close: () => client.close(),
  };
  const bulk = createBulk({
    context,
    limits: async () => (await describe()).description.bulk,
    single: (operation) => runOne(target, operation),
    withProbe,
  });
  return target;
}

/**
 * Connection trouble concerns one object, unless the Test Connection query fails too: then nothing can succeed and the error
 * becomes one of the whole job. Failures at the same time share one such query.
 */
function createReachabilityCheck(context: WriteContext, options: ScimTargetOptions) {
  let probing: Promise<ConnectorError | undefined> | undefined;

  async function probe(): Promise<ConnectorError | undefined> {
    const type = options.objectTypes.find(({ kind }) => kind === 'user') ?? options.objectTypes[0];
    if (type === undefined) return undefined;
    const attribute = type.kind === 'user' ? 'userName' : 'displayName';
    const lookup = { attribute, value: randomGuid(options.random) };
    const request = matchRequest(shapeOf(type), lookup, context.dialect);
    try {
      checkProbe(context, request, await context.client.sendProbe(request));
      return undefined;
    } catch (error) {
      if (error instanceof ConnectorError) return error;
      throw error;
    }
  }

  return async <T>(operation: () => Promise<T>): Promise<T> => {
    try {
      return await operation();
    } catch (error) {
      if (!(error instanceof ConnectorError) || error.scope === 'job' || !troubleCodes.has(error.code)) throw error;
      probing ??= probe().finally(() => {
        probing = undefined;
      });
      const failure = await probing;
      const isOutOfReach = failure !== undefined && (failure.scope === 'job' || troubleCodes.has(failure.code));
      throw isOutOfReach ? forWholeJob(error) : error;
    }
  };
}

async function runOne(target: Target, operation: BulkOperation): Promise<TargetObject | true> {
  switch (operation.kind) {
    case 'create':
      return target.create(operation.type, operation.values, operation.memberIds);
    case 'update':
      if (await target.update(operation.type, operation.id, operation.changes)) return true;
      throw goneError(operation.id);
    case 'delete':
      // An object that is gone already is what a delete wants.
      await target.delete(operation.type, operation.id);
      return true;
  }
}
