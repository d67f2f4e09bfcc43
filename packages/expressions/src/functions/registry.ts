import type { FunctionDefinition, FunctionImplementation } from './definition.ts';
import { caseFunctions } from './case.ts';
import { dateFunctions } from './dates.ts';
import { diacriticFunctions } from './diacritics.ts';
import { encodingFunctions } from './encoding.ts';
import { flowFunctions } from './flow.ts';
import { formatDateTimeFunction } from './format-date-time.ts';
import { generationFunctions } from './generation.ts';
import { logicFunctions } from './logic.ts';
import { numberFunctions } from './numbers.ts';
import { replaceFunction } from './replace.ts';
import { roleFunctions } from './roles.ts';
import { substringFunctions } from './substrings.ts';
import { textFunctions } from './text.ts';
import { valuesFunctions } from './values.ts';

const implementations: readonly FunctionImplementation[] = [
  ...caseFunctions,
  ...dateFunctions,
  ...diacriticFunctions,
  ...encodingFunctions,
  ...flowFunctions,
  formatDateTimeFunction,
  ...generationFunctions,
  ...logicFunctions,
  ...numberFunctions,
  replaceFunction,
  ...roleFunctions,
  ...substringFunctions,
  ...textFunctions,
  ...valuesFunctions,
].sort((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1));

/** Every function of the language, by name in alphabetical order. */
export const functions: readonly FunctionDefinition[] = implementations;

const byFoldedName = new Map(implementations.map((entry) => [entry.name.toLowerCase(), entry]));

export function findFunction(name: string): FunctionImplementation | undefined {
  return byFoldedName.get(name.toLowerCase());
}

/** The spelling of the documentation, for a name in any letter case. */
export function canonicalName(name: string): string | undefined {
  return findFunction(name)?.name;
}
