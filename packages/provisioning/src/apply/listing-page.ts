import type { Json } from '@joinery/base';
import type { TargetObject } from '@joinery/connector-kit/ports';
import type { JobContext } from '../cycle/context.ts';
import type { Page } from '../cycle/ports.ts';
import { toList } from '../diff/same-value.ts';
import type { CompiledMapping } from '../mapping/compile.ts';
import { foldMatchingValue } from '../matching/matching-values.ts';
import { attempt, type PageControl } from './attempt.ts';

/** The folded values of an object's matching attributes. */
export function keysOf(
  mapping: CompiledMapping,
  object: TargetObject,
): { targetId: string; attribute: string; key: string }[] {
  return mapping.matching.flatMap(({ target }) => {
    const value: Json = object.values.get(target.name) ?? null;
    return toList(value).flatMap((one) =>
      one === null || typeof one === 'object'
        ? []
        : [{ targetId: object.id, attribute: target.name, key: foldMatchingValue(String(one), target.caseExact) }],
    );
  });
}

/**
 * Reads the whole target into the matching table where that takes fewer requests than asking for each unlinked object.
 * An empty target is told by its first page, so that no matching query is sent at all. Runs anew from the beginning
 * when it is interrupted.
 */
export async function listTarget(
  context: JobContext,
  control: PageControl,
  mapping: CompiledMapping,
  page: Page,
): Promise<void> {
  const { links } = context.ports;
  const unlinked = await links.countUnlinked(page.cycleId, mapping.kind);
  if (unlinked < 2 || mapping.matching.length === 0 || context.description.listPageSize === undefined) return;
  await links.clearListing(context.job.id, mapping.kind);
  let cursor: string | undefined;
  let requests = 0;
  do {
    const at = cursor;
    const listed = await attempt(context, control, () => context.target.list(mapping.type, at));
    // A target that can't list is asked object by object; a failure of the whole job is met there too.
    if (listed.kind !== 'done') return;
    const { objects, next, total } = listed.value;
    requests += 1;
    const pages = total === undefined ? requests : Math.ceil(total / Math.max(1, objects.length));
    if (next !== undefined && pages >= unlinked) return;
    await links.addListing(
      context.job.id,
      mapping.kind,
      objects,
      objects.flatMap((object) => keysOf(mapping, object)),
    );
    cursor = next;
  } while (cursor !== undefined);
  await links.completeListing(page.cycleId, mapping.kind);
}
