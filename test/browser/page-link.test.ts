// needs: chromium
// needs: yt-dlp
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { openBrowser } from '../support/browser.ts';
import { sandbox, startDaemon } from '../support/daemon.ts';
import { fill, makeMedia } from '../support/make-media.ts';
import { pageUrl } from '../support/page-library.ts';
import { card, openPage, seriousFaults } from '../support/page-view.ts';
import { PUBLIC_ORIGIN, startPublicWeb } from '../support/public-web.ts';

test('given a public address, when it is added on the page, then the video appears; a private one is refused with what to do', async (t) => {
  const box = sandbox();
  const media = join(box.folder, 'source.mp4');
  await makeMedia(media, {
    seconds: 4,
    video: { width: 64, height: 48, fps: 5, draw: (canvas) => fill(canvas, [20, 40, 120]) },
  });
  const web = await startPublicWeb((path) => (path === '/harbour.mp4' ? readFileSync(media) : undefined));
  t.after(() => web.close());
  const folder = join(box.folder, 'videos');
  mkdirSync(folder);
  const daemon = await startDaemon({ ...box, env: { ...box.env, HTTP_PROXY: web.proxyUrl } });
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
  await add(`${web.proxyUrl}/harbour.mp4`);
  await page.getByText('is on this machine or its local network').first().waitFor();
  assert.deepEqual(web.requests, []);

  await add(`${PUBLIC_ORIGIN}/harbour.mp4`);
  await card(page, 'harbour [harbour].mp4').waitFor();
  assert.equal(await page.locator('#link').count(), 0, 'the dialog is closed');
  assert.deepEqual(readdirSync(folder), ['harbour [harbour].mp4']);
  assert.ok(existsSync(join(box.dataDir, 'downloaded.txt')));
  await card(page, 'harbour [harbour].mp4').locator('.thumb').click();
  await page.locator('#tab-details').click();
  const source = page.locator('#page-link', { hasText: '93.184.216.34 at 0:0' });
  await source.waitFor();
  assert.match((await source.getAttribute('href')) ?? '', /^http:\/\/93\.184\.216\.34\/harbour\.mp4\?t=\d$/);
  await shot('page-link');
  assert.deepEqual(await seriousFaults(page), []);
});
