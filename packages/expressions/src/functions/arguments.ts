import { valueCharactersMax } from '../limits.ts';
import { parseDateTime } from '../datetime/parse.ts';
import { printDateTime } from '../datetime/datetime.ts';
import { isValues, roleName, type Evaluation, type Value } from '../value.ts';
import type { Span } from '../ast.ts';
import type { CompiledCall } from './definition.ts';
import { EvaluationFailure, shown } from './failure.ts';

export type TextEvaluator = (evaluation: Evaluation) => string | null;

const nothing = (): null => null;

/** The argument as one text; an omitted one is null. */
export function textArgument(call: CompiledCall, index: number): TextEvaluator {
  const argument = call.args[index];
  if (argument === undefined) return nothing;
  const { evaluate } = argument;
  return (evaluation) => {
    const value = evaluate(evaluation);
    return value === null || typeof value === 'string' ? value : toText(value, argument);
  };
}

/** One text of a value: a list of one value is that value, an empty list is null. */
export function toText(value: Value, at: Span): string | null {
  if (value === null || typeof value === 'string') return value;
  if (!isValues(value)) {
    if (value.kind === 'dateTime') return printDateTime(value.ticks);
    if (value.kind === 'appRoles') return toText(value.roles.map(roleName), at);
    throw new EvaluationFailure('expression.type_mismatch', 'Complex roles cannot be used as a text.', at);
  }
  if (value.length > 1)
    throw new EvaluationFailure(
      'expression.type_mismatch',
      `One value is expected here, but there are ${value.length}; choose one with Item or join them with Join.`,
      at,
    );
  return value[0] ?? null;
}

/** All values of the argument: none for null. */
export function valuesArgument(call: CompiledCall, index: number): (evaluation: Evaluation) => readonly string[] {
  const argument = call.args[index];
  if (argument === undefined) return () => [];
  return (evaluation) => toValues(argument.evaluate(evaluation), argument);
}

export function toValues(value: Value, at: Span): readonly string[] {
  if (value === null) return [];
  if (isValues(value)) return value;
  if (typeof value === 'object' && value.kind === 'appRoles') return value.roles.map(roleName);
  const text = toText(value, at);
  return text === null ? [] : [text];
}

const integer = /^\s*[+-]?[0-9]{1,40}\s*$/;
const hexadecimal = /^\s*&H([0-9A-F]{1,32})\s*$/i;

export function parseInteger(text: string): bigint | undefined {
  if (integer.test(text)) return BigInt(text.trim().replace(/^\+/, ''));
  const hex = hexadecimal.exec(text)?.[1];
  return hex === undefined ? undefined : BigInt(`0x${hex}`);
}

/** The argument as an integer of any size; null stays null, other text fails with `expression.not_an_integer`. */
export function bigintArgument(call: CompiledCall, index: number): (evaluation: Evaluation) => bigint | null {
  const argument = call.args[index];
  if (argument === undefined) return nothing;
  const text = textArgument(call, index);
  return (evaluation) => {
    const value = text(evaluation);
    if (value === null) return null;
    const parsed = parseInteger(value);
    if (parsed === undefined)
      throw new EvaluationFailure(
        'expression.not_an_integer',
        `${call.name} needs an integer here${shown(call, value)}.`,
        argument,
      );
    return parsed;
  };
}

/** As `bigintArgument`, clamped to 32 bits: more than any position or length. */
export function integerArgument(call: CompiledCall, index: number): (evaluation: Evaluation) => number | null {
  const constant = call.args[index]?.constant;
  if (constant !== undefined) {
    const parsed = parseInteger(constant);
    if (parsed !== undefined) {
      const clamped = clamp(parsed);
      return () => clamped;
    }
  }
  const evaluate = bigintArgument(call, index);
  return (evaluation) => {
    const value = evaluate(evaluation);
    return value === null ? null : clamp(value);
  };
}

function clamp(value: bigint): number {
  const max = 0x7fff_ffffn;
  return Number(value > max ? max : value < -max ? -max : value);
}

/** The argument as ticks; text is read as by `CDate`. Null stays null, other text fails with `expression.invalid_date`. */
export function ticksArgument(call: CompiledCall, index: number): (evaluation: Evaluation) => bigint | null {
  const argument = call.args[index];
  if (argument === undefined) return nothing;
  return (evaluation) => {
    const value = argument.evaluate(evaluation);
    if (value === null) return null;
    if (typeof value === 'object' && !isValues(value) && value.kind === 'dateTime') return value.ticks;
    const text = toText(value, argument);
    if (text === null) return null;
    const ticks = parseDateTime(text);
    if (ticks === undefined)
      throw new EvaluationFailure(
        'expression.invalid_date',
        `${call.name} needs a date-time here${shown(call, text)}; read other forms with FormatDateTime first.`,
        argument,
      );
    return ticks;
  };
}

/** Stops texts that grow without end. */
export function checkLength(length: number, call: CompiledCall): void {
  if (length > valueCharactersMax)
    throw new EvaluationFailure(
      'expression.value_too_long',
      `${call.name} would make a text of more than ${valueCharactersMax} characters.`,
      call,
    );
}
