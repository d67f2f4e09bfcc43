import type { SynchronizationSchema } from '../job/schema.ts';

/** Does an expression mask its value in logs, whatever the object? */
export function redactsText(expression: string | undefined): boolean {
  return expression !== undefined && /\bRedact\s*\(/.test(expression);
}

/** Target attributes whose values are not shown, since their mapping redacts them. */
export function redactedAttributes(schema: SynchronizationSchema): ReadonlySet<string> {
  const mappings = schema.synchronizationRules.flatMap((rule) =>
    rule.objectMappings.flatMap((mapping) => mapping.attributeMappings),
  );
  const names = mappings.filter((one) => redactsText(one.source?.expression)).map((one) => one.targetAttributeName);
  return new Set(names);
}
