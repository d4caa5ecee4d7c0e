// needs: chromium
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { openBrowser } from '../support/browser.ts';
import { type RunningDaemon, sandbox, startDaemon } from '../support/daemon.ts';
import { pageUrl, readLibrary, writeLibrary } from '../support/page-library.ts';
import { currentTime, followUp, openLibrary, openPage, plays, seriousFaults } from '../support/page-view.ts';
import { uriOf } from '../support/watched.ts';

const box = sandbox();
const folder = join(box.folder, 'videos');
/** Where screenshots go; GOLDFISH_SCREENSHOTS keeps them. */
const shots = process.env.GOLDFISH_SCREENSHOTS ?? join(box.folder, 'shots');
/** More Tab stops than any view has. */
const MOST_STOPS = 120;
let browser: Browser;
let daemon: RunningDaemon;
let url: string;
let lesson: string;

before(async () => {
  mkdirSync(shots, { recursive: true });
  ({ lesson } = await writeLibrary(folder));
  [browser, daemon] = await Promise.all([openBrowser(), startDaemon(box)]);
  const client = await daemon.client();
  await readLibrary(client, folder);
  url = await pageUrl(client);
});

after(async () => {
  await browser?.close();
  daemon?.child.kill();
  await daemon?.exit;
});

const open = (t: test.TestContext, query = '', options: object = {}) =>
  openPage(t, browser, `${url}${query}`, shots, options);

/** What these tests use of the page's own world; their types are Node's. */
interface Shown {
  readonly document: { readonly activeElement: { matches(selector: string): boolean } | null };
}

const hasFocus = (page: Page, selector: string) =>
  page.evaluate(
    (wanted) => (globalThis as unknown as Shown).document.activeElement?.matches(wanted) ?? false,
    selector,
  );

const focusOn = (page: Page, selector: string) =>
  page.waitForFunction(
    (wanted) => (globalThis as unknown as Shown).document.activeElement?.matches(wanted),
    selector,
  );

/** Presses Tab until an element has the focus. */
async function tabTo(page: Page, selector: string, key = 'Tab'): Promise<void> {
  for (let stop = 0; stop < MOST_STOPS; stop += 1) {
    if (await hasFocus(page, selector)) return;
    await page.keyboard.press(key);
  }
  assert.fail(`${MOST_STOPS} times ${key} do not lead to ${selector}`);
}

/** The questions that the page has asked so far. */
function asked(page: Page): readonly string[] {
  const questions: string[] = [];
  page.on('websocket', (socket) =>
    socket.on('framesent', ({ payload }) => {
      const { method, params } = JSON.parse(String(payload)) as {
        readonly method?: string;
        readonly params?: { readonly question: string };
      };
      if (method === 'goldfish/ask' && params !== undefined) questions.push(params.question);
    }),
  );
  return questions;
}

test('given only a keyboard, when a person asks, previews, plays, corrects and exports, then each works', async (t) => {
  const { page, complaints } = await open(t, '', { permissions: ['clipboard-read', 'clipboard-write'] });
  await focusOn(page, '#question');
  await page.keyboard.type('What does the axolotl eat?');
  await page.keyboard.press('Enter');
  await page.locator('.answer[aria-busy=false] .cite').first().waitFor();
  assert.ok(await hasFocus(page, '#question'), 'the composer keeps the focus after an answer');

  await tabTo(page, '.a .cite', 'Shift+Tab');
  await page.locator('#preview', { hasText: 'earthworms' }).waitFor();
  assert.deepEqual(await seriousFaults(page), []);
  await page.keyboard.press('Escape');
  await page.locator('#preview').waitFor({ state: 'detached' });
  await page.keyboard.press('1');
  await plays(page, 40);
  await page.keyboard.press('k');
  await page.locator('#play[aria-label^=Play]').waitFor();

  await page.keyboard.press('e');
  await focusOn(page, '.editor textarea');
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type('The axolotl eats earthworms on Mondays.');
  await page.keyboard.press('Enter');
  await page.locator('.transcript-line', { hasText: 'Mondays' }).locator('.corrected').waitFor();
  await focusOn(page, '.transcript-line .seek');

  await tabTo(page, '#export', 'Shift+Tab');
  await page.keyboard.press('Enter');
  await page.locator('dialog[open]').waitFor();
  await tabTo(page, '#export-copy');
  await page.keyboard.press('Enter');
  await page.locator('#announcement', { hasText: 'copied' }).waitFor({ state: 'attached' });
  assert.match(String(await page.evaluate('navigator.clipboard.readText()')), /aquarium/);
  await focusOn(page, '#export');

  await page.keyboard.press('Escape');
  await page.locator('video').waitFor({ state: 'detached' });
  assert.deepEqual(complaints, []);
});

test('given an answer, when a moment plays, then neither the answer nor the composer has moved', async (t) => {
  for (const viewport of [
    { width: 360, height: 780 },
    { width: 800, height: 900 },
    { width: 1280, height: 860 },
  ]) {
    const { page } = await open(t, '', { viewport });
    await followUp(page, 'What does the axolotl eat?');
    await page.locator('.answer[aria-busy=false] .cite').first().waitFor();
    await page.locator('.hit').first().waitFor();
    const places = async () => ({
      answer: (await page.locator('.a.text').boundingBox())?.y,
      composer: await page
        .locator('.cbox')
        .evaluate((element) =>
          Math.round(
            (element as unknown as { getBoundingClientRect(): { bottom: number } }).getBoundingClientRect()
              .bottom,
          ),
        ),
    });
    const before = await places();
    await page.locator('.a .cite').first().click();
    await plays(page, 40);
    assert.deepEqual(await places(), before, `${viewport.width} px`);
  }
});

test('given questions and moments, when Back, Forward and reload are used, then each view returns without asking again', async (t) => {
  const { page } = await open(t);
  const questions = asked(page);
  await page.reload();
  await followUp(page, 'What does the axolotl eat?');
  await page.locator('.answer .text', { hasText: 'earthworms' }).waitFor();
  await page.locator('.a .cite').first().click();
  await plays(page, 40);
  assert.match(page.url(), /[?&]q=What.*&v=file.*&t=40/);
  await followUp(page, 'Where do algae grow?');
  await page.locator('.answer .text', { hasText: 'Algae' }).waitFor();
  await openLibrary(page);
  await page.locator('.vid').first().waitFor();

  await page.goBack();
  await page.locator('.answer .text', { hasText: 'Algae' }).waitFor();
  await page.locator('.earlier', { hasText: 'axolotl' }).waitFor();
  await page.goBack();
  await page.locator('.answer .asked', { hasText: 'axolotl' }).waitFor();
  await plays(page, 40);
  await page.goBack();
  await page.locator('video').waitFor({ state: 'detached' });
  await page.locator('.answer .asked', { hasText: 'axolotl' }).waitFor();
  await page.locator('.hit', { hasText: 'earthworms' }).first().waitFor();
  await page.goForward();
  await plays(page, 40);

  await page.reload();
  await page.locator('.answer .asked', { hasText: 'axolotl' }).waitFor();
  await page.locator('.hit', { hasText: 'earthworms' }).first().waitFor();
  await plays(page, 40);
  assert.deepEqual(questions, ['What does the axolotl eat?', 'Where do algae grow?']);
});

test('given a link to a question and a moment, when it is opened, then the question is asked and the moment plays', async (t) => {
  const { page } = await open(
    t,
    `?${new URLSearchParams({ q: 'Where do algae grow?', v: uriOf(lesson), t: '20' })}`,
  );
  await page.locator('.answer .text', { hasText: 'Algae' }).waitFor();
  await plays(page, 20);
  assert.ok((await currentTime(page)) < 30);
});

test('given two pages, when a moment plays in one, then the other pauses and says what plays', async (t) => {
  const moment = `?${new URLSearchParams({ v: uriOf(lesson), t: '8' })}`;
  const [first, second] = await Promise.all([open(t, moment), open(t)]);
  await plays(first.page, 8);
  await second.page.locator('.nowbar', { hasText: 'aquarium lesson' }).waitFor();
  assert.deepEqual(await seriousFaults(second.page), []);
  await followUp(second.page, 'What does the axolotl eat?');
  await second.page.locator('.answer[aria-busy=false] .cite').first().click();
  await plays(second.page, 40);
  await first.page.locator('#play[aria-label^=Play]').waitFor();
});
