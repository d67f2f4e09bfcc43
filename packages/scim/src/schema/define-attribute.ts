// Attribute definitions that come from outside: every name of the result is checked, and nothing else of the input is kept.
import { invalidValue } from '../errors.ts';
import { isObject, kindOf } from '../json-shape.ts';
import { isPlainText } from '../plain-text.ts';
import type { Attribute, AttributeType } from './characteristics.ts';

export const schemaLimits = {
  extensionsMax: 20,
  resourceTypesMax: 10,
  attributesMax: 100,
  subAttributesMax: 25,
  canonicalValuesMax: 100,
  nameLengthMax: 64,
  urnLengthMax: 200,
  textLengthMax: 500,
} as const;

/** ATTRNAME of RFC 7643 §2.1, without `$`, which only `$ref` has. */
const attributeName = /^[a-z][\w-]*$/i;

/** Names that every object has in JavaScript; used as an attribute one would be there without being there. */
const inherited: ReadonlySet<string> = new Set(
  Object.getOwnPropertyNames(Object.prototype).map((name) => name.toLowerCase()),
);

const types: readonly AttributeType[] = [
  'string',
  'boolean',
  'decimal',
  'integer',
  'dateTime',
  'reference',
  'binary',
  'complex',
];
const mutabilities = ['readOnly', 'readWrite', 'immutable', 'writeOnly'] as const;
const returneds = ['always', 'never', 'default', 'request'] as const;
const uniquenesses = ['none', 'server', 'global'] as const;

type Given = { readonly [name: string]: unknown };

export function refuse(where: string, problem: string): Error {
  return invalidValue({ detail: `${where} ${problem}.`, attribute: where });
}

export function readText(given: unknown, where: string, lengthMax: number = schemaLimits.textLengthMax): string {
  if (typeof given !== 'string' || given.trim() === '' || given.length > lengthMax || !isPlainText(given)) {
    throw refuse(where, `must be text of 1 to ${lengthMax} characters`);
  }
  return given;
}

/** Refuses what no definition has, so that a misspelled characteristic is not taken for its default. */
export function onlyNames(given: Given, names: readonly string[], where: string): void {
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  throw refuse(where, `has '${unknown.slice(0, 60)}'; it may have ${names.join(', ')}`);
}

function readBoolean(given: unknown, where: string, absent: boolean): boolean {
  if (given === undefined) return absent;
  if (typeof given !== 'boolean') throw refuse(where, 'must be true or false');
  return given;
}

function readKeyword<Word extends string>(
  given: unknown,
  words: readonly Word[],
  where: string,
  absent: Word | undefined,
): Word {
  const word = given === undefined ? absent : words.find((each) => each === given);
  if (word === undefined) throw refuse(where, `must be one of ${words.join(', ')}`);
  return word;
}

function readTexts(given: unknown, where: string): readonly string[] | undefined {
  if (given === undefined) return undefined;
  if (!Array.isArray(given) || given.length === 0 || given.length > schemaLimits.canonicalValuesMax) {
    throw refuse(where, `must be a list of 1 to ${schemaLimits.canonicalValuesMax} texts`);
  }
  return given.map((text: unknown, index) => readText(text, `${where}[${index}]`));
}

function readName(given: unknown, where: string): string {
  if (typeof given !== 'string' || !attributeName.test(given) || given.length > schemaLimits.nameLengthMax) {
    const rule = `a letter, then letters, digits, "_" or "-", at most ${schemaLimits.nameLengthMax} in all`;
    throw refuse(`${where}.name`, `must be ${rule}`);
  }
  if (inherited.has(given.toLowerCase())) throw refuse(`${where}.name`, `must not be '${given}', which is reserved`);
  return given;
}

/** Attributes of a schema, or with `depth` 2 sub-attributes, whose names are in no way equal. */
export function readAttributes(given: unknown, where: string, depth: 1 | 2): readonly Attribute[] {
  const most = depth === 1 ? schemaLimits.attributesMax : schemaLimits.subAttributesMax;
  if (!Array.isArray(given) || given.length === 0 || given.length > most) {
    throw refuse(where, `must be a list of 1 to ${most} attributes`);
  }
  const names = new Set<string>();
  return given.map((each: unknown, index) => {
    const attribute = readAttribute(each, `${where}[${index}]`, depth);
    const name = attribute.name.toLowerCase();
    if (names.has(name)) throw refuse(`${where}[${index}].name`, `repeats '${attribute.name}'`);
    names.add(name);
    return attribute;
  });
}

const simpleNames = ['name', 'type', 'multiValued', 'description', 'required', 'mutability', 'returned'];
const valueNames = [...simpleNames, 'caseExact', 'uniqueness', 'canonicalValues', 'referenceTypes'];

function readAttribute(given: unknown, where: string, depth: 1 | 2): Attribute {
  if (!isObject(given)) throw refuse(where, `must be an object, not ${kindOf(given)}`);
  const name = readName(given['name'], where);
  const allowed = depth === 1 ? types : types.filter((type) => type !== 'complex');
  const type = readKeyword(given['type'], allowed, `${where}.type`, 'string');
  onlyNames(given, type === 'complex' ? [...simpleNames, 'subAttributes'] : valueNames, where);
  const common = {
    name,
    type,
    multiValued: readBoolean(given['multiValued'], `${where}.multiValued`, false),
    description: given['description'] === undefined ? name : readText(given['description'], `${where}.description`),
    required: readBoolean(given['required'], `${where}.required`, false),
    mutability: readKeyword(given['mutability'], mutabilities, `${where}.mutability`, 'readWrite'),
    returned: readKeyword(given['returned'], returneds, `${where}.returned`, 'default'),
  };
  checkCommon(common, where, depth);
  if (type !== 'complex') return { ...common, ...readValueCharacteristics(given, type, where, depth) };
  const subAttributes = readAttributes(given['subAttributes'], `${where}.subAttributes`, 2);
  return { ...common, caseExact: false, uniqueness: 'none', subAttributes };
}

/** What no client could ever satisfy, or what this service provider does not do. */
function checkCommon(
  given: Pick<Attribute, 'mutability' | 'returned' | 'required' | 'multiValued'>,
  where: string,
  depth: 1 | 2,
): void {
  if (depth === 2 && given.returned === 'never')
    throw refuse(`${where}.returned`, 'must not be never for a sub-attribute');
  if (depth === 2 && given.multiValued) throw refuse(`${where}.multiValued`, 'must be false for a sub-attribute');
  if (given.required && (given.mutability === 'readOnly' || given.mutability === 'writeOnly')) {
    throw refuse(`${where}.required`, `must be false for a ${given.mutability} attribute`);
  }
  if (given.mutability === 'writeOnly' && given.returned !== 'never') {
    throw refuse(`${where}.returned`, 'must be never for a writeOnly attribute');
  }
}

function readValueCharacteristics(
  given: Given,
  type: AttributeType,
  where: string,
  depth: 1 | 2,
): Pick<Attribute, 'caseExact' | 'uniqueness' | 'canonicalValues' | 'referenceTypes' | 'restrictsValues'> {
  const isText = type === 'string' || type === 'reference' || type === 'binary';
  const caseExact = readBoolean(given['caseExact'], `${where}.caseExact`, type === 'reference' || type === 'binary');
  const uniqueness = readKeyword(given['uniqueness'], uniquenesses, `${where}.uniqueness`, 'none');
  if (uniqueness !== 'none' && depth === 2) throw refuse(`${where}.uniqueness`, 'must be none for a sub-attribute');
  if (uniqueness !== 'none' && (!isText || given['mutability'] === 'writeOnly')) {
    throw refuse(`${where}.uniqueness`, 'must be none but for text that is kept');
  }
  const canonicalValues = readTexts(given['canonicalValues'], `${where}.canonicalValues`);
  if (canonicalValues !== undefined && !isText) throw refuse(`${where}.canonicalValues`, 'is for text only');
  const referenceTypes = readTexts(given['referenceTypes'], `${where}.referenceTypes`);
  if (referenceTypes !== undefined && type !== 'reference') {
    throw refuse(`${where}.referenceTypes`, 'is for references only');
  }
  return {
    caseExact,
    uniqueness,
    ...(canonicalValues === undefined ? {} : { canonicalValues, restrictsValues: true }),
    ...(referenceTypes === undefined ? {} : { referenceTypes }),
  };
}
