// needs: chromium
import assert from 'node:assert/strict';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import type { Page } from 'playwright-core';
import {
  ask,
  card,
  currentTime,
  followUp,
  pause,
  plays,
  seriousFaults,
  started,
} from '../support/page-view.ts';
import {
  CAPTIONER,
  focusOn,
  type PageWorld,
  requests,
  speech,
  startPageWorld,
} from '../support/page-world.ts';
import { uriOf } from '../support/watched.ts';

let world: PageWorld;

before(async () => {
  world = await startPageWorld();
});

after(() => world?.end());

/** What these tests use of the page's own world; their types are Node's. */
interface Shown {
  readonly document: {
    readonly activeElement: { readonly tagName: string } | null;
    querySelector(selector: string): { readonly paused?: boolean } | null;
  };
}

/** Opens the menu of a video in the library. */
const openMenu = (page: Page, name: string) => card(page, name).locator('.menu summary').click();

test('given a conversation, when it continues, then it survives reloads, opens from the history and can be cleared', async (t) => {
  const { page, complaints, shot } = await world.open(t);
  const sent = requests(page, 'goldfish/ask');
  await page.reload();
  await ask(page, 'What does the axolotl eat?');
  await page.locator('.text', { hasText: 'earthworms' }).waitFor();
  await followUp(page, 'What does the heater keep?');
  await page.locator('.answer .text', { hasText: 'twenty four degrees' }).waitFor();
  await page.locator('.earlier', { hasText: 'earthworms' }).waitFor();
  assert.deepEqual(
    sent.map(({ conversation }) => conversation),
    [
      undefined,
      [{ question: 'What does the axolotl eat?', answer: '“The axolotl eats earthworms on Sundays.” [1]' }],
    ],
  );
  await shot('conversation');
  assert.deepEqual(await seriousFaults(page), []);
  // A citation of an earlier turn plays as well.
  await page.locator('.earlier .cite').first().click();
  await plays(page, 40);

  // A reload keeps the view, and asks nothing again.
  await page.reload();
  await page.locator('.answer .text', { hasText: 'twenty four degrees' }).waitFor();
  await plays(page, 40);
  await page.locator('#clear').click();
  await page.reload();
  await page.locator('.history', { hasText: 'What does the axolotl eat?' }).waitFor();
  await shot('history');
  assert.deepEqual(await seriousFaults(page), []);
  await page.locator('.history').getByRole('button', { name: 'What does the axolotl eat?' }).click();
  await page.locator('.answer .text', { hasText: 'twenty four degrees' }).waitFor();
  await page.locator('.earlier .text', { hasText: 'earthworms' }).waitFor();
  assert.equal(sent.length, 2, 'what is kept is not asked again');
  await followUp(page, 'Where do algae grow?');
  await page.locator('.answer .text', { hasText: 'Algae' }).waitFor();
  assert.equal((sent[2]?.conversation as readonly unknown[] | undefined)?.length, 2);

  await page.locator('#clear').click();
  await page.locator('#all-questions').click();
  await page.locator('#clear-history').click();
  await page.locator('.history').waitFor({ state: 'detached' });
  await page.reload();
  await started(page);
  assert.equal(await page.locator('.history').count(), 0);
  assert.deepEqual(complaints, []);
});

test('given a captioner, when an answer is repeated, then the model can examine frames', async (t) => {
  const { page, shot } = await world.open(t);
  const sent = requests(page, 'goldfish/ask');
  await page.reload();
  await ask(page, 'What does the heater keep?');
  await page.locator('.answer .text', { hasText: 'twenty four degrees' }).waitFor();
  await page.locator('#look-again').click();
  await page.locator('#look-again').waitFor({ state: 'detached' });
  await page.locator('.answer[aria-busy=false] .text').waitFor();
  await shot('looked-again');
  assert.deepEqual(
    sent.map(({ inspect }) => inspect),
    [undefined, true],
  );
  assert.equal(await page.locator('#look-again').count(), 0, 'once is enough');
});

test('given an answer, when it is copied, then it is Markdown with its links', async (t) => {
  const { page } = await world.open(t, '', { permissions: ['clipboard-read', 'clipboard-write'] });
  await ask(page, 'What does the axolotl eat?');
  await page.locator('.text').waitFor();
  await page.locator('#copy').click();
  await page.locator('#announcement', { hasText: 'Copied' }).waitFor({ state: 'attached' });
  const text = String(await page.evaluate('navigator.clipboard.readText()'));
  assert.match(text, /^> What does the axolotl eat\?/);
  assert.ok(text.includes(`[1]`) && text.includes(uriOf(world.lesson)), text);
});

test('given a hit, when it plays, then it starts at its evidence, its range stays marked and keys move to the next hit', async (t) => {
  const { page } = await world.open(t);
  await page.locator('#question').fill('axolotl');
  await page.locator('#question').press('Control+Enter');
  const hit = page.locator('.hit').first();
  await hit.waitFor();
  assert.equal(await hit.locator('time').textContent(), '0:40', 'the line has its own second');
  await hit.click();
  await plays(page, 39.9);
  assert.ok((await currentTime(page)) >= 39.9, 'the evidence begins at 0:40');
  assert.match(
    (await page.locator('.timeline').getAttribute('aria-valuetext')) ?? '',
    /marked from 0:40 to 0:45/,
  );
  await pause(page);
  await page.locator('.transcript .seek', { hasText: 'Algae' }).click();
  await plays(page, 8);
  assert.equal(await page.locator('.tl .chosen').count(), 1, 'seeking leaves the mark');

  // By clips where nothing was found, and from the keyboard alone.
  await page.locator('#clear').click();
  await page.locator('#question').blur();
  await page.locator('.timeline').focus();
  await page.keyboard.press('n');
  await plays(page, 30);
  await page.keyboard.press('Shift+ArrowLeft');
  await plays(page, 0);
  await page.keyboard.press('k');
  await page.waitForFunction(() => {
    const { document } = globalThis as unknown as Shown;
    return document.querySelector('video')?.paused;
  });
  await page.locator('.timeline').focus();
  await page.keyboard.press('PageDown');
  await plays(page, 30);
  await page.keyboard.press('/');
  await focusOn(page, 'TEXTAREA');
});

test('given a clip, when it is shown, then caption and facts name their sources, and similar moments can be searched', async (t) => {
  const { page } = await world.open(t);
  const sent = requests(page, 'goldfish/search');
  await page.reload();
  await page.goto(`${world.url}${world.lessonAt(5)}`);
  await page.getByRole('tab', { name: 'Details' }).click();
  const caption = page.locator('.clip-card dd', { hasText: 'A bar grows over a plain wall.' });
  await caption.filter({ hasText: `by ${CAPTIONER}` }).waitFor();
  await page.locator('.clip-card dd', { hasText: 'shot' }).waitFor();
  await page.locator('#player-more summary').click();
  await page.locator('#alike').click();
  await page.locator('.asked', { hasText: 'Moments similar to aquarium lesson.mp4 at 0:00' }).waitFor();
  const like = sent[0]?.like as { clipId: string; uri: string } | undefined;
  assert.equal(like?.uri, uriOf(world.lesson));
  const clip = await world.client.result('goldfish/clip', { ...like });
  assert.deepEqual([clip.startMs, clip.endMs], [0, 30_000]);
  await page.getByRole('tab', { name: 'Transcript' }).click();
  const kinds = page.locator('.kinds button');
  assert.deepEqual(await kinds.allTextContents().then((all) => all.map((one) => one.trim()).sort()), [
    'Measured',
    'Said',
    'Seen',
  ]);
  await speech(page, 'A bar grows').first().waitFor();
  await kinds.filter({ hasText: 'Seen' }).click();
  await speech(page, 'A bar grows').first().waitFor({ state: 'detached' });
});

test('given a question about one video without results, when everywhere is searched, then the moment is found', async (t) => {
  const { page } = await world.open(t, '#view=library');
  await openMenu(page, '<img');
  await card(page, '<img').getByRole('button', { name: 'Ask about this video' }).click();
  await page.locator('#scope-place summary', { hasText: '<img' }).waitFor();
  await page.locator('#question').fill('axolotl');
  await page.locator('#question').press('Control+Enter');
  await page.locator('.empty h3', { hasText: 'Nothing found' }).waitFor();
  await page.locator('#everywhere').click();
  await page.locator('.hit', { hasText: 'earthworms' }).waitFor();
  await page.locator('#scope-place summary', { hasText: 'All videos' }).waitFor();
});

test('given each look, when all states and the key help are shown, then axe-core finds no serious fault', async (t) => {
  for (const [name, options] of [
    ['forced', { forcedColors: 'active' }],
    ['side bar', { colorScheme: 'dark', viewport: { width: 300, height: 900 } }],
    ['wide', { colorScheme: 'light', viewport: { width: 1800, height: 1000 } }],
  ] as const) {
    const { page } = await world.open(t, world.lessonAt(20), options);
    await plays(page, 20);
    await ask(page, 'What does the axolotl eat?');
    await page.locator('.hit').first().waitFor();
    await page.locator('.timeline').focus();
    await page.keyboard.press('?');
    await page.locator('.keys kbd').first().waitFor();
    assert.deepEqual(await seriousFaults(page), [], `${name}, keys`);
    await page.keyboard.press('Escape');
    await page.locator('dialog').waitFor({ state: 'detached' });
    await page.locator('.timeline').focus();
    await page.keyboard.press('e');
    await page.locator('.editor').waitFor();
    assert.deepEqual(await seriousFaults(page), [], name);
    const wide = Number(await page.evaluate('document.documentElement.scrollWidth - innerWidth'));
    assert.ok(wide <= 0, `${name}: the page is ${wide} px too wide`);
    await page.screenshot({ path: join(world.shots, `all-${name.replace(' ', '-')}.png`), fullPage: true });
  }
});
