// needs: chromium
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { openBrowser } from '../support/browser.ts';
import { sandbox, startDaemon } from '../support/daemon.ts';
import { fill, makeMedia } from '../support/make-media.ts';
import { pageUrl } from '../support/page-library.ts';
import { card, currentTime, openPage, seriousFaults } from '../support/page-view.ts';
import { uriOf } from '../support/watched.ts';

const SUBJECTS = [
  'Bread begins with a starter. The starter needs flour. Flour makes the dough elastic. Fold the dough and let it rest.',
  'The bees live in the hive. The queen bee stays in the hive. Bees make honey. We take the honey out of the hive.',
];

test('given a talk on two subjects, when it is open on the page, then its chapters are listed and play, and it can be summarised', async (t) => {
  const box = sandbox();
  const path = join(box.folder, 'talk.mp4');
  await makeMedia(path, {
    seconds: 50,
    video: { width: 64, height: 48, fps: 2, draw: (canvas) => fill(canvas, [20, 40, 120]) },
  });
  const time = (second: number) => `00:${String(second).padStart(2, '0')}.000`;
  const cues = SUBJECTS.flatMap((text) => text.match(/[^.]+\./g) ?? []).map(
    (text, i) => `${time(i * 6)} --> ${time(i * 6 + 6)}\n${text.trim()}\n`,
  );
  writeFileSync(join(box.folder, 'talk.vtt'), `WEBVTT\n\n${cues.join('\n')}`);
  const daemon = await startDaemon(box);
  t.after(() => daemon.child.kill());
  const client = await daemon.client();
  await client.result('goldfish/index', { uris: [uriOf(path)], keep: true });
  const browser = await openBrowser();
  t.after(() => browser.close());
  const shots = process.env.GOLDFISH_SCREENSHOTS ?? box.folder;
  const { page, shot } = await openPage(t, browser, `${await pageUrl(client)}#view=library`, shots);

  await card(page, 'talk.mp4').locator('.thumb').click();
  await page.locator('#tab-chapters').click();
  const chapters = page.locator('.chapters li');
  await chapters.nth(1).waitFor();
  assert.equal(await chapters.count(), 2);
  assert.match((await chapters.nth(1).textContent()) ?? '', /0:24[\s\S]*(hive|bee|honey)/i);
  assert.equal(await page.locator('.chapter-mark').count(), 2);
  await shot('chapters');
  assert.deepEqual(await seriousFaults(page), []);
  await chapters.nth(1).getByRole('button').click();
  await page.locator('.chapters li.now', { hasText: '0:24' }).waitFor();
  assert.ok((await currentTime(page)) >= 24);

  await page.goto(`${await pageUrl(client)}#view=library`);
  await card(page, 'talk.mp4').locator('.sel input').check({ force: true });
  const saved = page.waitForEvent('download');
  await page.locator('#digest-selected').click();
  assert.match(readFileSync(await (await saved).path(), 'utf8'), /^# talk\n\n## \[talk\][\s\S]*\[0:/);
});
