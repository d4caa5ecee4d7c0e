// needs: chromium
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { openBrowser } from '../support/browser.ts';
import { sandbox, startDaemon } from '../support/daemon.ts';
import { hubServer } from '../support/hub-server.ts';
import { pageUrl, readLibrary } from '../support/page-library.ts';
import { ask, openPage, seriousFaults } from '../support/page-view.ts';
import { captionOf, scenes, sceneVideo, TINY_HOST } from '../support/tiny-scenes.ts';
import { hitsOf } from '../support/watched.ts';

/** The recommended captioner, for which the hub serves a tiny one. */
const MODEL = 'HuggingFaceTB/SmolVLM2-256M-Video-Instruct';
const NAME = 'SmolVLM2-256M-Video-Instruct';
const DECODER = 'onnx/decoder_model_merged.onnx';
const SECONDS = 5;

test('given a hub, when a model is fetched on the page, then its progress, a failure and its result are shown', async (t) => {
  const hub = await hubServer({ id: MODEL, folder: TINY_HOST.folder });
  t.after(() => hub.close());
  const box = sandbox();
  const folder = join(box.folder, 'videos');
  mkdirSync(folder);
  const all = scenes(2);
  await sceneVideo(join(folder, 'shapes.mp4'), all, { seconds: SECONDS });
  const daemon = await startDaemon({ ...box, env: { ...box.env, HF_ENDPOINT: hub.endpoint } });
  t.after(() => daemon.child.kill());
  const client = await daemon.client();
  await client.result('goldfish/settings/set', { key: 'clips.seconds', value: SECONDS });
  await readLibrary(client, folder);
  const browser = await openBrowser();
  t.after(() => browser.close());
  const shots = process.env.GOLDFISH_SCREENSHOTS ?? box.folder;
  const { page, shot } = await openPage(t, browser, await pageUrl(client), shots);
  const card = page.locator('.role[data-role=captioner]');

  await page.locator('#models').click();
  await page.getByText('Ask a first question before you fetch anything').waitFor();
  assert.equal(await page.locator('#fetch-recommended').count(), 0);
  await page.keyboard.press('Escape');
  await ask(page, 'What is shown in shapes.mp4?');
  await page.locator('.answer[aria-busy=false]').waitFor();
  await page.locator('#models').click();
  await page.getByRole('button', { name: /^Fetch the recommended models \(\d[\d.]* GB\)$/ }).waitFor();
  assert.match((await card.textContent()) ?? '', /Describes the pictures in words/);

  // Refused after two tries: its bytes are not those that the hub promised.
  hub.faults.set(DECODER, [{ wrong: true }, { wrong: true }]);
  await card.getByRole('button', { name: `Fetch ${NAME}` }).click();
  await card.getByText('Failed').waitFor();
  assert.match((await card.textContent()) ?? '', /decoder_model_merged/);
  await shot('models-failed');
  assert.deepEqual(await seriousFaults(page), []);

  // A connection that stops half way shows how far it came, and is taken up again there.
  const { promise: seen, resolve: cut } = Promise.withResolvers<void>();
  hub.faults.set(DECODER, [{ cutAfter: 100_000, taken: seen }]);
  await card.getByRole('button', { name: 'Resume' }).click();
  await card.getByText(/B of .*B, \d+ %/).waitFor();
  await card.getByRole('progressbar', { name: 'Download' }).waitFor();
  await shot('models-fetching');
  cut();
  await card.getByText('In use').waitFor();

  await page.keyboard.press('Escape');
  const [first] = all;
  assert.ok(first);
  const caption = captionOf(first);
  const lines = page.locator('.hit.line', { hasText: caption });
  await hitsOf(client, `"${caption}"`, (hits) => hits.length > 0);
  await ask(page, caption);
  await lines.first().waitFor();
});
