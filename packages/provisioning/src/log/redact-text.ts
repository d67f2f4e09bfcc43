import type { PlannedChange } from '../plan/operation.ts';
import { redacted } from './steps.ts';

/** Shorter values stand in too many other places to be searched for. */
const searchedLengthMin = 3;

/** The values of redacted changes, as a text may quote them. */
export function redactedTexts(changes: readonly PlannedChange[]): readonly string[] {
  return changes
    .filter((change) => change.redact)
    .flatMap((change) => [change.old, change.new])
    .flatMap((value) => (typeof value === 'string' && value.length >= searchedLengthMin ? [value] : []));
}

/** A text without these values, whether they stand in it as they are, in JSON or in an address. */
export function withoutTexts(text: string, values: readonly string[]): string {
  let masked = text;
  for (const value of values) {
    for (const form of [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value)]) {
      masked = masked.replaceAll(form, redacted);
    }
  }
  return masked;
}
