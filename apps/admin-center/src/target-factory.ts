import { ConfigError, type Clock } from '@joinery/base';
import type { Target, TargetAttribute, TargetObjectType } from '@joinery/connector-kit';
import { createScimTarget, parseTenantUrl, type Dialect, type ScimAuthentication } from '@joinery/connector-scim';
import type { Job, JobSecrets, SynchronizationRule, SynchronizationSchema, TargetFactory } from '@joinery/provisioning';

const requestTimeoutMs = 60_000;

export interface TargetFactoryOptions {
  /** `host` or `host:port`. */
  readonly allowedTargets: readonly string[];
  readonly clock: Clock;
  readonly random: () => number;
}

/** Makes the SCIM target of a job: the only place that knows which secrets a connector takes. */
export function createTargetFactory(options: TargetFactoryOptions): TargetFactory {
  return {
    async create(job, secrets): Promise<Target> {
      const tenantUrl = (secrets.get('BaseAddress') ?? '').trim();
      if (tenantUrl === '') {
        throw new ConfigError({
          code: 'provisioning.no_tenant_url',
          message: 'The Tenant URL is missing: save it with the credentials (key BaseAddress).',
          retry: 'after-change',
        });
      }
      const { concurrency, requestsPerSecond } = job.settings;
      return createScimTarget({
        tenantUrl,
        authentication: readAuthentication(secrets),
        dialect: chooseDialect(job, tenantUrl, options.allowedTargets),
        objectTypes: targetObjectTypes(job.schema),
        limits: { concurrency, requestsPerSecond, timeoutMs: requestTimeoutMs },
        bulk: job.settings.bulk,
        allowedHosts: options.allowedTargets,
        clock: options.clock,
        random: options.random,
      });
    },
  };
}

/** Keys as Graph's `synchronizationSecret` names them. */
function readAuthentication(secrets: JobSecrets): ScimAuthentication {
  const value = (key: string) => (secrets.get(key) ?? '').trim();
  const token = value('SecretToken');
  if (token !== '') return { kind: 'bearer', token };
  const client = {
    tokenEndpoint: value('Oauth2TokenExchangeUri'),
    clientId: value('Oauth2ClientId'),
    clientSecret: value('Oauth2ClientSecret'),
  };
  if (client.tokenEndpoint !== '' && client.clientId !== '' && client.clientSecret !== '') {
    const scope = value('Oauth2Scope');
    return { kind: 'client-credentials', ...client, ...(scope === '' ? {} : { scope }) };
  }
  throw new ConfigError({
    code: 'provisioning.no_credentials',
    message:
      'Credentials are missing: save a SecretToken, or Oauth2TokenExchangeUri, Oauth2ClientId and Oauth2ClientSecret.',
    retry: 'after-change',
  });
}

/** A flag in the Tenant URL wins; else the profile `entra` speaks Entra's default form. */
function chooseDialect(job: Pick<Job, 'settings'>, tenantUrl: string, allowed: readonly string[]): Dialect | undefined {
  if (job.settings.profile !== 'entra') return undefined;
  return parseTenantUrl(tenantUrl, allowed).dialect ?? 'entra';
}

/** The kinds of objects that the schema provisions, with the attributes that its mappings write. */
export function targetObjectTypes(schema: SynchronizationSchema): readonly TargetObjectType[] {
  return schema.synchronizationRules.flatMap((rule) =>
    rule.objectMappings.map((mapping) => ({
      name: mapping.targetObjectName,
      kind: mapping.sourceObjectName === 'Group' ? ('group' as const) : ('user' as const),
      attributes: mapping.attributeMappings.map(({ targetAttributeName }) =>
        toTargetAttribute(schema, rule, mapping.targetObjectName, targetAttributeName),
      ),
    })),
  );
}

function toTargetAttribute(
  schema: SynchronizationSchema,
  rule: SynchronizationRule,
  objectName: string,
  name: string,
): TargetAttribute {
  const directory = schema.directories.find((one) => one.name === rule.targetDirectoryName);
  const object = directory?.objects.find((one) => one.name === objectName);
  const definition = object?.attributes.find((attribute) => attribute.name === name);
  return {
    name,
    type: definition?.type ?? 'String',
    multivalued: definition?.multivalued ?? false,
    caseExact: definition?.caseExact ?? false,
    required: definition?.required ?? false,
  };
}
