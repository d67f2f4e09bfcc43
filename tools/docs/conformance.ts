import { globSync, readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { readDialogues } from '../../test/interop/dialogue.ts';
import { code, heading, sections, table, type Page } from './page.ts';

const root = resolve(import.meta.dirname, '../..');

/** What a checker is called, by its file in `test/conformance`. */
const checkers: ReadonlyMap<string, string> = new Map([
  ['microsoft-validator', 'Microsoft SCIM Validator'],
  ['microsoft-gallery', 'Microsoft’s Logic App for the Entra gallery'],
  ['postman', 'Microsoft’s Postman collection'],
  ['okta', 'Okta’s SPEC and CRUD tests'],
  ['scim2-tester', 'scim2-tester'],
  ['known-vulnerabilities', 'What went wrong in other SCIM servers'],
]);

/** The names of the checks in a test file: of `test('…'` and `test.each(…)('…'`, in their order. */
function checksOf(path: string): readonly string[] {
  const text = readFileSync(resolve(root, path), 'utf8');
  const names = [...text.matchAll(/(?:\btest|[\])])\(\s*'((?:[^'\\]|\\.)+)',/g)].map(([, name = '']) =>
    name.replaceAll("\\'", "'"),
  );
  return names.filter((name) => !/^%[sj]$/.test(name));
}

function checkerSection([file, title]: readonly [string, string]): string {
  const path = `test/conformance/${file}.test.ts`;
  const names = checksOf(path).map((name) => `- ${name.replaceAll('%s', '…').replaceAll('%j', '…')}`);
  return sections(`## ${title}`, code(path), names.join('\n'));
}

function dialogueRows(): readonly (readonly string[])[] {
  return readDialogues()
    .filter(({ server }) => server !== undefined)
    .map(({ file, name, origin, address, server }) => [
      file.split('/')[0] ?? '',
      name,
      address.startsWith('https://') ? `[${origin}](${address})` : address,
      (server?.tolerated ?? []).map(code).join(', '),
    ])
    .toSorted(([a = '', b = ''], [c = '', d = '']) => (a === c ? (b < d ? -1 : 1) : a < c ? -1 : 1));
}

function print(): string {
  const files = globSync('test/conformance/*.test.ts', { cwd: root }).map((path) => basename(path, '.test.ts'));
  const unnamed = files.filter((file) => !checkers.has(file));
  if (unnamed.length > 0) throw new Error(`tools/docs/conformance.ts has no title for ${unnamed.join(', ')}`);
  return sections(
    heading('Conformance of the SCIM endpoint'),
    [
      'The published checks of SCIM servers, rewritten as tests of our own under their names and run over HTTP against the workspace on',
      'PostgreSQL, with no setting changed unless the test says so; and what clients are known to send. The programs of the publishers were',
      'not run.',
    ].join('\n'),
    [...checkers].map(checkerSection),
    '## What clients send',
    [
      'One file in `test/interop` for each behaviour, played against the workspace: its answer, its effect, and what the request log names as',
      'tolerated. *Recorded* is from a log or the source of the client, *documented* from its maker’s pages, *reported* by others.',
    ].join('\n'),
    table(['Client', 'Behaviour', 'Source', 'Tolerated, by its name in the request log'], dialogueRows()),
  );
}

export const conformancePage: Page = { path: 'docs/reference/conformance.md', print };
