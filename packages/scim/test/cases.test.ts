import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { subjects } from './subjects.ts';

interface Case {
  readonly name: string;
  readonly source: string;
  /** JSON in the form that the subject of the file takes. */
  readonly input: never;
  readonly expect: unknown;
}

const folder = new URL('./cases/', import.meta.url);

for (const file of readdirSync(folder)) {
  const subject = subjects.get(file.replace(/\.json$/, ''));
  const cases = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as readonly Case[];
  describe(file, () => {
    test.each(cases.map((each) => [`${each.name} (${each.source})`, each] as const))('%s', (_, each) => {
      expect(subject?.(each.input)).toEqual(each.expect);
    });
  });
}
