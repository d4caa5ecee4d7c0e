// needs: chromium
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { openBrowser } from '../support/browser.ts';
import { type RunningDaemon, sandbox, startDaemon } from '../support/daemon.ts';
import { enlargeLibrary } from '../support/large-library.ts';
import { pageUrl, readLibrary, writeLibrary } from '../support/page-library.ts';
import { openPage, seriousFaults } from '../support/page-view.ts';

const VIDEOS = 10_000;
/** A transcript of ten hours, a line every two seconds. */
const LINES = 18_000;
/** The videos of the first two months. */
const NOVEMBER = 89;
const OCTOBER = 93;
/** More rows than a page shows, and far fewer than there are. */
const MOST_ELEMENTS = 120;

const box = sandbox();
const folder = join(box.folder, 'videos');
/** Where screenshots go; GOLDFISH_SCREENSHOTS keeps them. */
const shots = process.env.GOLDFISH_SCREENSHOTS ?? join(box.folder, 'shots');
let browser: Browser;
let daemon: RunningDaemon;
let url: string;

before(async () => {
  mkdirSync(shots, { recursive: true });
  await writeLibrary(folder);
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

async function openLarge(t: test.TestContext, options: object = {}) {
  const opened = await openPage(t, browser, 'about:blank', shots, options);
  await enlargeLibrary(opened.page, { videos: VIDEOS, lines: LINES });
  await opened.page.goto(`${url}?view=library`);
  await opened.page.locator('.vid').first().waitFor();
  return opened;
}

const scrubber = (page: Page) => page.getByRole('slider', { name: 'Month' });
const focusedVideo = (page: Page) => page.locator('.vid:focus-within').getAttribute('data-uri');

test('given 10,000 videos, when the library is shown, then all are counted and few exist', async (t) => {
  const { page, shot } = await openLarge(t);
  assert.ok((await page.locator('.vid').count()) < MOST_ELEMENTS);
  assert.match((await page.locator('.ghead').first().textContent()) ?? '', /November 2026\s*89 videos/);
  await scrubber(page).focus();
  await page.keyboard.press('End');
  await page.locator('.ghead', { hasText: 'October 2017' }).waitFor();
  assert.match((await scrubber(page).getAttribute('aria-valuetext')) ?? '', /^October 2017, /);
  await page.keyboard.press('PageUp');
  await page.locator('.ghead', { hasText: 'October 2018' }).waitFor();
  assert.ok((await page.locator('.vid').count()) < MOST_ELEMENTS);
  assert.deepEqual(await seriousFaults(page), []);
  await shot('scale-library');
});

test('given 10,000 videos, when the date is dragged to the middle, then the months there are shown', async (t) => {
  const { page } = await openLarge(t);
  const box = await scrubber(page).boundingBox();
  assert.ok(box);
  await page.mouse.move(box.x + 20, box.y + 10);
  await page.mouse.down();
  await page.mouse.move(box.x + 20, box.y + box.height / 2, { steps: 4 });
  await page.mouse.up();
  await page.waitForFunction((label) => {
    const { document } = globalThis as unknown as {
      document: { querySelector(selector: string): { getAttribute(name: string): string } | null };
    };
    return document.querySelector('#date-scrubber')?.getAttribute('aria-valuetext').includes(label);
  }, '2022');
  await page.locator('.vid .meta', { hasText: '2022' }).first().waitFor();
});

test('given 10,000 videos, when a range that is out of view is selected, then each video in it is', async (t) => {
  const { page, shot } = await openLarge(t);
  await page.locator('.vid .sel input').first().check({ force: true });
  await scrubber(page).focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  // The first of the third month: all of the first two are before it.
  const september = page.locator('.vrow', { has: page.locator('h2', { hasText: 'September 2026' }) });
  await september
    .locator('+ .vrow .sel input')
    .first()
    .click({ modifiers: ['Shift'], force: true });
  await page.locator('.selbar b', { hasText: `${NOVEMBER + OCTOBER + 1} selected` }).waitFor();
  await shot('scale-selection');
});

test('given 10,000 videos, when the arrow keys move on, then the focus reaches rows that did not exist', async (t) => {
  const { page } = await openLarge(t);
  await page.locator('.vid .open').first().focus();
  const seen = new Set<string | null>([await focusedVideo(page)]);
  for (let row = 0; row < 12; row += 1) {
    const before = await focusedVideo(page);
    await page.keyboard.press('ArrowDown');
    await page.waitForFunction((uri) => {
      const { document } = globalThis as unknown as {
        document: {
          activeElement: { closest(selector: string): { dataset: { uri: string } } | null } | null;
        };
      };
      const now = document.activeElement?.closest('.vid')?.dataset.uri;
      return now !== undefined && now !== uri;
    }, before);
    seen.add(await focusedVideo(page));
  }
  assert.equal(seen.size, 13);
});

test('given a phone, when the library scrolls, then the month shows and can be dragged', async (t) => {
  const { page, shot } = await openLarge(t, { viewport: { width: 360, height: 780 }, hasTouch: true });
  await page.locator('#library-grid').evaluate((list) => {
    (list as unknown as { scrollTop: number }).scrollTop = 9000;
  });
  await page.locator('.rail.moving .cur').waitFor();
  await shot('scale-phone');
  const before = await scrubber(page).getAttribute('aria-valuenow');
  // The focus keeps the date in view. Without it the date goes a moment after the scroll.
  await scrubber(page).focus();
  const at = await page.locator('.rail .cur').boundingBox();
  assert.ok(at);
  await page.mouse.move(at.x + 10, at.y + at.height / 2);
  await page.mouse.down();
  await page.mouse.move(at.x + 10, at.y + 300, { steps: 4 });
  await page.mouse.up();
  assert.ok(Number(await scrubber(page).getAttribute('aria-valuenow')) > Number(before));
});

test('given a transcript of ten hours, when its end is asked for, then few lines exist and the last is there', async (t) => {
  const { page, shot } = await openLarge(t);
  await page.locator('.vid .open').first().click();
  const lines = page.locator('.transcript-line');
  await lines.first().waitFor();
  assert.ok((await lines.count()) < MOST_ELEMENTS);
  await page.locator('.transcript-line .seek').first().focus();
  await page.keyboard.press('End');
  await page.locator('.transcript-line', { hasText: `Line ${LINES - 1} of` }).waitFor();
  assert.ok((await lines.count()) < MOST_ELEMENTS);
  await shot('scale-transcript');
});
