/**
 * `npm run docs`: writes the generated pages of the reference. With `--check` it writes nothing and fails when one of
 * them is not what the code says. A further page is one more row here.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { benchmarksPage } from './docs/benchmarks.ts';
import { configurationPage } from './docs/configuration.ts';
import { conformancePage } from './docs/conformance.ts';
import { errorCodesPage } from './docs/error-codes.ts';
import { expressionsPage } from './docs/expressions.ts';
import type { Page } from './docs/page.ts';
import { scimOpenApiPage } from './docs/scim-openapi.ts';
import { scopingFiltersPage } from './docs/scoping-filters.ts';

const pages: readonly Page[] = [
  expressionsPage,
  scopingFiltersPage,
  configurationPage,
  errorCodesPage,
  scimOpenApiPage,
  benchmarksPage,
  conformancePage,
];

const root = resolve(import.meta.dirname, '..');
const isCheck = process.argv.includes('--check');
const stale: string[] = [];
for (const page of pages) {
  const file = join(root, page.path);
  const text = await page.print();
  const before = await readFile(file, 'utf8').catch(() => undefined);
  if (before === text) continue;
  stale.push(page.path);
  if (isCheck) continue;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  process.stderr.write(`${page.path}: written\n`);
}
if (isCheck && stale.length > 0) {
  process.stderr.write(`${stale.join(', ')}: not what the code says; run "npm run docs" and commit the result\n`);
  process.exitCode = 1;
}
