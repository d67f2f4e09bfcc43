import type { Exchange } from '@joinery/connector-kit';
import { describe, expect, test } from 'vitest';
import { getGalleryTemplate } from '../gallery/templates.ts';
import type { AttributeMapping } from '../job/schema.ts';
import { compileSchema } from '../mapping/compile.ts';
import { shownExchanges } from './shown-exchanges.ts';

const department = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department';

function mappingOf(...redactedTargets: readonly string[]) {
  const base = getGalleryTemplate('cinode')!.schema;
  const mappings = redactedTargets.map((target): AttributeMapping => ({
    targetAttributeName: target,
    matchingPriority: 0,
    flowType: 'Always',
    flowBehavior: 'FlowWhenChanged',
    defaultValue: null,
    source: { type: 'Function', name: 'Redact', expression: 'Redact([jobTitle])' },
  }));
  const compiled = compileSchema({
    ...base,
    synchronizationRules: base.synchronizationRules.map((rule) => ({
      ...rule,
      objectMappings: rule.objectMappings.map((one) => ({
        ...one,
        attributeMappings: [
          ...one.attributeMappings.filter((other) => !redactedTargets.includes(other.targetAttributeName)),
          ...mappings,
        ],
      })),
    })),
  });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  return compiled.value.user!;
}

const anExchange = (change: Partial<Exchange>): Exchange => ({
  startedAt: 0,
  durationMs: 12,
  method: 'POST',
  url: 'https://app.example/scim/v2/Users',
  requestHeaders: [['authorization', 'Bearer ***']],
  requestBody: undefined,
  status: 201,
  responseHeaders: [],
  responseBody: undefined,
  failure: undefined,
  ...change,
});
const shown = (mapping: ReturnType<typeof mappingOf>, change: Partial<Exchange>, secret?: string): Exchange => {
  const changes = secret === undefined ? [] : [{ attribute: 'title', old: null, new: secret, redact: true }];
  return shownExchanges([anExchange(change)], mapping, changes)[0]!;
};

describe('the exchanges of a log entry', () => {
  test('are kept as they are where no mapping redacts', () => {
    const exchange = anExchange({ requestBody: '{"title": "Boss"}', responseBody: '<h1>Oops</h1>' });
    expect(shownExchanges([exchange], mappingOf(), [])).toEqual([exchange]);
  });

  test('hide a redacted attribute in resources, lists, extensions and PATCH operations', () => {
    const mapping = mappingOf('title', department, 'name.familyName');
    const resource = {
      userName: 'ann',
      title: 'Secret1',
      name: { givenName: 'Ann', familyName: 'Secret2' },
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { department: 'Secret3', costCenter: '7' },
    };
    for (const responseBody of [JSON.stringify(resource), JSON.stringify({ Resources: [resource] })]) {
      const answer = shown(mapping, { responseBody }).responseBody!;
      expect(answer).not.toMatch(/Secret\d/);
      expect(answer).toContain('"userName":"ann"');
      expect(answer).toContain('"costCenter":"7"');
    }
    const operations = [
      { op: 'replace', path: 'title', value: 'Secret1' },
      { op: 'Add', path: department, value: [{ value: 'Secret3' }] },
      { op: 'replace', value: { 'name.familyName': 'Secret2', title: 'Secret1', displayName: 'Ann' } },
      { op: 'replace', path: 'userName', value: 'ann' },
    ];
    const patch = shown(mapping, { requestBody: JSON.stringify({ Operations: operations }) }).requestBody!;
    expect(patch).not.toMatch(/Secret\d/);
    expect(JSON.parse(patch).Operations[3]).toEqual({ op: 'replace', path: 'userName', value: 'ann' });
    expect(JSON.parse(patch).Operations[2].value.displayName).toBe('Ann');
  });

  test('hide its value in addresses and in what the target says of it', () => {
    const mapping = mappingOf('title');
    const query = shown(mapping, { url: 'https://app.example/Users?filter=title%20eq%20%22Boss%22' });
    expect(query.url).toBe('https://app.example/Users?[Redact]');
    const answer = shown(mapping, { responseBody: '{"detail":"The title Bo\\"ss is unknown"}' }, 'Bo"ss').responseBody!;
    expect(JSON.parse(answer)).toEqual({ detail: 'The title [Redact] is unknown' });
  });

  test('are withheld where a body cannot be searched', () => {
    const mapping = mappingOf('title');
    expect(shown(mapping, { requestBody: '{"title": "Bo…' }).requestBody).toBe('[Redact]');
    expect(shown(mapping, { responseBody: '<p>Boss</p>' }).responseBody).toBe('[Redact]');
  });

  test('are few and short', () => {
    const many = Array.from({ length: 50 }, (_, index) =>
      anExchange({ durationMs: index, requestBody: 'x'.repeat(16_384) }),
    );
    const kept = shownExchanges(many, mappingOf(), []);
    expect(kept.map((one) => one.durationMs).slice(0, 5)).toEqual([0, 1, 2, 3, 34]);
    expect(kept.at(-1)?.durationMs).toBe(49);
    const characters = kept.reduce((sum, one) => sum + one.requestBody!.length, 0);
    expect(characters).toBeLessThanOrEqual(65_536 + kept.length);
  });
});
