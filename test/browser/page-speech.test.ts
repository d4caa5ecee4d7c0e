// needs: chromium
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { openBrowser } from '../support/browser.ts';
import { sandbox, startDaemon } from '../support/daemon.ts';
import { fill, makeMedia } from '../support/make-media.ts';
import { pageUrl } from '../support/page-library.ts';
import { card, openLibrary, openPage, seriousFaults } from '../support/page-view.ts';
import { whistled } from '../support/tone-speech.ts';
import { atRest, statusWhen, uriOf } from '../support/watched.ts';

const SAID = [
  { startMs: 4000, text: 'rain falls on old stone walls' },
  { startMs: 24_000, text: 'a blue whale sings under water' },
];

test('given a video that nothing transcribes, when it is open on the page, then its timeline shows where somebody speaks', async (t) => {
  const box = sandbox();
  const folder = join(box.folder, 'videos');
  mkdirSync(folder);
  await makeMedia(join(folder, 'talk.mp4'), {
    seconds: 40,
    video: { width: 64, height: 48, fps: 2, draw: (canvas) => fill(canvas, [20, 90, 60]) },
    audio: { sample: whistled(SAID) },
  });
  const daemon = await startDaemon(box);
  t.after(() => daemon.child.kill());
  const client = await daemon.client();
  // Whistles are no human voice: the levels of the sound decide.
  for (const role of ['voiceDetector', 'transcriber'])
    await client.result('goldfish/settings/set', { key: `models.${role}`, value: 'none' });
  await client.result('goldfish/index', { uris: [uriOf(folder)], keep: true });
  await statusWhen(client, atRest);
  const browser = await openBrowser();
  t.after(() => browser.close());
  const shots = process.env.GOLDFISH_SCREENSHOTS ?? box.folder;
  const address = await pageUrl(client);
  const { page, complaints, shot } = await openPage(t, browser, address, shots);
  await page.locator('.note', { hasText: /1 video has 0:\d\d of speech and no transcript/ }).waitFor();
  await shot('untranscribed');
  await openLibrary(page);
  await card(page, 'talk.mp4').locator('.thumb').click();
  const spans = page.locator('.lane.speech i');
  await spans.nth(1).waitFor();
  assert.equal(await spans.count(), SAID.length);
  assert.equal(await page.locator('.lane-lab.speech').textContent(), 'Speech');
  const [lane, first] = [await page.locator('.lane.speech').boundingBox(), await spans.first().boundingBox()];
  assert.ok(lane && first);
  const startSeconds = ((first.x - lane.x) / lane.width) * 40;
  assert.ok(Math.abs(startSeconds - 4) < 1, `${startSeconds}`);
  await shot('speech');
  assert.deepEqual(await seriousFaults(page), []);
  assert.deepEqual(complaints, []);
});
