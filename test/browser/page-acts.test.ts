// needs: chromium
import assert from 'node:assert/strict';
import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { openBrowser } from '../support/browser.ts';
import { type RunningDaemon, sandbox, startDaemon } from '../support/daemon.ts';
import type { IndependentClient } from '../support/independent-client.ts';
import { type OpenAiServer, openaiServer } from '../support/openai-server.ts';
import { pageUrl, readLibrary, writeLibrary } from '../support/page-library.ts';
import {
  ask,
  card,
  currentTime,
  followUp,
  openLibrary,
  openPage,
  pause,
  player,
  plays,
  seriousFaults,
  started,
} from '../support/page-view.ts';
import { atRest, search, statusWhen, uriOf } from '../support/watched.ts';

const CAPTIONER = 'stand-in-vlm';
const HOSTILE = '<img src=x onerror=globalThis.hacked=1> [x](command:quit)';

const box = sandbox();
const folder = join(box.folder, 'videos');
/** Where screenshots go; GOLDFISH_SCREENSHOTS keeps them. */
const shots = process.env.GOLDFISH_SCREENSHOTS ?? join(box.folder, 'shots');
let browser: Browser;
let captioner: OpenAiServer;
let daemon: RunningDaemon;
let client: IndependentClient;
let url: string;
let lesson: string;

before(async () => {
  mkdirSync(shots, { recursive: true });
  ({ lesson } = await writeLibrary(folder));
  captioner = await openaiServer({ model: CAPTIONER, answer: () => ['A bar grows over a plain wall.'] });
  [browser, daemon] = await Promise.all([openBrowser(), startDaemon(box)]);
  client = await daemon.client();
  const value = `${captioner.baseUrl}#${CAPTIONER}`;
  await client.result('goldfish/settings/set', { key: 'models.captioner', value });
  await readLibrary(client, folder);
  await statusWhen(client, atRest);
  url = await pageUrl(client);
});

after(async () => {
  await browser?.close();
  daemon?.child.kill();
  await daemon?.exit;
  await captioner?.close();
});

const open = (t: test.TestContext, fragment = '', options: object = {}) =>
  openPage(t, browser, `${url}${fragment}`, shots, options);

const lessonAt = (seconds: number) => `#v=${encodeURIComponent(uriOf(lesson))}&t=${seconds}`;

/** What the page asks the daemon for from now on: the parameters of each request of a method. */
function requests(page: Page, method: string): readonly Record<string, unknown>[] {
  const sent: Record<string, unknown>[] = [];
  page.on('websocket', (socket) =>
    socket.on('framesent', ({ payload }) => {
      const message = JSON.parse(String(payload)) as { method?: string; params?: Record<string, unknown> };
      if (message.method === method) sent.push(message.params ?? {});
    }),
  );
  return sent;
}

/** What these tests use of the page's own world; their types are Node's. */
interface Shown {
  readonly document: {
    readonly activeElement: { readonly tagName: string } | null;
    querySelector(selector: string): { readonly paused?: boolean } | null;
  };
}

/** Resolves when an element of that name has the focus. */
const focusOn = (page: Page, tag: string) =>
  page.waitForFunction(
    (wanted) => (globalThis as unknown as Shown).document.activeElement?.tagName === wanted,
    tag,
  );

const speech = (page: Page, text: string) => page.locator('.transcript .vrow', { hasText: text });
/** Opens the menu of a video in the library. */
const openMenu = (page: Page, name: string) => card(page, name).locator('.menu summary').click();
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });

test('given a conversation, when it continues, then it survives reloads, opens from the history and can be cleared', async (t) => {
  const { page, complaints, shot } = await open(t);
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
  const { page, shot } = await open(t);
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
  const { page } = await open(t, '', { permissions: ['clipboard-read', 'clipboard-write'] });
  await ask(page, 'What does the axolotl eat?');
  await page.locator('.text').waitFor();
  await page.locator('#copy').click();
  await page.locator('#announcement', { hasText: 'Copied' }).waitFor({ state: 'attached' });
  const text = String(await page.evaluate('navigator.clipboard.readText()'));
  assert.match(text, /^> What does the axolotl eat\?/);
  assert.ok(text.includes(`[1]`) && text.includes(uriOf(lesson)), text);
});

test('given a hit, when it plays, then it starts at its evidence, its range stays marked and keys move to the next hit', async (t) => {
  const { page } = await open(t);
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

test('given a line, when it is corrected in place, then its new words are found and the correction can be undone', async (t) => {
  const { page, complaints, shot } = await open(t, lessonAt(20));
  await plays(page, 20);
  await page.locator('.transcript [aria-current=true]', { hasText: 'heater' }).waitFor();
  await pause(page);
  // The composer has the focus at start: letters are typed. Esc leaves it.
  await page.keyboard.press('Escape');
  await page.keyboard.press('e');
  const text = page.locator('.editor textarea');
  await text.waitFor();
  await focusOn(page, 'TEXTAREA');
  await shot('editor');
  assert.deepEqual(await seriousFaults(page), []);
  await text.fill(`The chiller keeps it at six degrees. ${HOSTILE}`);
  await text.press('Enter');
  await speech(page, 'chiller').locator('.corrected').waitFor();
  await focusOn(page, 'BUTTON');
  assert.match(
    (await speech(page, 'chiller').textContent()) ?? '',
    /<img src=x onerror=globalThis\.hacked=1>/,
  );
  await ask(page, 'chiller');
  await page.locator('.hit', { hasText: 'six degrees' }).first().waitFor();
  assert.equal(await page.evaluate(() => 'hacked' in globalThis), false);
  assert.equal(await page.locator('a[href^="command:"], img[onerror]').count(), 0);
  assert.deepEqual(
    (await search(client, 'chiller')).map(({ uri }) => uri),
    [uriOf(lesson)],
  );

  const line = speech(page, 'chiller');
  await line.hover();
  await line.locator('.edit-line').click();
  await page.locator('.editor', { hasText: 'The heater keeps the water' }).waitFor();
  await page.locator('#take-back').click();
  await speech(page, 'The heater keeps the water').waitFor();
  assert.equal(await page.locator('.corrected').count(), 0);
  assert.deepEqual(complaints, []);
});

test('given a speaker, when it is renamed everywhere, then each line changes, and a failed save shows why', async (t) => {
  const { page } = await open(t, lessonAt(34));
  await speech(page, 'Snails').locator('em', { hasText: 'Ana:' }).waitFor();
  await speech(page, 'Snails').locator('.seek').focus();
  await page.keyboard.press('e');
  await page.locator('input[name=speaker]').fill('Bo');
  await page.locator('input[name=everywhere]').check();
  await page.locator('#save-line').click();
  await speech(page, 'Snails').locator('em', { hasText: 'Bo:' }).waitFor();
  await speech(page, 'lettuce').locator('em', { hasText: 'Bo:' }).waitFor();

  // Another client corrects the line while the form is open.
  await speech(page, 'lettuce').locator('.seek').focus();
  await page.keyboard.press('e');
  const params = { uri: uriOf(lesson), kind: 'speech', startMs: 47_000, text: 'Feed them cucumber.' };
  await client.result('goldfish/corrections/line', params);
  await page.locator('.editor textarea').fill('Feed them kale.');
  await page.locator('.editor textarea').press('Enter');
  await page.locator('.editor .trouble', { hasText: 'has no line of this kind' }).waitFor();
  await page.locator('.editor textarea').press('Escape');
  const { corrections } = (await client.result('goldfish/corrections/list', {
    uri: uriOf(lesson),
  })) as unknown as { corrections: readonly { id: string }[] };
  for (const { id } of corrections)
    await client.result('goldfish/corrections/remove', { uri: uriOf(lesson), id });
});

test('given a moment, when it is tagged, then the tag plays it and can be removed', async (t) => {
  const { page, shot } = await open(t);
  await ask(page, 'What does the axolotl eat?');
  await page.locator('.a .cite').first().click();
  await plays(page, 40);
  await page.locator('.timeline').focus();
  await page.keyboard.press('t');
  await focusOn(page, 'VSCODE-TEXTFIELD');
  await page.keyboard.type(`feeding time ${HOSTILE}`);
  await page.keyboard.press('Enter');
  const tag = page.locator('.tag', { hasText: 'feeding time <img' });
  await tag.waitFor();
  await page.locator('.tl .tag-mark').waitFor();
  await shot('tagged');
  assert.deepEqual(await seriousFaults(page), []);
  await page.getByRole('tab', { name: 'Transcript' }).click();
  await page.locator('.timeline').focus();
  await page.keyboard.press('Home');
  await plays(page, 0);
  await page.getByRole('tab', { name: 'Tags' }).click();
  await tag.locator('.link').click();
  await plays(page, 40);
  await page.locator('#clear').click();
  await page.locator('#question').fill('tag:feeding');
  await page.locator('#search').click();
  await page.locator('.hit .kind', { hasText: 'Tagged' }).first().waitFor();
  await tag.locator('.remove').click();
  await tag.waitFor({ state: 'detached' });
  assert.deepEqual(await search(client, 'tag:feeding'), []);
  assert.equal(await page.evaluate(() => 'hacked' in globalThis), false);
});

test('given a clip, when it is shown, then caption and facts name their sources, and similar moments can be searched', async (t) => {
  const { page } = await open(t);
  const sent = requests(page, 'goldfish/search');
  await page.reload();
  await page.goto(`${url}${lessonAt(5)}`);
  await page.getByRole('tab', { name: 'Details' }).click();
  const caption = page.locator('.clip-card dd', { hasText: 'A bar grows over a plain wall.' });
  await caption.filter({ hasText: `by ${CAPTIONER}` }).waitFor();
  await page.locator('.clip-card dd', { hasText: 'shot' }).waitFor();
  await page.locator('#player-more summary').click();
  await page.locator('#alike').click();
  await page.locator('.asked', { hasText: 'Moments similar to aquarium lesson.mp4 at 0:00' }).waitFor();
  const like = sent[0]?.like as { clipId: string; uri: string } | undefined;
  assert.equal(like?.uri, uriOf(lesson));
  const clip = await client.result('goldfish/clip', { ...like });
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
  const { page } = await open(t, '#view=library');
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

test('given a video, when it is removed, then the page asks first, can cancel, and can undo', async (t) => {
  const { page, shot } = await open(t, '#view=library');
  const row = card(page, 'aquarium lesson.mp4');
  const choose = async (name: string) => {
    await openMenu(page, 'aquarium lesson.mp4');
    await row.getByRole('button', { name }).click();
  };
  await choose('Remove from index');
  await page.locator('dialog', { hasText: 'Remove aquarium lesson.mp4 from the index?' }).waitFor();
  assert.equal(await page.evaluate('document.activeElement.id'), 'confirm-no', 'Cancel has the focus');
  await shot('forget');
  assert.deepEqual(await seriousFaults(page), []);
  await page.locator('#confirm-no').click();
  await choose('Index again');
  await page.locator('dialog', { hasText: 'Index aquarium lesson.mp4 again' }).waitFor();
  await page.locator('#confirm-yes').click();
  await page.locator('dialog').waitFor({ state: 'detached' });
  await choose('Remove from index');
  await page.locator('#confirm-yes').click();
  await row.waitFor({ state: 'detached' });
  assert.deepEqual(await search(client, 'axolotl'), []);
  await page.locator('#undo-forget').click();
  await row.locator('.state.done').waitFor();
  assert.equal((await search(client, 'axolotl')).length > 0, true);
});

test('given a folder, when it is removed, then only a confirmation removes it, and Escape cancels', async (t) => {
  const { page } = await open(t, '#view=library');
  await page.locator('#folders').click();
  await button(page, /^Stop watching /).click();
  await page.locator('#confirm-yes').waitFor();
  await page.keyboard.press('Escape');
  await page.locator('dialog').waitFor({ state: 'detached' });
  await page.locator('#folders').click();
  await page.locator('.folder').waitFor();
});

test('given each look, when all states and the key help are shown, then axe-core finds no serious fault', async (t) => {
  for (const [name, options] of [
    ['forced', { forcedColors: 'active' }],
    ['side bar', { colorScheme: 'dark', viewport: { width: 300, height: 900 } }],
    ['wide', { colorScheme: 'light', viewport: { width: 1800, height: 1000 } }],
  ] as const) {
    const { page } = await open(t, lessonAt(20), options);
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
    await page.screenshot({ path: join(shots, `all-${name.replace(' ', '-')}.png`), fullPage: true });
  }
});

test('given a disconnected drive, when its video opens, then the page says so and still accepts corrections', async (t) => {
  const { page, shot } = await open(t, lessonAt(8));
  await plays(page, 8);
  const away = `${folder} away`;
  renameSync(folder, away);
  t.after(() => renameSync(away, folder));
  await openLibrary(page);
  await page.locator('.vid .state.offline').first().waitFor();
  await page.locator('#folders').click();
  await page.locator('.folder .state.offline').waitFor();
  await page.keyboard.press('Escape');
  await shot('offline');
  assert.deepEqual(await seriousFaults(page), []);
  await button(page, 'Play aquarium lesson.mp4').click();
  await page.reload();
  await page.locator('.watch .trouble', { hasText: 'not connected' }).waitFor();
  await speech(page, 'Algae').hover();
  await speech(page, 'Algae').locator('.edit-line').click();
  await page.locator('.editor textarea').fill('Moss grows where the lamp shines.');
  await page.locator('.editor textarea').press('Enter');
  await speech(page, 'Moss').waitFor();
  assert.equal((await search(client, 'moss')).length, 1);
  assert.equal(await player(page).count(), 0);
});

test('given no videos, an error or running work, when the page opens, then it shows the state and what to do', async (t) => {
  const empty = sandbox();
  const other = await startDaemon(empty);
  t.after(() => other.child.kill());
  const asked = await other.client();
  const { page, shot } = await openPage(t, browser, await pageUrl(asked), shots);
  await page.locator('#first-visit', { hasText: 'Nothing is copied or uploaded' }).waitFor();
  await shot('no-videos');
  assert.deepEqual(await seriousFaults(page), []);
  const place = join(empty.folder, 'films');
  mkdirSync(place);
  await page.locator('#folder input').fill(place);
  await page.locator('#folder input').press('Enter');
  await started(page);
  await openLibrary(page);
  await page.locator('#folders').click();
  await page.locator('.folder', { hasText: '0 videos, Watched' }).waitFor();
  await page.keyboard.press('Escape');

  await page.locator('.tab', { hasText: 'Ask' }).click();
  await page.locator('#scope-place summary').click();
  await page.locator('#scope-place').getByRole('button', { name: 'films' }).click();
  await asked.result('goldfish/folders/remove', { uri: uriOf(place) });
  await ask(page, 'anything');
  await page.locator('.answer .trouble', { hasText: 'is not indexed' }).waitFor();
  await page.locator('#again').waitFor();
  await shot('error');
  assert.deepEqual(await seriousFaults(page), []);
  await page.locator('#widen').click();
  await page.locator('#again').click();
  await page.locator('.text', { hasText: 'Nothing is indexed here yet' }).waitFor();

  await openLibrary(page);
  await asked.result('goldfish/pause', {});
  await asked.result('goldfish/folders/add', { uri: uriOf(folder) });
  await page.locator('.progress', { hasText: 'Paused' }).waitFor();
  await page.locator('.vid').nth(2).waitFor();
  await page.locator('.vid .state:not(.waiting)').first().waitFor({ state: 'detached' });
  await shot('paused');
  assert.deepEqual(await seriousFaults(page), []);
  await page.locator('#status').click();
  await page.locator('dialog', { hasText: 'Paused.' }).waitFor();
  assert.deepEqual(await seriousFaults(page), []);
  await page.locator('#resume').click();
  await page.locator('.vid .state.done').nth(1).waitFor();
});
