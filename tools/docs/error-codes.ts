import { glob, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { errorMeanings } from './error-meanings.ts';
import { code as inCode, heading, sections, table, type Page } from './page.ts';

const root = resolve(import.meta.dirname, '../..');

/** What codes begin with, and where they come from. */
const origins: ReadonlyMap<string, string> = new Map([
  ['cli', 'The command line'],
  ['config', 'Settings, flags and input files'],
  ['connector', 'Targets: what a SCIM endpoint or the way to it did'],
  ['csv', 'CSV files of users and groups'],
  ['directory', 'The directory of users, groups and applications'],
  ['expression', 'Attribute-mapping expressions'],
  ['filter', 'SCIM filters'],
  ['graph', 'The Graph API'],
  ['oauth', 'The token endpoint of the workspace'],
  ['path', 'SCIM attribute paths'],
  ['provisioning', 'Provisioning jobs and their schemas'],
  ['scim', 'The SCIM endpoint'],
  ['scope', 'Scoping filters'],
  ['store', 'PostgreSQL and the embedded server'],
  ['workspace', 'The workspace and its management API'],
]);

/** What looks like a code and is none: scopes of tokens, and notes about tolerated requests. */
const noCodes: ReadonlySet<string> = new Set(['scim.read', 'scim.write', 'path.unqualified_extension_attribute']);

const retryNames: Readonly<Record<string, string>> = {
  never: 'the same call fails again',
  later: 'later, unchanged',
  'after-change': 'after a change',
};

interface Finding {
  readonly message: string | undefined;
  readonly retry: string | undefined;
}

/** Every code that the sources name, with the first message that stands beside it. */
export const errorCodesPage: Page = {
  path: 'docs/reference/error-codes.md',
  async print() {
    const found = await readSources();
    return sections(
      heading('Error codes'),
      'Codes are stable; messages may be improved at any time. Beside each stands what it means, or its message, `…` standing for what the message names. "Try again" is what a caller may do with the same call, where the code says it.',
      [...origins].flatMap(([origin, title]) => {
        const codes = [...new Set([...found.keys(), ...errorMeanings.keys()])]
          .filter((code) => code.startsWith(`${origin}.`) && !noCodes.has(code))
          .toSorted();
        if (codes.length === 0) return [];
        return [
          `## ${title}`,
          table(
            ['Code', 'Meaning or message', 'Try again'],
            codes.map((code) => {
              const findings = found.get(code) ?? [];
              const known = errorMeanings.get(code);
              const retry = findings.find((one) => one.retry !== undefined)?.retry ?? known?.retry;
              return [
                inCode(code),
                known?.meaning ?? findings.find(({ message }) => message !== undefined)?.message ?? '',
                retry === undefined ? '' : (retryNames[retry] ?? retry),
              ];
            }),
          ),
        ];
      }),
    );
  },
};

async function readSources(): Promise<ReadonlyMap<string, readonly Finding[]>> {
  const files: string[] = [];
  for (const pattern of ['packages/*/src/**/*.ts', 'apps/*/src/**/*.ts'])
    for await (const file of glob(pattern, { cwd: root })) if (!file.endsWith('.test.ts')) files.push(file);
  const found = new Map<string, Finding[]>();
  for (const file of files.toSorted()) {
    for (const { code, finding } of readCodes(await readFile(join(root, file), 'utf8'))) {
      const findings = found.get(code) ?? [];
      findings.push(finding);
      found.set(code, findings);
    }
  }
  return found;
}

const literal = new RegExp(`'((?:${[...origins.keys()].join('|')})\\.[a-z][a-z_]*)(?:: ([^'\\n]+))?'`, 'g');
const windowCharacters = 600;

/** A literal is a code, or a code with its meaning behind a colon. */
function readCodes(source: string): readonly { readonly code: string; readonly finding: Finding }[] {
  const matches = [...source.matchAll(literal)];
  return matches.map((match, index) => {
    const [whole, code = '', meaning] = match;
    const start = match.index + whole.length;
    // What follows belongs to this code until the next one, or until the statement ends.
    const rest = source.slice(start, Math.min(matches[index + 1]?.index ?? source.length, start + windowCharacters));
    const statement = rest.slice(0, /;\n|\n\}/.exec(rest)?.index ?? rest.length);
    return {
      code,
      finding: {
        message: sentence(meaning ?? firstMessage(statement) ?? messageBefore(source, match.index)),
        retry: /\bretry: '([a-z-]+)'/.exec(statement)?.[1],
      },
    };
  });
}

function sentence(text: string | undefined): string | undefined {
  return text !== undefined && /^[a-z]+[ ,:]/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}

/** `const message = …` just before the code. */
function messageBefore(source: string, end: number): string | undefined {
  const before = source.slice(Math.max(0, end - windowCharacters), end);
  const start = before.lastIndexOf('const message =');
  return start < 0 ? undefined : firstMessage(before.slice(start));
}

/** The first literal of several words. */
function firstMessage(text: string): string | undefined {
  for (let position = 0; position < text.length; position += 1) {
    const quote = text[position] ?? '';
    if (!`'"\``.includes(quote)) continue;
    const { content, end } = readLiteral(text, position, quote);
    if (/\S \S+ \S/.test(content)) return content;
    position = end;
  }
  return undefined;
}

/** A string or template literal; what a template fills in becomes `…`. */
function readLiteral(text: string, start: number, quote: string): { readonly content: string; readonly end: number } {
  let content = '';
  let position = start + 1;
  while (position < text.length && text[position] !== quote) {
    if (text[position] === '\\') {
      content += text[position + 1] ?? '';
      position += 2;
    } else if (quote === '`' && text.startsWith('${', position)) {
      content += '…';
      position = skipBraces(text, position + 1);
    } else {
      content += text[position] ?? '';
      position += 1;
    }
  }
  return { content, end: position };
}

function skipBraces(text: string, start: number): number {
  let depth = 0;
  for (let position = start; position < text.length; position += 1) {
    if (text[position] === '{') depth += 1;
    if (text[position] === '}') depth -= 1;
    if (depth === 0) return position + 1;
  }
  return text.length;
}
