// needs: chromium
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import type { Browser } from 'playwright-core';
import { openBrowser } from '../support/browser.ts';
import { goldfish, type RunningDaemon, sandbox, startDaemon } from '../support/daemon.ts';
import type { IndependentClient } from '../support/independent-client.ts';
import { pageUrl, readLibrary, writeLibrary } from '../support/page-library.ts';
import {
  ask,
  type Boxed,
  card,
  currentTime,
  openLibrary,
  openPage,
  pause,
  player,
  plays,
  seriousFaults,
  started,
} from '../support/page-view.ts';

const box = sandbox();
const folder = join(box.folder, 'videos');
/** Where screenshots go; GOLDFISH_SCREENSHOTS keeps them. */
const shots = process.env.GOLDFISH_SCREENSHOTS ?? join(box.folder, 'shots');
let browser: Browser;
let daemon: RunningDaemon;
let client: IndependentClient;
let url: string;

before(async () => {
  mkdirSync(shots, { recursive: true });
  await writeLibrary(folder);
  [browser, daemon] = await Promise.all([openBrowser(), startDaemon(box)]);
  client = await daemon.client();
  await readLibrary(client, folder);
  url = await pageUrl(client);
});

after(async () => {
  await browser?.close();
  daemon?.child.kill();
  await daemon?.exit;
});

const open = (t: test.TestContext, fragment = '', options: object = {}) =>
  openPage(t, browser, `${url}${fragment}`, shots, options);

test('given a question, when it is answered, then it has citations and a click plays from the cited second', async (t) => {
  const { page, complaints, shot } = await open(t);
  await started(page);
  await shot('empty');
  await ask(page, 'What does the axolotl eat?');
  const chip = page.locator('.a .cite').first();
  await chip.waitFor();
  assert.match((await page.locator('.text').textContent()) ?? '', /earthworms/);
  await page.locator('.hit').first().waitFor();
  assert.match((await page.locator('.hit mark').first().textContent()) ?? '', /axolotl/i);
  await chip.click();
  await plays(page, 40);
  const heard = await player(page).evaluate(
    (video) => (video as unknown as { webkitAudioDecodedByteCount: number }).webkitAudioDecodedByteCount,
  );
  assert.ok(heard > 0, 'the sound is decoded');
  await shot('answer-and-player');
  await page.locator('.transcript [aria-current=true]', { hasText: 'axolotl' }).waitFor();
  await page.waitForFunction(() => {
    const { document } = globalThis as unknown as {
      document: { querySelector(selector: string): Boxed | null };
    };
    const [list, current] = ['.transcript', '.transcript [aria-current=true]'].map((selector) =>
      document.querySelector(selector)?.getBoundingClientRect(),
    );
    return list && current && current.top >= list.top && current.bottom <= list.bottom;
  });

  assert.deepEqual(complaints, []);
});

test('given a video, when the transcript, timeline or keys are used, then the player seeks', async (t) => {
  const { page } = await open(
    t,
    `#v=${encodeURIComponent(`file://${encodeURI(join(folder, 'aquarium lesson.mp4'))}`)}&t=20`,
  );
  await plays(page, 20);
  await page.locator('.transcript button', { hasText: 'Algae' }).click();
  await plays(page, 8);
  assert.ok((await currentTime(page)) < 16);
  await pause(page);
  await page.locator('.timeline').focus();
  await page.keyboard.press('ArrowRight');
  await plays(page, 12);
  const bar = await page.locator('.timeline').boundingBox();
  assert.ok(bar);
  await page.mouse.click(bar.x + bar.width * 0.9, bar.y + bar.height / 2);
  await plays(page, 53);
});

test('given markup in subtitles or file names, when it is shown, then it is text and never runs', async (t) => {
  const { page } = await open(t);
  await ask(page, 'Who clicks on the filter?');
  await page.locator('.hit').first().waitFor();
  assert.match((await page.locator('main').textContent()) ?? '', /<img src=x onerror=globalThis\.hacked=1>/);
  await page.locator('.hit').first().click();
  await page.locator('.transcript').waitFor();
  await ask(page, 'stingray');
  await page.locator('.hit', { hasText: 'stingray' }).first().click();
  await page.locator('.watch .name', { hasText: 'onerror' }).waitFor();
  await openLibrary(page);
  await card(page, 'onerror').waitFor();
  assert.equal(await page.evaluate(() => 'hacked' in globalThis), false);
  assert.equal(await page.locator('a[href^="command:"], img[onerror], #app script').count(), 0);
});

test('given a failed video, when the library is shown, then each folder and video has its state and the reason', async (t) => {
  const { page, shot } = await open(t, '#view=library');
  await page.locator('.vid .state.failed').waitFor();
  await page
    .locator('.vid .reason', { hasText: /broken\.mp4|not|no /i })
    .first()
    .waitFor();
  assert.equal(await page.locator('.vid').count(), 3);
  await shot('library');
  await page.locator('#folders').click();
  await page.locator('.folder', { hasText: 'Watched' }).waitFor();
  await page.keyboard.press('Escape');
  await page.locator('#add-folder').click();
  await page.locator('#folder input').fill('not/absolute');
  await page.locator('#folder input').press('Enter');
  await page.locator('.trouble', { hasText: 'not an absolute path' }).waitFor();
});

test('given words without a match, when they are searched, then the page says that nothing was found', async (t) => {
  const { page, shot } = await open(t);
  await page.locator('#question').fill('zeppelin volcano');
  await page.locator('#search').click();
  await page.locator('.empty h3', { hasText: 'Nothing found' }).waitFor();
  await shot('nothing-found');
});

for (const look of [
  { name: 'light', options: { colorScheme: 'light' } },
  { name: 'dark', options: { colorScheme: 'dark' } },
  { name: 'contrast', options: { colorScheme: 'dark', contrast: 'more' } },
  { name: 'narrow', options: { colorScheme: 'light', viewport: { width: 320, height: 900 } } },
])
  test(`given the ${look.name} look, when the page is used, then axe-core finds no serious fault`, async (t) => {
    const { page, shot } = await open(t, '', look.options);
    await started(page);
    assert.deepEqual(await seriousFaults(page), []);
    await ask(page, 'What does the axolotl eat?');
    await page.locator('.a .cite').first().click();
    await plays(page, 40);
    assert.deepEqual(await seriousFaults(page), []);
    await shot(`look-${look.name}`);
    const wide = Number(await page.evaluate('document.documentElement.scrollWidth - innerWidth'));
    assert.ok(wide <= 0, `the page is ${wide} px too wide`);
    await openLibrary(page);
    await page.locator('.vid').first().waitFor();
    assert.deepEqual(await seriousFaults(page), []);
  });

test('given a watched folder, when a file is added, then the page shows it', async (t) => {
  const { page } = await open(t, '#view=library');
  await page.locator('.vid').nth(2).waitFor();
  copyFileSync(join(folder, 'aquarium lesson.mp4'), join(folder, 'dropped.mp4'));
  await card(page, 'dropped.mp4').locator('.state.done').waitFor();
});

test('given a running daemon, when "goldfish open" runs, then it prints the address of the page', async () => {
  const { code, stdout } = await goldfish(box, 'open', '--print');
  assert.deepEqual([code, stdout.trim()], [0, url]);
  const at = await goldfish(box, 'open', '--page', '--print', `${join(folder, 'aquarium lesson.mp4')}#t=8`);
  assert.equal(at.code, 0);
  assert.match(at.stdout, /#v=file%3A%2F%2F.*aquarium.*&t=8/);
});

test('given a connected page, when the daemon ends, then the page says so', async (t) => {
  const { page, shot } = await open(t);
  await started(page);
  daemon.child.kill();
  await daemon.exit;
  await page.locator('#gone', { hasText: 'Goldfish is not running' }).waitFor();
  await shot('daemon-gone');
});
