// needs: chromium
// needs: yt-dlp
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import test from 'node:test';
import { openBrowser } from '../support/browser.ts';
import { sandbox, startDaemon } from '../support/daemon.ts';
import { fill, makeMedia } from '../support/make-media.ts';
import { pageUrl } from '../support/page-library.ts';
import { card, openPage, seriousFaults } from '../support/page-view.ts';

/** An address of the public internet. Nothing is sent there: the user's proxy, which is the test's, answers for it. */
const PUBLIC_ORIGIN = 'http://93.184.216.34';

test('given a public address, when it is added on the page, then the video appears; a private one is refused with what to do', async (t) => {
  const box = sandbox();
  const media = join(box.folder, 'source.mp4');
  await makeMedia(media, {
    seconds: 4,
    video: { width: 64, height: 48, fps: 5, draw: (canvas) => fill(canvas, [20, 40, 120]) },
  });
  const requests: string[] = [];
  const proxy = createServer(({ url = '', method }, response) => {
    requests.push(url);
    const isVideo = url === `${PUBLIC_ORIGIN}/harbour.mp4`;
    response.writeHead(isVideo ? 200 : 404, { 'content-type': isVideo ? 'video/mp4' : 'text/plain' });
    response.end(isVideo && method !== 'HEAD' ? readFileSync(media) : '');
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  t.after(() => proxy.close());
  const { port } = proxy.address() as AddressInfo;
  const folder = join(box.folder, 'videos');
  mkdirSync(folder);
  const daemon = await startDaemon({ ...box, env: { ...box.env, HTTP_PROXY: `http://127.0.0.1:${port}` } });
  t.after(() => daemon.child.kill());
  const client = await daemon.client();
  await client.result('goldfish/settings/set', { key: 'add.folder', value: folder });
  await client.result('goldfish/folders/add', { uri: `file://${folder}` });
  const browser = await openBrowser();
  t.after(() => browser.close());
  const shots = process.env.GOLDFISH_SCREENSHOTS ?? box.folder;
  const { page, shot } = await openPage(t, browser, `${await pageUrl(client)}#view=library`, shots);
  const add = async (address: string) => {
    await page.locator('#link input').fill(address);
    await page.locator('#start-download').click();
  };

  await page.locator('#add-link').click();
  await page.locator('#link').waitFor();
  await shot('add-link');
  assert.deepEqual(await seriousFaults(page), []);
  await add(`http://127.0.0.1:${port}/harbour.mp4`);
  await page.getByText('is on this machine or its local network').first().waitFor();
  assert.deepEqual(requests, []);

  await add(`${PUBLIC_ORIGIN}/harbour.mp4`);
  await card(page, 'harbour [harbour].mp4').waitFor();
  assert.equal(await page.locator('#link').count(), 0, 'the dialog is closed');
  assert.deepEqual(readdirSync(folder), ['harbour [harbour].mp4']);
  assert.ok(existsSync(join(box.dataDir, 'downloaded.txt')));
});
