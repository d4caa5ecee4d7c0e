// needs: chromium
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before, type TestContext } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { packVsix } from '../../client/src/pack.ts';
import { openBrowser } from '../support/browser.ts';
import { bundle, goldfish, sandbox, startDaemon } from '../support/daemon.ts';
import { readLibrary, writeLibrary } from '../support/page-library.ts';
import { PAGE_MS } from '../support/page-view.ts';
import { tempFolder } from '../support/temp-folder.ts';
import {
  answerInput,
  installVSCode,
  runCommand,
  startVSCode,
  VERSIONS,
  type Version,
  webview,
} from '../support/vscode.ts';
import { answerPrompt, editorLine, pickRow, quickInput, rows } from '../support/vscode-palette.ts';
import { until, uriOf } from '../support/watched.ts';

let browser: Browser;
let vsix: string;

before(async () => {
  vsix = await packVsix(mkdtempSync(join(tempFolder(), 'vsix-')), 'universal');
  browser = await openBrowser();
});
after(() => browser?.close());

/** Opens VS Code on a workspace with a note, beside a daemon with three videos. */
async function openWorkspace(t: TestContext, version: Version) {
  const box = sandbox();
  const folder = join(box.folder, 'videos');
  const { lesson } = await writeLibrary(folder);
  const daemon = await startDaemon(box);
  t.after(() => goldfish(box, 'stop'));
  const client = await daemon.client();
  await readLibrary(client, folder);
  const code = await startVSCode({
    code: installVSCode(version),
    vsix,
    settings: { 'goldfish.command': bundle },
    files: { 'notes.md': '# Notes\n\n\n' },
    env: { ...box.env, GOLDFISH_DATA_DIR: box.dataDir },
  });
  t.after(() => code.stop());
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  t.after(() => page.close());
  page.setDefaultTimeout(PAGE_MS);
  await page.goto(code.url);
  await page.locator('.activitybar a[aria-label*="Goldfish"]').first().waitFor();
  return { client, page, lessonUri: uriOf(lesson) };
}

/** Chooses a video in the list that is shown, and accepts. */
async function pickVideo(page: Page, name: string): Promise<void> {
  await rows(page).filter({ hasText: name }).first().click();
  await quickInput(page).filter({ hasText: '1 Selected' }).waitFor();
  await quickInput(page).getByText('OK', { exact: true }).click();
  await quickInput(page).waitFor({ state: 'hidden' });
}

async function openNote(page: Page): Promise<void> {
  await page.locator('.explorer-folders-view .monaco-list-row', { hasText: 'notes.md' }).dblclick();
  await page.locator('.editor-instance .view-line', { hasText: '# Notes' }).waitFor();
}

for (const version of Object.keys(VERSIONS) as Version[])
  test(`given VS Code ${version}, when each command of the palette is run, then it does what its title says`, async (t) => {
    const { client, page, lessonUri } = await openWorkspace(t, version);
    const found = async (query: string) => {
      const { hits } = await client.result('goldfish/search', { query });
      return JSON.stringify(hits);
    };

    await t.test(
      'given a note, when a link is inserted, then it is relative to the note and plays',
      async () => {
        await openNote(page);
        await page.keyboard.press('Control+End');
        await runCommand(page, 'Goldfish: Insert Link to Moment');
        await pickRow(page, 'earthworms sundays', 'axolotl eats earthworms');
        await editorLine(page, '[aquarium lesson.mp4 0:40](').waitFor();
        await editorLine(page, 'aquarium%20lesson.mp4#t=40,45)').waitFor();
      },
    );

    await t.test(
      'given an answer in the side bar, when a moment is dragged, then the note has a link to it',
      async () => {
        await page.locator('.activitybar a[aria-label*="Goldfish"]').first().click();
        const side = webview(page);
        await side.locator('#question').fill('Where is the heater?');
        await side.locator('#question').press('Enter');
        const line = side.locator('.hit.line', { hasText: 'twenty four degrees' }).first();
        await side.locator('.moment img').first().waitFor();
        // It waits until the line has its place.
        await line.hover();
        const to = await editorLine(page, '# Notes').boundingBox();
        assert.ok(to);
        await page.mouse.down();
        await page.mouse.move(to.x + 200, to.y + 26, { steps: 8 });
        await page.mouse.up();
        await editorLine(page, '[aquarium lesson.mp4 0:20](').waitFor();
        await editorLine(page, 'aquarium%20lesson.mp4#t=20,25)').waitFor();
      },
    );

    await t.test('given a line, when it is corrected, then the new words are found', async () => {
      await runCommand(page, 'Goldfish: Correct a Line');
      await pickRow(page, 'lettuce', 'Feed them lettuce');
      await answerPrompt(page, 'Leave empty to delete the line', 'Feed them cucumber.');
      await until(
        client,
        () => found('cucumber'),
        (text) => text.includes('Feed them cucumber'),
      );
    });

    await t.test('given a moment, when it is tagged, then the tag is found', async () => {
      await runCommand(page, 'Goldfish: Tag a Moment');
      await pickRow(page, 'snails', 'Snails are welcome');
      await answerPrompt(page, 'Tag', 'gastropods');
      await until(
        client,
        () => found('gastropods'),
        (text) => text.includes('gastropods'),
      );
    });

    await t.test('given words, when moments are exported, then a document has them', async () => {
      await runCommand(page, 'Goldfish: Export Moments');
      await answerInput(page, 'axolotl earthworms');
      await rows(page).filter({ hasText: 'axolotl' }).first().waitFor();
      await page.keyboard.press('Enter');
      await pickRow(page, 'WebVTT', 'WebVTT');
      await editorLine(page, 'WEBVTT').waitFor();
      await editorLine(page, '00:00:40.000 -->').waitFor();
    });

    await t.test('given a paused daemon, when a video is indexed again, then it waits for that', async () => {
      await client.result('goldfish/pause');
      await runCommand(page, 'Goldfish: Index Videos Again');
      await pickVideo(page, 'aquarium lesson.mp4');
      await page.locator('.statusbar-item', { hasText: 'Goldfish: paused' }).waitFor();
      const state = async () => {
        const { videos } = await client.result('goldfish/videos', { uri: lessonUri });
        return (videos as { state: string }[])[0]?.state;
      };
      await until(client, state, (now) => now !== 'done');
      await client.result('goldfish/resume');
    });

    await t.test('given a video, when it is removed from the index, then it asks first', async () => {
      await runCommand(page, 'Goldfish: Remove Videos from the Index');
      await pickVideo(page, 'aquarium lesson.mp4');
      const dialog = page.locator('.monaco-dialog-box');
      await dialog.filter({ hasText: 'The files and your corrections stay' }).waitFor();
      await dialog.getByText('Cancel', { exact: true }).click();
      assert.match(await found('axolotl'), /earthworms/);
      await runCommand(page, 'Goldfish: Remove Videos from the Index');
      await pickVideo(page, 'aquarium lesson.mp4');
      await dialog.getByText('Remove from Index', { exact: true }).click();
      await until(
        client,
        () => found('axolotl'),
        (text) => !text.includes('earthworms'),
      );
      assert.ok(readFileSync(new URL(lessonUri)).length > 0, 'the file stays');
    });

    await t.test(
      'given no web address, when a video from the web is added, then the box says what to enter',
      async () => {
        await runCommand(page, 'Goldfish: Add Video from the Web');
        await quickInput(page).filter({ hasText: 'Address of a page with a video' }).waitFor();
        await quickInput(page).locator('input').first().fill('ftp://example.org/a.mp4');
        await quickInput(page).filter({ hasText: 'begins with https:// or http://' }).waitFor();
        await quickInput(page).locator('input').first().fill('http://127.0.0.1:9/a.mp4');
        await page.keyboard.press('Enter');
        await page
          .locator('.notification-list-item', { hasText: /Goldfish: .*(local network|yt-dlp)/ })
          .first()
          .waitFor();
      },
    );

    await t.test('given the palette, when settings or first steps are chosen, then they open', async () => {
      await runCommand(page, 'Goldfish: Settings');
      await page
        .locator('.settings-editor .setting-item-contents', { hasText: 'Goldfish' })
        .first()
        .waitFor();
      await page.keyboard.press('Escape');
      await runCommand(page, 'Goldfish: Get Started');
      const step = page.locator('.gettingStartedContainer .step-title, .gettingStartedContainer .step', {
        hasText: 'Add a folder',
      });
      await step.first().waitFor();
    });
  });
