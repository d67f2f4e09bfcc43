import {
  checkExpression,
  compileExpression,
  filterOperators,
  functions,
  parseExpression,
  toMappingSource,
  type EvaluationResult,
  type SourceValue,
} from '@joinery/expressions';
import type { Problem } from '@joinery/base';
import { checkSynchronizationSchema, type SchemaAuthor } from '@joinery/provisioning';
import { Type } from 'typebox';
import { initiator } from '../audit.ts';
import * as contract from '../contract/index.ts';
import { invalidText } from '../errors.ts';
import { findSynchronizationTemplate } from '../present/template.ts';
import { noContent, ok, route, routeWithBody, type Call, type Route } from '../route.ts';
import { findApplication, findJob, findServicePrincipal } from './find.ts';
import { auditJob } from './jobs.ts';

const path = '/servicePrincipals/:id/synchronization/jobs/:jobId/schema';

const templatePlace = (
  collection: 'servicePrincipals' | 'applications',
  find: typeof findServicePrincipal,
): readonly [string, (call: Call<unknown>) => Promise<unknown>] => [
  `/${collection}/:id/synchronization/templates/:templateId/schema`,
  async (call) => findSynchronizationTemplate(await find(call), call.param('templateId')),
];
const schemaPlaces = [
  [path, findJob],
  templatePlace('servicePrincipals', findServicePrincipal),
  templatePlace('applications', findApplication),
] as const;
const activity = { activity: 'Update attribute mappings or scope', category: 'ProvisioningManagement' } as const;

/** @see https://learn.microsoft.com/graph/api/resources/synchronization-synchronizationschema */
export const jobSchemaRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path,
    leastRole: 'Cloud Application Administrator',
    audit: 'none',
    async run(call) {
      const { job } = await findJob(call);
      return ok({ '@odata.context': `${call.root}/$metadata#${call.param('jobId')}/schema/$entity`, ...job.schema });
    },
  }),
  routeWithBody({
    method: 'PUT',
    path,
    leastRole: 'Cloud Application Administrator',
    audit: activity,
    // Its own check follows, with a place for each problem.
    body: Type.Object({}),
    async run(call) {
      const { application, job } = await findJob(call);
      auditJob(call, application, job, [
        { displayName: 'SchemaVersion', oldValue: JSON.stringify(job.schemaVersion), newValue: null },
      ]);
      // A file without the attribute lists, as exports that leave them out have it, means the lists that there are.
      const given = call.body as { readonly directories?: unknown };
      const whole = { ...given, directories: given['directories'] ?? job.schema.directories };
      const checked = checkSynchronizationSchema(whole, job.settings);
      if (!checked.ok) throw invalidText('The schema is not valid', checked.problems);
      const changed = await call.api.jobs.putSchema(job.id, checked.value, { by: authorOf(call) });
      auditVersion(call, application, job.schemaVersion, changed);
      return noContent;
    },
  }),
  route({
    method: 'DELETE',
    path,
    leastRole: 'Cloud Application Administrator',
    audit: activity,
    async run(call) {
      const { application, job } = await findJob(call);
      auditJob(call, application, job);
      const template = findSynchronizationTemplate(application, job.templateId);
      const changed = await call.api.jobs.putSchema(job.id, template.schema, { by: authorOf(call) });
      auditVersion(call, application, job.schemaVersion, changed);
      return noContent;
    },
  }),
  route({
    method: 'POST',
    path: `${path}/directories/:directoryId/discover`,
    leastRole: 'Cloud Application Administrator',
    audit: activity,
    asksTarget: true,
    async run(call) {
      const { application, job } = await findJob(call);
      auditJob(call, application, job);
      const directoryId = call.param('directoryId');
      const schema = await call.api.provisioning.discoverSchema(job, directoryId);
      const changed = await call.api.jobs.putSchema(job.id, schema, { by: authorOf(call) });
      auditVersion(call, application, job.schemaVersion, changed);
      const directory = changed.schema.directories.find((one) => one.id === directoryId);
      return ok({ '@odata.context': `${call.root}/$metadata#microsoft.graph.directoryDefinition`, ...directory });
    },
  }),
  ...schemaPlaces.flatMap(([place, find]) => languageRoutes(place, find)),
];

/** What the mapping language offers: at a job's schema, and at those of templates. */
function languageRoutes(place: string, find: (call: Call<unknown>) => Promise<unknown>): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: `${place}/functions`,
      leastRole: 'Cloud Application Administrator',
      audit: 'none',
      async run(call) {
        await find(call);
        return ok({ '@odata.context': `${call.root}/$metadata#functions`, value: functions.map(presentFunction) });
      },
    }),
    route({
      method: 'GET',
      path: `${place}/filterOperators`,
      leastRole: 'Cloud Application Administrator',
      audit: 'none',
      async run(call) {
        await find(call);
        const value = filterOperators.map(({ name, arity, multivaluedComparisonType, supportedAttributeTypes }) => ({
          id: name,
          name,
          arity,
          multivaluedComparisonType,
          supportedAttributeTypes,
        }));
        return ok({ '@odata.context': `${call.root}/$metadata#filterOperators`, value });
      },
    }),
    routeWithBody({
      method: 'POST',
      path: `${place}/parseExpression`,
      leastRole: 'Cloud Application Administrator',
      audit: 'none',
      body: contract.ExpressionToParse,
      async run(call) {
        await find(call);
        return ok(parse(call));
      },
    }),
  ];
}

/** Who saves a schema: the caller. */
export function authorOf(call: Call<unknown>): SchemaAuthor {
  return initiator(call.principal);
}

export function auditVersion(
  call: Call<unknown>,
  application: { servicePrincipalId: string; displayName: string },
  oldVersion: number,
  job: Parameters<typeof auditJob>[2] & object,
): void {
  const text = JSON.stringify;
  auditJob(call, application, job, [
    { displayName: 'SchemaVersion', oldValue: text(oldVersion), newValue: text(job.schemaVersion) },
  ]);
}

/** Graph `attributeMappingFunctionSchema`, with the documentation that the console shows. */
function presentFunction(definition: (typeof functions)[number]) {
  return {
    id: definition.name,
    name: definition.name,
    description: definition.description,
    parameters: definition.parameters.map(({ name, type, required, allowMultipleOccurrences }) => ({
      name,
      type,
      required,
      allowMultipleOccurrences,
    })),
  };
}

function parse(call: Call<contract.ExpressionToParse>): contract.ParsedExpression {
  const parsed = parseExpression(call.body.expression);
  if (!parsed.ok) return refuse(parsed.problems);
  const problems = checkExpression(parsed.value);
  if (problems.length > 0) return refuse(problems);
  const answer = {
    parsingSucceeded: true,
    parsedExpression: toMappingSource(parsed.value),
    evaluationSucceeded: false,
    evaluationResult: [],
    error: null,
    problems: [],
  };
  const properties = call.body.testInputObject?.properties;
  if (!properties) return answer;
  const values = new Map(properties.map(({ key, value }) => [key, toSourceValue(value)]));
  const result = compileExpression(parsed.value).evaluate((name) => values.get(name) ?? null, {
    now: call.api.clock.now(),
    random: Math.random,
    defaultDomain: call.api.settings.defaultDomain,
  });
  return { ...answer, ...presentResult(result) };
}

function toSourceValue(value: null | undefined | boolean | number | string | string[]): SourceValue {
  return typeof value === 'number' ? String(value) : (value ?? null);
}

function refuse(problems: readonly Problem[]): contract.ParsedExpression {
  const [first] = problems;
  return {
    parsingSucceeded: false,
    parsedExpression: null,
    evaluationSucceeded: false,
    evaluationResult: [],
    error: first ? { code: first.code, message: first.message } : null,
    problems: problems.map(({ code, message, start, end }) => ({ code, message, start, end })),
  };
}

function presentResult(
  result: EvaluationResult,
): Pick<contract.ParsedExpression, 'evaluationSucceeded' | 'evaluationResult' | 'error' | 'problems'> {
  const succeeded = { evaluationSucceeded: true, error: null, problems: [] };
  switch (result.kind) {
    case 'ignore':
      return { ...succeeded, evaluationResult: [] };
    case 'select-unique':
      return { ...succeeded, evaluationResult: [...result.candidates] };
    case 'error': {
      const { code, message, start, end } = result;
      return {
        evaluationSucceeded: false,
        evaluationResult: [],
        error: { code, message },
        problems: [{ code, message, start, end }],
      };
    }
    case 'value': {
      const values = result.value === null ? [] : typeof result.value === 'string' ? [result.value] : result.value;
      const texts = values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value)));
      return { ...succeeded, evaluationResult: texts };
    }
  }
}
