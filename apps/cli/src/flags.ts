import { InvalidArgumentError } from 'commander';

/** A parser of whole numbers for commander; bounds are inclusive. */
export function integer(min: number, max: number): (text: string) => number {
  return (text) => {
    if (/^\d{1,15}$/u.test(text) && Number(text) >= min && Number(text) <= max) return Number(text);
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };
}
