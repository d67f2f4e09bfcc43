import type { Locator, Page } from 'playwright-core';
import { accessibilityFaults, type TestPage } from './browser.ts';

export interface Visit {
  readonly path: string;
  /** What is there once the page has been read. */
  readonly shows: (page: Page) => Locator;
}

export const byText = (path: string, text: string | RegExp): Visit => ({
  path,
  shows: (page) => page.getByText(text).first(),
});

export const sizes = [
  { width: 1280, height: 860 },
  { width: 360, height: 800 },
] as const;

/** As it is, in both themes, on a wide screen and on a small one. */
export async function inspect(page: Page, name: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const size of sizes) {
    await page.setViewportSize(size);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.locator(`html[style*="color-scheme: ${colorScheme}"]`).waitFor({ state: 'attached' });
      for (const fault of await accessibilityFaults(page)) {
        found.push(`${name}, ${colorScheme}, ${size.width} px: ${fault}`);
      }
    }
    const beyond = await page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth');
    if (beyond > 0) found.push(`${name}: ${beyond} px wider than a screen of ${size.width} px`);
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(sizes[0]);
  return found;
}

export async function inspectAll(
  { page }: TestPage,
  url: string,
  visits: readonly Visit[],
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const { path, shows } of visits) {
    await page.goto(url + path);
    await shows(page).waitFor();
    found.push(...(await inspect(page, path)));
  }
  return found;
}
