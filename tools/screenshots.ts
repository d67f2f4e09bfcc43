/**
 * `node tools/launch.mjs --run tools/screenshots.ts [FOLDER]`: runs the demo and writes the main pages of both consoles to
 * `docs/images/`; `--console=center` or `--console=workspace`: of one of them. With `--review`, every page in both themes and at four widths, for looking at them; `--only=NAME,…` some of
 * them, `--widths=360,…` and `--themes=dark` others of these, `--demo=FILE` of a demo that runs already, by its `--json` line.
 */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { startBrowser } from '../test/e2e/browser.ts';
import { takeWorkspacePictures, type WorkspaceReport } from './screenshots-workspace.ts';
import type { Page } from 'playwright-core';

interface DemoReport {
  readonly center: { readonly url: string; readonly email: string; readonly password: string };
  readonly workspace: WorkspaceReport;
}

interface Picture {
  readonly name: string;
  /** Address below the center, or of the first application with `APP`. */
  readonly path: string;
  /** What to do on the page before it is taken. */
  readonly act?: (page: Page) => Promise<void>;
}

const root = resolve(import.meta.dirname, '..');
const isReview = process.argv.includes('--review');
const flag = (name: string): string | undefined =>
  process.argv.find((argument) => argument.startsWith(`--${name}=`))?.slice(name.length + 3);
const only = flag('only')?.split(',');
const widths = (flag('widths') ?? (isReview ? '360,768,1280,1920' : '1280')).split(',').map(Number);
const themes = (['light', 'dark'] as const).filter((one) =>
  (flag('themes') ?? (isReview ? 'light,dark' : 'light')).includes(one),
);
const folder = resolve(
  process.argv.slice(2).find((argument) => !argument.startsWith('--')) ?? join(root, 'docs/images'),
);

const click = (role: 'button' | 'link', name: string | RegExp) => async (page: Page) => {
  await page.getByRole(role, { name }).first().click();
};

/** A person or group whose values stand beside the mappings. */
async function choosePreview(page: Page): Promise<void> {
  await page.getByRole('combobox', { name: /^(Person|Group)$/ }).click();
  await page.getByRole('option').first().click();
  await page.getByText(/would (not )?be in scope/).waitFor();
}

const main: readonly Picture[] = [
  { name: 'applications', path: '/enterprise-applications' },
  { name: 'gallery', path: '/gallery' },
  { name: 'overview', path: 'APP' },
  { name: 'users-and-groups', path: 'APP/users-and-groups' },
  { name: 'provisioning', path: 'APP/provisioning' },
  {
    name: 'attribute-mapping',
    path: 'APP/attribute-mapping/User',
    act: async (page) => {
      await choosePreview(page);
      await page.getByRole('link', { name: 'Review your schema here' }).scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'scoping',
    path: 'APP/attribute-mapping/User',
    act: async (page) => {
      await choosePreview(page);
      await page.getByRole('button', { name: 'Add scoping filter' }).click();
      await page.getByLabel('Value', { exact: true }).fill('Sales');
      await page.getByRole('button', { name: 'Add condition' }).click();
      await page.getByLabel('Attribute name').nth(1).selectOption('memberOf.displayName');
      await page.getByLabel('Value', { exact: true }).nth(1).fill('Consulting');
    },
  },
  {
    name: 'expression',
    path: 'APP/attribute-mapping/User',
    act: async (page) => {
      await page.getByRole('button', { name: 'Edit active' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'on-demand',
    path: 'APP/provision-on-demand',
    act: async (page) => {
      await page.getByRole('radio').last().click();
      await page.getByRole('button', { name: 'Provision', exact: true }).click();
      await page.getByRole('button', { name: 'Provision another object' }).waitFor();
    },
  },
  { name: 'provisioning-logs', path: 'APP/provisioning-logs' },
  {
    name: 'log-entry',
    path: 'APP/provisioning-logs?action=update',
    act: async (page) => {
      await page.getByRole('cell').first().getByRole('button').click();
      await page.getByRole('tabpanel').waitFor();
    },
  },
];

const others: readonly Picture[] = [
  { name: 'mappings', path: 'APP/attribute-mapping' },
  { name: 'group-mapping', path: 'APP/attribute-mapping/Group', act: choosePreview },
  {
    name: 'save-dialog',
    path: 'APP/attribute-mapping/User',
    act: async (page) => {
      await page.getByRole('button', { name: 'Add scoping filter' }).click();
      await page.getByLabel('Value', { exact: true }).fill('Sales');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByRole('alertdialog').waitFor();
    },
  },
  { name: 'attribute-list', path: 'APP/attribute-mapping/User/attribute-list' },
  {
    name: 'attribute-definition',
    path: 'APP/attribute-mapping/User/attribute-list',
    act: click('button', 'Add attribute'),
  },
  { name: 'schema', path: 'APP/attribute-mapping/schema' },
  { name: 'schema-edit', path: 'APP/attribute-mapping/schema', act: click('button', 'Edit') },
  { name: 'schema-version', path: 'APP/attribute-mapping/schema?version=1' },
  { name: 'audit-logs', path: '/audit-logs' },
  { name: 'app-audit', path: 'APP/audit-logs' },
  { name: 'all-logs', path: '/provisioning-logs' },
  { name: 'no-logs', path: '/provisioning-logs?search=nobody' },
  { name: 'users', path: '/users' },
  { name: 'user', path: '/users', act: async (page) => page.getByRole('cell').first().getByRole('link').click() },
  { name: 'groups', path: '/groups' },
  { name: 'group', path: '/groups', act: async (page) => page.getByRole('cell').first().getByRole('link').click() },
  { name: 'recycle-bin', path: '/deleted' },
  { name: 'administrators', path: '/administrators' },
  { name: 'new-administrator', path: '/administrators', act: click('button', 'New administrator') },
  { name: 'notifications', path: '/notifications' },
  { name: 'not-found', path: '/nowhere' },
  { name: 'missing-user', path: '/users/00000000-0000-4000-8000-000000000000' },
  { name: 'assign-dialog', path: 'APP/users-and-groups', act: click('button', 'Add user/group') },
  { name: 'stop-dialog', path: 'APP', act: click('button', 'Stop provisioning') },
];

async function startDemo(data: string): Promise<{ report: DemoReport; stop: () => Promise<void> }> {
  const running = flag('demo');
  // The demo's own report, one line of JSON.
  if (running !== undefined) {
    return { report: JSON.parse(await readFile(running, 'utf8')) as DemoReport, stop: async () => {} };
  }
  const args = [
    'demo',
    '--json',
    '--users',
    '200',
    '--groups',
    '12',
    '--data',
    data,
    '--center-port',
    '0',
    '--workspace-port',
    '0',
  ];
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', join(root, 'apps/cli/src/main.ts'), ...args],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const ended = new Promise<void>((done) => child.on('close', () => done()));
  for await (const line of createInterface(child.stdout)) {
    return {
      // The demo's own report, one line of JSON.
      report: JSON.parse(line) as DemoReport,
      stop: async () => {
        child.kill('SIGTERM');
        await ended;
      },
    };
  }
  throw new Error('the demo ended without a report');
}

const data = await mkdtemp(join(tmpdir(), 'joinery-screenshots-'));
const browser = await startBrowser('admin-center', 'workspace');
const demo = await startDemo(data);
try {
  await mkdir(folder, { recursive: true });
  const { url, email, password } = demo.report.center;
  if (flag('console') !== 'center') {
    await takeWorkspacePictures(browser, demo.report.workspace, { folder, isReview, widths, themes, only });
  }
  for (const theme of flag('console') === 'workspace' ? [] : themes) {
    for (const width of widths) {
      await using opened = await browser.open({
        colorScheme: theme,
        viewport: { width, height: width === 360 ? 740 : 860 },
      });
      const { page, faults } = opened;
      await page.goto(url);
      await page.getByLabel('E-mail address').waitFor();
      if (isReview) await page.screenshot({ path: join(folder, `sign-in-${theme}-${width}.png`) });
      await page.getByLabel('E-mail address').fill(email);
      await page.getByLabel('Password').fill(password);
      await page.getByRole('button', { name: 'Sign in' }).click();
      const application = await page.getByRole('cell').first().getByRole('link').getAttribute('href');
      for (const picture of isReview ? [...main, ...others] : main) {
        if (only !== undefined && !only.includes(picture.name)) continue;
        await page.goto(`${url}${picture.path.replace('APP', application ?? '')}`);
        await page.getByRole('main').waitFor();
        await page.waitForLoadState('load');
        await page.waitForTimeout(700);
        try {
          await picture.act?.(page);
        } catch (error) {
          process.stderr.write(`${picture.name}: ${String(error)}\n`);
        }
        await page.waitForTimeout(500);
        const name = isReview ? `${picture.name}-${theme}-${width}` : `center-${picture.name}`;
        if (isReview) await page.evaluate('window.scrollTo(0, 0)');
        await page.screenshot({ path: join(folder, `${name}.png`), fullPage: isReview });
      }
      for (const fault of faults) process.stderr.write(`page: ${fault}\n`);
    }
  }
} finally {
  await demo.stop();
  await browser[Symbol.asyncDispose]();
  await rm(data, { recursive: true, force: true });
}
