import { fail, ok, type Problem, type Result } from '@joinery/base';
import { checkExpression, checkScopingFilter, fromMappingSource, type ScopingFilter } from '@joinery/expressions';
import type { JobSettings } from '../job/job.ts';
import type { AttributeMapping, ObjectMapping, SynchronizationRule, SynchronizationSchema } from '../job/schema.ts';
import { isUnreadable } from '../scope/related.ts';
import { referenceSourceOf, targetDefinitions } from './compile.ts';
import { readSchema } from './read-schema.ts';
import { roleProblems } from './role-problems.ts';
import { ShapeReader } from './schema-shape.ts';

/** Longer expressions are refused, as in Entra. */
const expressionCharactersMax = 10_000;

/** Source attributes that are computed, whatever the source directory lists. */
const computedAttributes = [
  'IsSoftDeleted',
  'objectId',
  'appRoleAssignments',
  'manager',
  'members',
  'originalUserPrincipalName',
];

function problem(
  code: string,
  place: string,
  message: string,
  at: { start: number; end: number } = { start: 0, end: 0 },
): Problem {
  return { code, message: `${place}: ${message}`, start: at.start, end: at.end };
}

/** Attributes that the source directory defines for the object; extension attributes need no definition. */
function sourceAttributes(
  schema: SynchronizationSchema,
  rule: SynchronizationRule,
  mapping: ObjectMapping,
): readonly string[] | undefined {
  const directory = schema.directories.find((one) => one.name === rule.sourceDirectoryName);
  const object = directory?.objects.find((one) => one.name === mapping.sourceObjectName);
  if (object === undefined) return undefined;
  return [...object.attributes.map((attribute) => attribute.name), ...computedAttributes];
}

function checkSource(
  mapping: AttributeMapping,
  place: string,
  attributes: readonly string[] | undefined,
): readonly Problem[] {
  if (mapping.source === null || referenceSourceOf(mapping) !== undefined) return [];
  if (mapping.source.expression.length > expressionCharactersMax) {
    return [problem('expression.too_long', place, `An expression has at most ${expressionCharactersMax} characters.`)];
  }
  const parsed = fromMappingSource(mapping.source);
  if (!parsed.ok) return parsed.problems.map((one) => problem(one.code, place, one.message, one));
  const known = new Set(attributes);
  return checkExpression(parsed.value, {
    // Names that the directory does not list are allowed where they are extensions, or nothing is known of the source.
    ...(attributes === undefined ? {} : { attributes: [...known, ...extensionsIn(mapping.source.expression)] }),
    position: mapping.matchingPriority > 0 ? 'matching' : 'top-level',
  }).map((one) => problem(one.code, place, one.message, one));
}

function extensionsIn(expression: string): readonly string[] {
  return [...expression.matchAll(/\[(extension[^\]]*)\]/gi)].flatMap((match) => match[1] ?? []);
}

/** Attributes that no clause can be answered for: it would silently never pass. */
function unreadableClauses(scope: ScopingFilter, place: string): readonly Problem[] {
  const names = scope.groups.flatMap((group) => group.clauses.map((clause) => clause.sourceOperandName));
  return [...new Set(names)].filter(isUnreadable).map((name) => {
    const message = `A clause can't read ${name.slice(0, 60)}; use an attribute of the object, of its manager or of its groups.`;
    return problem('provisioning.unreadable_attribute', place, message);
  });
}

function checkObjectMapping(
  schema: SynchronizationSchema,
  rule: SynchronizationRule,
  mapping: ObjectMapping,
  place: string,
): readonly Problem[] {
  const problems: Problem[] = [];
  const definitions = targetDefinitions(schema, rule, mapping.targetObjectName);
  const attributes = sourceAttributes(schema, rule, mapping);
  const seen = new Set<string>();
  if (definitions.size === 0) {
    problems.push(
      problem(
        'provisioning.unknown_target_object',
        `${place}.targetObjectName`,
        `The directory ${rule.targetDirectoryName} defines no object ${mapping.targetObjectName}.`,
      ),
    );
  }
  for (const [index, one] of mapping.attributeMappings.entries()) {
    const at = `${place}.attributeMappings[${index}] (${one.targetAttributeName})`;
    const definition = definitions.get(one.targetAttributeName);
    if (definition === undefined && definitions.size > 0) {
      problems.push(
        problem(
          'provisioning.unknown_attribute',
          at,
          'The target has no such attribute; add it to the attribute list first.',
        ),
      );
    }
    if (definition?.anchor === true) {
      problems.push(
        problem('provisioning.anchor_mapped', at, "The target gives the anchor itself; it can't be mapped."),
      );
    }
    if (seen.has(one.targetAttributeName)) {
      problems.push(problem('provisioning.duplicate_attribute', at, 'The target attribute is mapped twice.'));
    }
    seen.add(one.targetAttributeName);
    if (one.source === null && one.defaultValue === null) {
      problems.push(problem('provisioning.no_source', at, 'The mapping has neither a source nor a default value.'));
    }
    problems.push(...checkSource(one, at, attributes));
  }
  if (mapping.enabled && !mapping.attributeMappings.some((one) => one.matchingPriority > 0)) {
    problems.push(
      problem(
        'provisioning.no_matching_property',
        place,
        'No attribute mapping has a matching precedence; objects of the target could not be found.',
      ),
    );
  }
  if (mapping.scope !== null) {
    problems.push(...checkScopingFilter(mapping.scope).map((one) => problem(one.code, `${place}.scope`, one.message)));
    problems.push(...unreadableClauses(mapping.scope, `${place}.scope`));
  }
  return problems;
}

/**
 * Checks a Graph `synchronizationSchema` from outside and answers it typed, or every problem: its shape, unknown target
 * attributes and objects, expressions with the place in their text, missing matching properties, mapped anchors,
 * attributes mapped twice, scoping filters, app roles in a job that does not go by assignments. Codes: `provisioning.schema_shape`, `.unknown_target_object`,
 * `.unknown_attribute`, `.anchor_mapped`, `.duplicate_attribute`, `.no_source`, `.no_matching_property`, `.unreadable_attribute`,
 * `.no_users_mapping`, `.roles_need_assignments`, and those of expressions and filters.
 */
export function checkSynchronizationSchema(
  value: unknown,
  settings: Pick<JobSettings, 'scope'> = { scope: 'assigned' },
): Result<SynchronizationSchema> {
  const reader = new ShapeReader();
  const schema = readSchema(reader, value);
  if (schema === undefined || reader.problems.length > 0) return fail(...reader.problems);
  const problems: Problem[] = [];
  let mapsUsers = false;
  for (const [ruleIndex, rule] of schema.synchronizationRules.entries()) {
    for (const [index, mapping] of rule.objectMappings.entries()) {
      const place = `synchronizationRules[${ruleIndex}].objectMappings[${index}]`;
      if (mapping.sourceObjectName === 'User') mapsUsers = true;
      problems.push(...checkObjectMapping(schema, rule, mapping, place));
    }
  }
  if (!mapsUsers) {
    problems.push(problem('provisioning.no_users_mapping', 'synchronizationRules', 'No rule maps User objects.'));
  }
  problems.push(...roleProblems(schema, settings.scope));
  return problems.length > 0 ? fail(...problems) : ok(schema);
}
