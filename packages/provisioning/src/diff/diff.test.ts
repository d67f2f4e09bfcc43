import type { Json } from '@joinery/base';
import { compileExpression, parseExpression } from '@joinery/expressions';
import { describe, expect, test } from 'vitest';
import type { JobSettings, RequestProfile } from '../job/job.ts';
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
  readonly onClearedValue?: JobSettings['onClearedValue'];
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
    name: 'cleared by the switch of the mapping, profile entra',
    old: 'a',
    value: null,
    profile: 'entra',
    attribute: { clearing: 'clear' },
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
  {
    name: 'cleared, though a creation default differs: the default is not used',
    old: 'b',
    exported: 'b',
    value: null,
    attribute: { defaultValue: 'a' },
    expect: ['remove', null],
  },
  { name: 'cleared, job switch off', old: 'a', exported: 'a', value: null, onClearedValue: 'keep', expect: undefined },
  {
    name: 'cleared, profile entra, job switch on',
    old: 'a',
    exported: 'a',
    value: null,
    profile: 'entra',
    onClearedValue: 'clear',
    expect: ['remove', null],
  },
  {
    name: 'cleared, mapping switch off before the job switch',
    old: 'a',
    exported: 'a',
    value: null,
    onClearedValue: 'clear',
    attribute: { clearing: 'keep' },
    expect: undefined,
  },
  {
    name: 'cleared, but required by the target',
    old: 'a',
    exported: 'a',
    value: null,
    target: { required: true },
    attribute: { clearing: 'clear' },
    expect: undefined,
  },
  {
    name: 'None onto nothing',
    old: null,
    value: null,
    attribute: { expression: undefined, defaultValue: 'a' },
    expect: ['add', 'a'],
  },
  {
    name: 'None onto a value',
    old: 'b',
    exported: 'b',
    value: null,
    attribute: { expression: undefined, defaultValue: 'a', clearing: 'clear' },
    expect: undefined,
  },
  {
    name: 'None during creation only',
    old: null,
    value: null,
    flowType: 'ObjectAddOnly',
    attribute: { expression: undefined, defaultValue: 'a' },
    expect: undefined,
  },
  {
    name: 'ValueAddOnly onto several values',
    old: ['a'],
    value: ['b'],
    target: { multivalued: true },
    flowType: 'ValueAddOnly',
    expect: ['add', ['b']],
  },
  { name: 'ValueAddOnly onto one value', old: 'a', value: 'b', flowType: 'ValueAddOnly', expect: undefined },
  { name: 'ValueAddOnly onto nothing', old: null, value: 'b', flowType: 'ValueAddOnly', expect: ['add', 'b'] },
  {
    name: 'a role as the target shows it',
    old: [{ value: 'Admin', display: 'Administrator', type: 'x' }],
    value: [{ id: '1', value: 'Admin', displayName: 'Administrator', primary: false, type: 'x' }],
    target: { multivalued: true },
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
  test.each(cases)(
    '$name',
    ({ old, exported, value, flowType, target, profile, onClearedValue, attribute, expect: expected }) => {
      const compiled: CompiledAttribute = {
        target: { name: 'title', type: 'String', multivalued: false, caseExact: false, required: false, ...target },
        expression: compileExpression(expression.value),
        defaultValue: null,
        attributeDefault: null,
        flowType: flowType ?? 'Always',
        flowAlways: false,
        clearing: undefined,
        ...attribute,
      };
      const difference = diffAttribute(
        { attribute: compiled, value, redact: false, candidates: undefined },
        { current: new Map([['title', old]]), exported: new Map(exported === undefined ? [] : [['title', exported]]) },
        { profile: profile ?? 'efficient', onClearedValue: onClearedValue ?? 'profile' },
      );
      const change = difference && [difference.change.operation, difference.change.value];
      expect(change).toEqual(expected);
    },
  );
});
