import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Browser, Page } from 'playwright-core';

/** A guard against a page that never shows something, not a bound on its pace. */
export const PAGE_MS = 120_000;

export interface Opened {
  readonly page: Page;
  /** What the browser complained of. */
  readonly complaints: string[];
  shot(name: string): Promise<unknown>;
}

/** Opens the page in a context of its own, which ends with the test. Screenshots go into `shots`. */
export async function openPage(
  t: TestContext,
  browser: Browser,
  address: string,
  shots: string,
  options: object = {},
): Promise<Opened> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, ...options });
  t.after(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(PAGE_MS);
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on(
    'response',
    (response) => response.status() < 400 || complaints.push(`${response.status()} ${response.url()}`),
  );
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(address);
  return { page, complaints, shot: (name) => page.screenshot({ path: join(shots, `${name}.png`) }) };
}

/** Asks from the composer, in a conversation of its own. */
export async function ask(page: Page, question: string): Promise<void> {
  const clear = page.locator('#clear');
  if ((await clear.count()) > 0) await clear.click();
  await followUp(page, question);
}

/** Asks from the composer, in the conversation that is open. */
export async function followUp(page: Page, question: string): Promise<void> {
  await page.locator('#question').fill(question);
  await page.locator('#question').press('Enter');
}

/** Resolves when the start is shown, with what the library says. */
export const started = (page: Page) => page.locator('.start h1').waitFor();

/** Shows the library. */
export const openLibrary = (page: Page) => page.locator('.tab', { hasText: 'Library' }).click();

/** A video of the library. */
export const card = (page: Page, name: string) => page.locator('.vid', { hasText: name });

/** What these tests use of a video element; their types are Node's. */
interface Player {
  readonly paused: boolean;
  readonly currentTime: number;
  pause(): void;
}

/** An element with a place on the screen. */
export interface Boxed {
  getBoundingClientRect(): { readonly top: number; readonly bottom: number };
}

export const player = (page: Page) => page.locator('video');
export const currentTime = (page: Page) =>
  player(page).evaluate((video) => (video as unknown as Player).currentTime);
export const pause = (page: Page) => player(page).evaluate((video) => (video as unknown as Player).pause());

/** Resolves when the player plays on from a second. */
export async function plays(page: Page, fromSeconds: number): Promise<void> {
  await page.waitForFunction((from) => {
    const { document } = globalThis as unknown as {
      document: { querySelector(selector: string): Player | null };
    };
    const video = document.querySelector('video');
    return video !== null && !video.paused && video.currentTime > from && video.currentTime < from + 8;
  }, fromSeconds);
}

/** What axe-core finds that is serious or worse. */
export async function seriousFaults(page: Page): Promise<readonly string[]> {
  const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> };
    };
    const { violations } = await axe.run();
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
  });
}
