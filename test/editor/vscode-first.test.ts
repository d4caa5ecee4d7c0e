// needs: chromium
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { packVsix } from '../../client/src/pack.ts';
import { openBrowser } from '../support/browser.ts';
import { goldfish, sandbox } from '../support/daemon.ts';
import { openaiServer } from '../support/openai-server.ts';
import { writeLibrary } from '../support/page-library.ts';
import { PAGE_MS } from '../support/page-view.ts';
import { tempFolder } from '../support/temp-folder.ts';
import {
  answerInput,
  chooseFolder,
  installVSCode,
  playsIn,
  runCommand,
  startVSCode,
  VERSIONS,
  type Version,
  webview,
} from '../support/vscode.ts';

const shots = process.env.GOLDFISH_SCREENSHOTS ?? tempFolder();
const command = join(import.meta.dirname, '../../dist/goldfish.mjs');
const THEMES: Readonly<Record<Version, string>> = {
  '1.139.1': 'Default Dark Modern',
  '1.100.3': 'Default Light Modern',
};
let browser: Browser;
let vsix: string;

before(async () => {
  mkdirSync(shots, { recursive: true });
  vsix = await packVsix(mkdtempSync(join(tempFolder(), 'vsix-')), 'universal');
  browser = await openBrowser();
});
after(() => browser?.close());

async function openEditor(url: string): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  page.setDefaultTimeout(PAGE_MS);
  await page.goto(url);
  await page.locator('.activitybar a[aria-label*="Goldfish"]').first().waitFor();
  return page;
}

for (const version of Object.keys(VERSIONS) as Version[]) {
  test(`given VS Code ${version}, when the .vsix is installed, then a moment plays`, async (t) => {
    const box = sandbox();
    const folder = join(box.folder, 'videos');
    const aside = join(box.folder, 'aside');
    await writeLibrary(folder);
    // Dropped in later: the video is whole at once, as a moved file is.
    mkdirSync(aside);
    const late = '<img src=x onerror=globalThis.hacked=1>';
    for (const ending of ['srt', 'webm'])
      renameSync(join(folder, `${late}.${ending}`), join(aside, `stingray.${ending}`));
    const second = Promise.withResolvers<void>();
    const host = await openaiServer({
      model: 'rote',
      key: 'sk-from-the-editor',
      async *answer() {
        yield 'The axolotl eats ';
        yield 'earthworms [1]. ';
        yield 'It eats them ';
        await second.promise;
        yield 'on Sundays [1].';
      },
    });
    t.after(() => host.close());
    const env = { ...box.env, GOLDFISH_DATA_DIR: box.dataDir };
    const code = await startVSCode({
      code: installVSCode(version),
      vsix,
      settings: { 'goldfish.command': command },
      user: { 'workbench.colorTheme': THEMES[version] },
      env,
    });
    t.after(() => code.stop());
    t.after(() => goldfish(box, 'stop'));
    const page = await openEditor(code.url);
    t.after(() => page.close());
    const shot = (name: string) => page.screenshot({ path: join(shots, `${name}-${version}.png`) });
    const shown = webview(page);

    await t.test('given no folder, when one is added, then its progress is shown', async () => {
      await runCommand(page, 'Goldfish: Open');
      await shown.locator('#first-visit', { hasText: 'Add a folder' }).waitFor();
      await shot('first');
      await runCommand(page, 'Goldfish: Add Folder');
      await chooseFolder(page, folder);
      await page
        .locator('.statusbar-item', { hasText: /Goldfish: (\d+ videos? left|2 videos$|1 video failed)/ })
        .waitFor();
      await shown.locator('.progress', { hasText: '2 videos' }).waitFor();
      await page.locator('.statusbar-item', { hasText: 'Goldfish: 1 video failed' }).waitFor();
      await shot('indexed');
    });

    await t.test(
      'given a key in the secret storage, when a question is asked, then the host answers and the answer streams',
      async () => {
        await runCommand(page, 'Goldfish: Set API Key');
        await answerInput(page, 'sk-from-the-editor');
        assert.equal(
          (await goldfish(box, 'models', 'use', 'answerer', `${host.baseUrl}#rote`, '--no-exam')).code,
          0,
        );
        await shown.locator('#question').fill('What does the axolotl eat?');
        await shown.locator('#question').press('Enter');
        await shown.locator('.answer .text', { hasText: 'earthworms' }).waitFor();
        await shot('streaming');
        assert.equal(await shown.locator('.answer .text', { hasText: 'Sundays' }).count(), 0);
        second.resolve();
        await shown.locator('.answer .text', { hasText: 'on Sundays' }).waitFor();
        assert.equal(host.requests.at(-1)?.authorization, 'Bearer sk-from-the-editor');
      },
    );

    await t.test(
      'given an answer, when a citation is clicked, then it plays at its second with sound',
      async () => {
        await shown.locator('.a .cite').first().click();
        await playsIn(page, 40);
        const heard = await shown
          .locator('video')
          .evaluate(
            (video) =>
              (video as unknown as { webkitAudioDecodedByteCount: number }).webkitAudioDecodedByteCount,
          );
        assert.ok(heard > 0, 'the sound is decoded');
        await shown.locator('.moment img').first().waitFor();
        await shot('answer');
      },
    );

    await t.test('given two windows, when a file is added, then both show it', async () => {
      for (const ending of ['srt', 'webm'])
        renameSync(join(aside, `stingray.${ending}`), join(folder, `stingray.${ending}`));
      await shown.locator('.progress', { hasText: '3 videos' }).waitFor();
      const other = await openEditor(code.url);
      await runCommand(other, 'Goldfish: Search Moments');
      await other.locator('.quick-input-widget input').first().fill('stingray sand');
      const row = other.locator('.quick-input-list .monaco-list-row', { hasText: 'hides in the sand' });
      await row.first().waitFor();
      await row.first().click();
      await playsIn(other, 1);
      await goldfish(box, 'pause');
      for (const each of [page, other])
        await each.locator('.statusbar-item', { hasText: 'Goldfish: paused' }).waitFor();
      await goldfish(box, 'resume');
      await other.close();
    });
  });
}
