import { describe, expect, test } from 'vitest';
import {
  fromMappingSource,
  parseExpression,
  printExpression,
  toMappingSource,
  type AttributeMappingSource,
} from './index.ts';

function sourceOf(text: string): AttributeMappingSource {
  const parsed = parseExpression(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return toMappingSource(parsed.value);
}

function printed(source: AttributeMappingSource): string {
  const result = fromMappingSource(source);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return printExpression(result.value);
}

const attribute = (name: string): AttributeMappingSource => ({
  type: 'Attribute',
  name,
  expression: `[${name}]`,
  parameters: [],
});
const constant = (name: string): AttributeMappingSource => ({
  type: 'Constant',
  name,
  expression: JSON.stringify(name),
  parameters: [],
});

describe('toMappingSource gives Graph’s samples', () => {
  test('synchronizationSchema: parseExpression', () => {
    expect(sourceOf('Replace([preferredLanguage], "-", , , "_", ,  )')).toEqual({
      type: 'Function',
      name: 'Replace',
      expression: 'Replace([preferredLanguage], "-", , , "_", , )',
      parameters: [
        { key: 'source', value: attribute('preferredLanguage') },
        { key: 'Find', value: constant('-') },
        { key: 'Replacement', value: constant('_') },
      ],
    });
  });

  test('attributeMappingSource: numbers become quoted constants', () => {
    expect(sourceOf('Mid([userPrincipalName], 1, 8)')).toEqual({
      type: 'Function',
      name: 'Mid',
      expression: 'Mid([userPrincipalName], 1, 8)',
      parameters: [
        { key: 'source', value: attribute('userPrincipalName') },
        { key: 'start', value: constant('1') },
        { key: 'length', value: constant('8') },
      ],
    });
  });

  test('a direct and a constant mapping', () => {
    expect(sourceOf('[mail]')).toEqual(attribute('mail'));
    expect(sourceOf('"a \\"b\\""')).toEqual(constant('a "b"'));
  });
});

describe('fromMappingSource', () => {
  test('reads the expression when there is one', () => {
    expect(printed({ type: 'Function', name: 'x', expression: 'toLOWER( [mail] )' })).toBe('ToLower([mail])');
  });

  test('places parameters by key, in any order and under the documented names', () => {
    const parameters = [
      { key: 'replacementValue', value: constant('_') },
      { key: 'source', value: attribute('a') },
      { key: 'oldValue', value: constant('-') },
    ];
    expect(printed({ type: 'Function', name: 'Replace', expression: '', parameters })).toBe(
      'Replace([a], "-", , , "_")',
    );
  });

  test('takes FormatDateTime with the three parameters of the function list', () => {
    const parameters = [
      { key: 'source', value: attribute('d') },
      { key: 'inputFormat', value: constant('yyyyMMdd') },
      { key: 'outputFormat', value: constant('yyyy') },
    ];
    expect(printed({ type: 'Function', name: 'FormatDateTime', expression: '', parameters })).toBe(
      'FormatDateTime([d], , "yyyyMMdd", "yyyy")',
    );
  });

  test('repeated keys fill the slots in order, behind an omitted one', () => {
    const parameters = [
      { key: 'source', value: attribute('IsSoftDeleted') },
      ...['False', 'True', 'True', 'False'].map((name) => ({ key: 'switchValue', value: constant(name) })),
    ];
    expect(printed({ type: 'Function', name: 'Switch', expression: '', parameters })).toBe(
      'Switch([IsSoftDeleted], , "False", "True", "True", "False")',
    );
  });

  test.each([
    ['an unknown key', [{ key: 'nothing', value: attribute('a') }]],
    ['a key given twice', ['source', 'source'].map((key) => ({ key, value: attribute('a') }))],
  ])('refuses %s', (_, parameters) => {
    const result = fromMappingSource({ type: 'Function', name: 'Append', expression: '', parameters });
    expect(result).toMatchObject({ ok: false, problems: [{ code: 'expression.invalid_source' }] });
  });

  test('refuses a tree that is nested too deeply', () => {
    let source = attribute('a');
    for (let depth = 0; depth < 5000; depth += 1)
      source = { type: 'Function', name: 'Not', expression: '', parameters: [{ key: 'source', value: source }] };
    expect(fromMappingSource(source)).toMatchObject({ ok: false, problems: [{ code: 'expression.invalid_source' }] });
  });
});
