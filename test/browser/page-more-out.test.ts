// needs: chromium
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { openBrowser } from '../support/browser.ts';
import { sandbox, startDaemon } from '../support/daemon.ts';
import { fill, makeMedia } from '../support/make-media.ts';
import { openaiServer } from '../support/openai-server.ts';
import { pageUrl } from '../support/page-library.ts';
import { card, openPage, seriousFaults } from '../support/page-view.ts';
import { uriOf } from '../support/watched.ts';

/** Makes a video of 30 s with a line every 6 s. */
async function makeTalk(folder: string, name: string, lines: readonly string[]): Promise<string> {
  const path = join(folder, `${name}.mp4`);
  await makeMedia(path, {
    seconds: 30,
    video: { width: 64, height: 48, fps: 2, draw: (canvas) => fill(canvas, [20, 40, 120]) },
  });
  const time = (second: number) => `00:${String(second).padStart(2, '0')}.000`;
  const cues = lines.map((line, i) => `${time(i * 6)} --> ${time(i * 6 + 6)}\n${line}\n`);
  writeFileSync(join(folder, `${name}.vtt`), `WEBVTT\n\n${cues.join('\n')}`);
  return path;
}

const TALK = [
  'The bridge is closed until June.',
  'Trucks must use the ferry.',
  'The ferry costs four euros.',
  'The new bridge has three lanes.',
  'Cyclists get a lane of their own.',
];

async function openTalk(t: TestContext, answer?: string) {
  const box = sandbox();
  const path = await makeTalk(box.folder, 'talk', TALK);
  const daemon = await startDaemon(box);
  t.after(() => daemon.child.kill());
  const client = await daemon.client();
  if (answer !== undefined) {
    const server = await openaiServer({ model: 'm', answer: () => [answer] });
    t.after(() => server.close());
    await client.result('goldfish/settings/set', { key: 'models.answerer', value: `${server.baseUrl}#m` });
  }
  await client.result('goldfish/index', { uris: [uriOf(path)], keep: true });
  const browser = await openBrowser();
  t.after(() => browser.close());
  const shots = process.env.GOLDFISH_SCREENSHOTS ?? box.folder;
  return { box, client, ...(await openPage(t, browser, `${await pageUrl(client)}#view=library`, shots)) };
}

test('given an alert made on the page, when a new video matches, then the page says so and plays the match', async (t) => {
  const { box, client, page, shot } = await openTalk(t);
  await page.locator('#alerts-button').click();
  await page.locator('#alert').locator('input').fill('harbour');
  await page.locator('#add-alert').click();
  await page.locator('#alerts li', { hasText: 'harbour' }).getByText('No match yet').waitFor();
  await page.locator('#dialog-close').click();

  const news = await makeTalk(box.folder, 'news', ['Good evening.', 'The harbour opens on Monday.']);
  await client.result('goldfish/index', { uris: [uriOf(news)], keep: true });
  await page.locator('#announcement', { hasText: '1 new match for “harbour” in news.mp4' }).waitFor();
  await page.locator('#alerts-button[aria-label="Alerts, new matches"]').click();
  const match = page.locator('#alerts li li', { hasText: 'The harbour opens on Monday.' });
  await match.waitFor();
  await shot('alerts');
  assert.deepEqual(await seriousFaults(page), []);
  await match.getByRole('button').click();
  await page.locator('.watch video').waitFor();
  await page.locator('#alerts-button').click();
  await page.getByRole('button', { name: 'Remove the alert harbour' }).click();
  await page.locator('#alerts > li').waitFor({ state: 'detached' });
});

test('given an answer, when a reel is wanted, then its moments fit the length and are saved as a project', async (t) => {
  const { page, shot } = await openTalk(t);
  await page.getByRole('link', { name: 'Ask' }).click();
  await page.locator('#question').fill('bridge');
  await page.keyboard.press('Enter');
  await page.locator('#reel').click();
  await page.locator('#reel-moments li').first().waitFor();
  await page.locator('#reel-length').selectOption({ label: '30 seconds' });
  const row = page.locator('#reel-moments li', { hasText: 'bridge' }).first();
  await row.waitFor();
  await shot('reel');
  assert.deepEqual(await seriousFaults(page), []);
  const saved = page.waitForEvent('download');
  await page.locator('#reel-save').click();
  const project = JSON.parse(readFileSync(await (await saved).path(), 'utf8'));
  assert.match(project.OTIO_SCHEMA, /^Timeline/);
});

test('given a model that translates, when subtitles are saved in another language, then the file has its words and the times', async (t) => {
  const { page, shot } = await openTalk(
    t,
    '1: Die Brücke ist bis Juni zu.\n2: Lastwagen nehmen die Fähre.\n3: Die Fähre kostet vier Euro.\n4: Die neue Brücke hat drei Spuren.\n5: Radfahrer bekommen eine Spur.',
  );
  await card(page, 'talk.mp4').locator('.thumb').click();
  await page.locator('#tab-details').click();
  await page.locator('#save-subtitles').click();
  await page.locator('#subtitle-language').selectOption('de');
  await shot('save-subtitles');
  assert.deepEqual(await seriousFaults(page), []);
  const saved = page.waitForEvent('download');
  await page.locator('#subtitles-save').click();
  const download = await saved;
  assert.equal(download.suggestedFilename(), 'talk.de.srt');
  assert.match(readFileSync(await download.path(), 'utf8'), /^1\n00:00:00,000 --> [\s\S]*Brücke/);
});
