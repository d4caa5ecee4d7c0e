// needs: chromium
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import sharp from 'sharp';
import { openBrowser } from '../support/browser.ts';
import { sandbox, startDaemon } from '../support/daemon.ts';
import { pageUrl } from '../support/page-library.ts';
import { openPage, seriousFaults } from '../support/page-view.ts';
import { framesOf, scenes, sceneVideo } from '../support/tiny-scenes.ts';
import { atRest, statusWhen, uriOf } from '../support/watched.ts';

const MODEL = join(import.meta.dirname, '../../models/tiny-clip/model');
const SECONDS = 5;

test('given a picture or a moment, when similar moments are searched, then those that look similar are found', async (t) => {
  const box = sandbox();
  const folder = join(box.folder, 'videos');
  mkdirSync(folder);
  const shots = process.env.GOLDFISH_SCREENSHOTS ?? box.folder;
  const list = scenes(6);
  await sceneVideo(join(folder, 'shapes.mp4'), list, { seconds: SECONDS });
  const [browser, daemon] = await Promise.all([openBrowser(), startDaemon(box)]);
  t.after(async () => {
    await browser.close();
    daemon.child.kill();
    await daemon.exit;
  });
  const client = await daemon.client();
  await client.result('goldfish/settings/set', { key: 'clips.seconds', value: SECONDS });
  await client.result('goldfish/settings/set', { key: 'models.frameEmbedder', value: MODEL });
  await client.result('goldfish/index', { uris: [uriOf(folder)], keep: true });
  await statusWhen(client, atRest);
  const { page, complaints, shot } = await openPage(t, browser, await pageUrl(client), shots);
  await page.locator('#choose-picture').waitFor();

  const wanted = 3;
  const scene = list[wanted];
  const frame = scene && framesOf(scene)[1];
  assert.ok(frame);
  const { data, width, height } = frame;
  const picture = await sharp(data, { raw: { width, height, channels: 3 } })
    .resize(1200)
    .png()
    .toBuffer();
  await page.setInputFiles('#picture', { name: 'shape.png', mimeType: 'image/png', buffer: picture });
  await page.locator('.asked', { hasText: 'Moments similar to the picture shape.png' }).waitFor();
  const first = page.locator('.hit').first();
  await first.waitFor();
  assert.match((await first.locator('time').textContent()) ?? '', /^0:1[5-9]$/);
  await page.locator('.hit', { hasText: 'Looks similar' }).first().waitFor();
  await shot('by-picture');
  assert.deepEqual(await seriousFaults(page), []);

  await first.click();
  await page.locator('#player-more summary').click();
  await page.locator('#alike').click();
  await page.locator('.asked', { hasText: 'Moments similar to shapes.mp4 at 0:15' }).waitFor();
  await page.locator('.hit').first().waitFor();
  const places = await page.locator('.hit time').allTextContents();
  assert.ok(places.length > 0 && !places.some((place) => /^0:1[5-9]/.test(place)), places.join());

  await page.setInputFiles('#picture', { name: 'no.png', mimeType: 'image/png', buffer: Buffer.from('no') });
  await page.locator('.trouble', { hasText: 'not a readable image' }).waitFor();
  assert.deepEqual(complaints, []);
});
