// needs: chromium
import assert from 'node:assert/strict';
import { appendFileSync, copyFileSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import type { Page } from 'playwright-core';
import type { WorkersResult } from '../../server/protocol/workers.ts';
import { sandbox, startDaemon } from '../support/daemon.ts';
import { pageUrl } from '../support/page-library.ts';
import { card, openLibrary, openPage, player, plays, seriousFaults, started } from '../support/page-view.ts';
import { button, type PageWorld, requests, speech, startPageWorld } from '../support/page-world.ts';
import { search, uriOf } from '../support/watched.ts';

let world: PageWorld;

/** Two workers: one that transcribes the lesson, and one that is gone. */
const workers = (): WorkersResult => {
  const worker = {
    version: '1',
    roles: [],
    running: [],
    done: 3,
    refused: 0,
    mediaPace: 0,
    load: 0.5,
    errors: [],
  };
  const running = [{ stage: 'transcribe' as const, uri: uriOf(world.lesson), share: 0.4 }];
  return {
    queue: 'redis://queue.example',
    workers: [
      { ...worker, id: 'a', host: 'studio-1', state: 'working', mediaPace: 12, running },
      { ...worker, id: 'b', host: 'studio-2', state: 'silent', errors: ['The share is not mounted.'] },
    ],
  };
};

before(async () => {
  world = await startPageWorld();
});

after(() => world?.end());

/** Opens the menu of a video in the library. */
const openMenu = (page: Page, name: string) => card(page, name).locator('.menu summary').click();

test('given a video, when it is removed, then the page asks first, can cancel, and can undo', async (t) => {
  const { page, shot } = await world.open(t, '#view=library');
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
  assert.deepEqual(await search(world.client, 'axolotl'), []);
  await page.locator('#undo-forget').click();
  await row.locator('.state.done').waitFor();
  assert.equal((await search(world.client, 'axolotl')).length > 0, true);
});

test('given selected videos, when they are tagged and exported, then each has the tag and the file names each', async (t) => {
  const { page, shot } = await world.open(t, '#view=library');
  const select = () =>
    Promise.all(
      ['aquarium lesson.mp4', 'onerror'].map((name) =>
        card(page, name).locator('.sel input').check({ force: true }),
      ),
    );
  await select();
  await page.locator('#tag-selected').click();
  await page.locator('dialog', { hasText: 'Tag 2 videos' }).waitFor();
  await shot('tag-selection');
  assert.deepEqual(await seriousFaults(page), []);
  await page.locator('#tag-words input').fill('for the club');
  await page.locator('#tag-words input').press('Enter');
  await page.locator('dialog').waitFor({ state: 'detached' });
  assert.equal((await search(world.client, 'tag:club')).length, 2);
  assert.equal(await page.locator('.selbar').count(), 0);

  await select();
  await page.locator('#export-selected').click();
  await page.locator('dialog', { hasText: 'Export videos' }).waitFor();
  await page.locator('#format').selectOption('m3u');
  await shot('export-selection');
  const [download] = await Promise.all([page.waitForEvent('download'), page.locator('#export-save').click()]);
  const text = readFileSync(await download.path(), 'utf8');
  assert.match(download.suggestedFilename(), /\.m3u8?$/);
  assert.match(text, /aquarium%20lesson\.mp4/);
  assert.match(text, /onerror/);
});

test('given a video that waits, when it is chosen to be first, then the daemon is asked to index it now', async (t) => {
  const { page, shot } = await world.open(t, '#view=library');
  const sent = requests(page, 'goldfish/index');
  await page.reload();
  await world.client.result('goldfish/pause', {});
  t.after(() => world.client.result('goldfish/resume', {}));
  const late = join(world.folder, 'late lesson.mp4');
  copyFileSync(world.lesson, late);
  appendFileSync(late, 'another content');
  await card(page, 'late lesson.mp4').locator('.state.waiting').waitFor();
  await card(page, 'late lesson.mp4').locator('.sel input').check({ force: true });
  await shot('index-first');
  await page.locator('#first-selected').click();
  await page.locator('.selbar').waitFor({ state: 'detached' });
  await page
    .locator('#announcement', { hasText: 'The video is next in line.' })
    .waitFor({ state: 'attached' });
  assert.deepEqual(
    sent.map(({ uris }) => uris),
    [[uriOf(late)]],
  );
  await world.client.result('goldfish/resume', {});
  await card(page, 'late lesson.mp4').locator('.state.done').waitFor();
  rmSync(late);
});

test('given workers on other computers, when the status is opened, then it says what they do and what went wrong', async (t) => {
  const { page, shot } = await openPage(t, world.browser, 'about:blank', world.shots);
  await page.routeWebSocket(/\/rpc$/, (socket) => {
    const server = socket.connectToServer();
    let asked = -1;
    socket.onMessage((message) => {
      const { id, method } = JSON.parse(String(message)) as { id?: number; method?: string };
      if (method === 'goldfish/workers') asked = Number(id);
      server.send(message);
    });
    server.onMessage((message) => {
      const response = JSON.parse(String(message)) as { id?: number };
      socket.send(response.id === asked ? JSON.stringify({ ...response, result: workers() }) : message);
    });
  });
  await page.goto(world.url);
  await page.locator('#status').click();
  await page.locator('#workers li', { hasText: 'Transcribing speech' }).waitFor();
  const rows = (await page.locator('#workers li').allTextContents()).map((text) => text.replace(/\s+/g, ' '));
  assert.match(rows[0] ?? '', /studio-1.*Working.*12\.0 x real time.*aquarium lesson\.mp4, 40 %/);
  assert.match(rows[1] ?? '', /studio-2.*Does not answer.*The share is not mounted\./);
  await shot('workers');
  assert.deepEqual(await seriousFaults(page), []);
});

test('given another device in the network, when the page opens there, then it shows nothing that would change anything', async (t) => {
  const { page, shot } = await openPage(t, world.browser, 'about:blank', world.shots, {
    viewport: { width: 360, height: 780 },
  });
  // The daemon says so in its answer to `initialize`, as to a device; a test of the daemon covers that it refuses the rest.
  await page.routeWebSocket(/\/rpc$/, (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((message) => server.send(message));
    server.onMessage((message) => {
      const response = JSON.parse(String(message)) as { result?: { serverInfo?: object } };
      const isInitialised = response.result?.serverInfo !== undefined;
      const result = { ...response.result, capabilities: { experimental: { readOnly: true } } };
      socket.send(isInitialised ? JSON.stringify({ ...response, result }) : message);
    });
  });
  await page.goto(`${world.url}${world.lessonAt(20)}`);
  await page.locator('.read-only').waitFor();
  await page.locator('#full').click();
  await page.locator('.transcript-line').first().waitFor();
  assert.equal(await page.locator('.edit-line').first().isVisible(), false);
  await page.keyboard.press('e');
  assert.equal(await page.locator('.editor').count(), 0);
  await shot('device-transcript');
  await openLibrary(page);
  await page.locator('.vid').first().waitFor();
  for (const control of ['#add-folder', '#folders', '.vid .sel', '.vid .menu', '.again'])
    assert.equal(await page.locator(control).first().isVisible(), false, control);
  await shot('device-library');
  await page.locator('#status').click();
  await page.locator('dialog', { hasText: 'What is known' }).waitFor();
  assert.equal(await page.locator('#allow-network').count(), 0);
  assert.deepEqual(await seriousFaults(page), []);
});

test('given the status, when other devices are allowed, then it shows their address until that is taken back', async (t) => {
  const { page, shot } = await world.open(t);
  await page.locator('#status').click();
  await page.locator('#allow-network').click();
  const { settings } = (await world.client.result('goldfish/settings/get')) as {
    settings: Readonly<Record<string, unknown>>;
  };
  assert.equal(typeof settings['page.network'], 'boolean');
  await page
    .locator('#announcement', { hasText: 'Other devices may open the page.' })
    .waitFor({ state: 'attached' });
  const { network } = await world.client.result('goldfish/page');
  // A machine without a network has no address to show.
  if (network !== undefined) {
    assert.equal(await page.locator('#network-url').textContent(), network);
    await shot('devices');
    assert.deepEqual(await seriousFaults(page), []);
    await page.locator('#forbid-network').click();
    await page.locator('#allow-network').waitFor();
  } else await world.client.result('goldfish/settings/set', { key: 'page.network', value: null });
  assert.equal((await world.client.result('goldfish/page')).network, undefined);
});

test('given a folder, when it is removed, then only a confirmation removes it, and Escape cancels', async (t) => {
  const { page } = await world.open(t, '#view=library');
  await page.locator('#folders').click();
  await button(page, /^Stop watching /).click();
  await page.locator('#confirm-yes').waitFor();
  await page.keyboard.press('Escape');
  await page.locator('dialog').waitFor({ state: 'detached' });
  await page.locator('#folders').click();
  await page.locator('.folder').waitFor();
});

test('given a disconnected drive, when its video opens, then the page says so and still accepts corrections', async (t) => {
  const { page, shot } = await world.open(t, world.lessonAt(8));
  await plays(page, 8);
  const away = `${world.folder} away`;
  renameSync(world.folder, away);
  t.after(() => renameSync(away, world.folder));
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
  assert.equal((await search(world.client, 'moss')).length, 1);
  assert.equal(await player(page).count(), 0);
});

test('given no videos, an error or running work, when the page opens, then it shows the state and what to do', async (t) => {
  const empty = sandbox();
  const other = await startDaemon(empty);
  t.after(() => other.child.kill());
  const asked = await other.client();
  const { page, shot } = await openPage(t, world.browser, await pageUrl(asked), world.shots);
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
  await page.locator('#question').fill('anything');
  await asked.result('goldfish/folders/remove', { uri: uriOf(place) });
  await page.locator('#question').press('Enter');
  await page.locator('.answer .trouble', { hasText: 'is not indexed' }).waitFor();
  await page.locator('#again').waitFor();
  await shot('error');
  assert.deepEqual(await seriousFaults(page), []);
  await page.locator('#widen').click();
  await page.locator('#again').click();
  await page.locator('.text', { hasText: 'Nothing is indexed here yet' }).waitFor();

  await openLibrary(page);
  await asked.result('goldfish/pause', {});
  await asked.result('goldfish/folders/add', { uri: uriOf(world.folder) });
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
