// needs: chromium
// needs: ffmpeg
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { openBrowser } from '../support/browser.ts';
import { sandbox, startDaemon } from '../support/daemon.ts';
import { startLiveStream } from '../support/live-stream.ts';
import { fill, makeMedia } from '../support/make-media.ts';
import { pageUrl } from '../support/page-library.ts';
import { card, openPage, seriousFaults } from '../support/page-view.ts';
import { PUBLIC_ORIGIN, startPublicWeb } from '../support/public-web.ts';

const SECRET = 'heron4711stork';

test('given a public stream, when it is recorded on the page, then it is listed until it is stopped; a private one is refused', async (t) => {
  const box = sandbox();
  const [folder, parts] = [join(box.folder, 'videos'), join(box.folder, 'parts')];
  for (const path of [folder, parts]) mkdirSync(path);
  const media = join(box.folder, 'lecture.mkv');
  await makeMedia(media, {
    seconds: 20,
    video: { width: 64, height: 64, fps: 10, draw: (canvas) => fill(canvas, [30, 60, 120]) },
  });
  const stream = await startLiveStream(media, parts, SECRET);
  t.after(() => stream.close());
  stream.publish(20);
  const web = await startPublicWeb((path) => new URL(path, stream.url).href);
  t.after(() => web.close());
  const daemon = await startDaemon({ ...box, env: { ...box.env, HTTP_PROXY: web.proxyUrl } });
  t.after(() => daemon.child.kill());
  const client = await daemon.client();
  await client.result('goldfish/folders/add', { uri: `file://${folder}` });
  const browser = await openBrowser();
  t.after(() => browser.close());
  const shots = process.env.GOLDFISH_SCREENSHOTS ?? box.folder;
  const { page, shot } = await openPage(t, browser, `${await pageUrl(client)}#view=library`, shots);
  const record = async (address: string) => {
    await page.locator('#link input').fill(address);
    await page.locator('#start-recording').click();
  };

  await page.locator('#add-link').click();
  await page.locator('#link').waitFor();
  await shot('record-stream');
  await record(stream.url);
  await page.getByText('is on this machine or its local network').first().waitFor();
  assert.deepEqual(stream.requests, []);

  await record(`${PUBLIC_ORIGIN}/live.m3u8?token=${SECRET}`);
  const recording = page.locator('#recordings li', { hasText: 'Being recorded' });
  await recording.waitFor();
  assert.ok(!((await recording.textContent()) ?? '').includes(SECRET));
  await shot('recordings');
  assert.deepEqual(await seriousFaults(page), []);
  await page.getByRole('button', { name: 'Stop recording 93.184.216.34' }).click();
  await page.locator('#recordings li', { hasText: 'Ended' }).waitFor();
  await page.locator('#dialog-close').click();
  await card(page, '93.184.216.34').waitFor();
  assert.match(readdirSync(folder).join(), /^93\.184\.216\.34 .*\.mkv$/);
});
