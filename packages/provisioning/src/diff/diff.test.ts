import type { Json } from '@joinery/base';
import { compileExpression, parseExpression } from '@joinery/expressions';
import { describe, expect, test } from 'vitest';
import type { RequestProfile } from '../job/job.ts';
import type { FlowType } from '../job/schema.ts';
import type { CompiledAttribute } from '../mapping/compile.ts';
import { diffAttribute } from './diff.ts';

interface Case {
  readonly name: string;
  readonly old: Json;
  readonly exported?: Json;
  readonly value: Json;
  readonly flowType?: FlowType;
  readonly target?: Partial<CompiledAttribute['target']>;
  readonly profile?: RequestProfile;
  readonly attribute?: Partial<CompiledAttribute>;
  readonly expect: readonly [operation: string, value: Json] | undefined;
}

// entra-provisioning.md §4.2 (flow types), §4.4 (caseExact), §4.5 (nulls); design.md §8 (defaults at creation only).
const cases: readonly Case[] = [
  { name: 'empty before', old: null, value: 'a', expect: ['add', 'a'] },
  { name: 'another value', old: 'a', value: 'b', expect: ['replace', 'b'] },
  { name: 'the same value', old: 'a', value: 'a', expect: undefined },
  { name: 'letter case only', old: 'a', value: 'A', expect: undefined },
  {
    name: 'letter case of an exact attribute',
    old: 'a',
    value: 'A',
    target: { caseExact: true },
    expect: ['replace', 'A'],
  },
  {
    name: 'a Boolean that the target shows as text',
    old: 'True',
    value: true,
    target: { type: 'Boolean' },
    expect: undefined,
  },
  {
    name: 'FlowAlways sends the same value',
    old: 'a',
    value: 'a',
    attribute: { flowAlways: true },
    expect: ['replace', 'a'],
  },
  { name: 'cleared in the source, exported by us', old: 'a', exported: 'a', value: null, expect: ['remove', null] },
  { name: "cleared in the source, the target's own", old: 'a', value: null, expect: undefined },
  {
    name: 'cleared in the source, profile entra',
    old: 'a',
    exported: 'a',
    value: null,
    profile: 'entra',
    expect: undefined,
  },
  {
    name: 'cleared with flowNullValues, profile entra',
    old: 'a',
    value: null,
    profile: 'entra',
    attribute: { flowNullValues: true },
    expect: ['remove', null],
  },
  {
    name: 'cleared with a default value',
    old: 'a',
    exported: 'a',
    value: null,
    attribute: { defaultValue: 'a' },
    expect: undefined,
  },
  { name: 'ObjectAddOnly', old: 'a', value: 'b', flowType: 'ObjectAddOnly', expect: undefined },
  { name: 'AttributeAddOnly onto nothing', old: null, value: 'b', flowType: 'AttributeAddOnly', expect: ['add', 'b'] },
  { name: 'AttributeAddOnly onto a value', old: 'a', value: 'b', flowType: 'AttributeAddOnly', expect: undefined },
  {
    name: 'ValueAddOnly never removes',
    old: 'a',
    exported: 'a',
    value: null,
    flowType: 'ValueAddOnly',
    expect: undefined,
  },
  {
    name: 'several values in another order',
    old: ['a', 'b'],
    value: ['b', 'a'],
    target: { multivalued: true },
    expect: undefined,
  },
  {
    name: 'several values',
    old: ['a', 'b'],
    value: ['b', 'c'],
    target: { multivalued: true },
    expect: ['replace', ['b', 'c']],
  },
  {
    name: 'MultiValueAddOnly adds what is missing',
    old: ['a', 'b'],
    value: ['b', 'c'],
    target: { multivalued: true },
    flowType: 'MultiValueAddOnly',
    expect: ['add', ['c']],
  },
  {
    name: 'MultiValueAddOnly without anything new',
    old: ['a', 'b'],
    value: ['b'],
    target: { multivalued: true },
    flowType: 'MultiValueAddOnly',
    expect: undefined,
  },
  {
    name: 'equal roles whose members come in another order',
    old: [{ value: 'x', primary: false }],
    value: [{ primary: false, value: 'x' }],
    target: { multivalued: true },
    expect: undefined,
  },
];

const expression = parseExpression('[title]');
if (!expression.ok) throw new Error('the expression parses');

describe('the difference of one attribute', () => {
  test.each(cases)('$name', ({ old, exported, value, flowType, target, profile, attribute, expect: expected }) => {
    const compiled: CompiledAttribute = {
      target: { name: 'title', type: 'String', multivalued: false, caseExact: false, required: false, ...target },
      expression: compileExpression(expression.value),
      defaultValue: null,
      attributeDefault: null,
      flowType: flowType ?? 'Always',
      flowAlways: false,
      flowNullValues: false,
      ...attribute,
    };
    const difference = diffAttribute(
      { attribute: compiled, value, redact: false, candidates: undefined },
      { current: new Map([['title', old]]), exported: new Map(exported === undefined ? [] : [['title', exported]]) },
      profile ?? 'efficient',
    );
    const change = difference && [difference.change.operation, difference.change.value];
    expect(change).toEqual(expected);
  });
});
