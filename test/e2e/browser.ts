import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';
import { buildConsoles } from '../../tools/build-consoles.mjs';
import { findChromium, type FoundChromium } from '../../tools/find-chromium.ts';

const flags = [
  '--no-sandbox',
  '--headless',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
];

async function findBrowser(): Promise<FoundChromium | undefined> {
  const found = await findChromium();
  if (found !== undefined) return found;
  const missing = `no Chromium: set CHROMIUM_PATH, or install it (Debian: apt-get install chromium)`;
  if (process.env['JOINERY_REQUIRE_ALL'] === '1') throw new Error(`JOINERY_REQUIRE_ALL=1, but ${missing}`);
  process.stderr.write(`tests of the consoles in a browser are left out: ${missing}\n`);
  return undefined;
}

const chromiumFound = await findBrowser();

/** For `describe.skipIf(!hasBrowser)`. With JOINERY_REQUIRE_ALL=1 a missing browser fails the test file instead. */
export const hasBrowser = chromiumFound !== undefined;

export interface TestBrowser extends AsyncDisposable {
  /** A page of a fresh profile. */
  open(options?: BrowserContextOptions): Promise<TestPage>;
}

export interface TestPage extends AsyncDisposable {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Errors of the page's programs and refusals of its content security policy, so far. */
  readonly faults: readonly string[];
}

/** Builds the consoles in question where their sources changed, and starts a headless Chromium. */
export async function startBrowser(...apps: readonly ('admin-center' | 'workspace')[]): Promise<TestBrowser> {
  if (chromiumFound === undefined) throw new Error('startBrowser without hasBrowser');
  await buildConsoles(
    process.execPath,
    apps.map((app) => `apps/${app}/web`),
  );
  const browser: Browser = await chromium.launch({
    executablePath: chromiumFound.path,
    args: [...flags, ...chromiumFound.args],
    timeout: 120_000,
  });
  return {
    async open(options = {}) {
      const context = await browser.newContext({ locale: 'en-US', timezoneId: 'Europe/Berlin', ...options });
      context.setDefaultTimeout(30_000);
      const page = await context.newPage();
      const faults: string[] = [];
      page.on('pageerror', (error) => faults.push(error.message));
      page.on('console', (message) => {
        // A refused request is an answer that the page shows; the browser reports it all the same.
        if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
          faults.push(message.text());
        }
      });
      return { page, context, faults, [Symbol.asyncDispose]: () => context.close() };
    },
    [Symbol.asyncDispose]: () => browser.close(),
  };
}

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly help: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
  }[];
}

let axeSource: Promise<string> | undefined;

/** Colours in the middle of a transition are nobody's choice: what ends by itself is waited for, at most 100 times. */
const transitionsEnded = `(async () => {
  for (let round = 0; round < 100; round += 1) {
    await new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)));
    const ending = document.getAnimations().filter((one) => one.effect?.getComputedTiming().endTime !== Infinity && one.playState === 'running');
    if (ending.length === 0) return;
    await Promise.allSettled(ending.map((one) => one.finished));
  }
})()`;

/** What axe finds wrong on the page as it is, in sentences; empty when all is well. */
export async function accessibilityFaults(page: Page): Promise<readonly string[]> {
  axeSource ??= readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  if (!(await page.evaluate<boolean>("'axe' in window"))) await page.evaluate(await axeSource);
  await page.evaluate(transitionsEnded);
  // The component library's focus guards are hidden from screen readers and can be focused, on purpose.
  const result = await page.evaluate<AxeResult>(
    `axe.run({ exclude: [['[data-tabster-dummy]']] }, { resultTypes: ['violations'] })`,
  );
  return result.violations.map(
    ({ id, help, nodes }) =>
      `${id}: ${help}\n${nodes.map((node) => `  ${node.html}\n  ${node.failureSummary ?? ''}`).join('\n')}`,
  );
}
