// needs: chromium
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before, type TestContext } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { packVsix } from '../../client/src/pack.ts';
import { openBrowser } from '../support/browser.ts';
import { bundle, goldfish, sandbox, startDaemon } from '../support/daemon.ts';
import { HIGH_VOICE, LOW_VOICE, TINY_VOICES, writeMeeting } from '../support/made-up-voices.ts';
import { fill, makeMedia } from '../support/make-media.ts';
import { openaiServer } from '../support/openai-server.ts';
import { readLibrary } from '../support/page-library.ts';
import { PAGE_MS } from '../support/page-view.ts';
import { tempFolder } from '../support/temp-folder.ts';
import {
  installVSCode,
  playsIn,
  runCommand,
  startVSCode,
  VERSIONS,
  type Version,
} from '../support/vscode.ts';
import { answerPrompt, editorLine, pickRow, quickInput, rows } from '../support/vscode-palette.ts';
import { atRest, statusWhen, uriOf } from '../support/watched.ts';

/** A talk on two subjects, a sentence every 6 s. */
const TALK =
  'Bread begins with a starter. The starter needs flour. Flour makes the dough elastic. Fold the dough and let it rest. The bees live in the hive. The queen bee stays in the hive. Bees make honey. We take the honey out of the hive.';

let browser: Browser;
let vsix: string;

before(async () => {
  vsix = await packVsix(mkdtempSync(join(tempFolder(), 'vsix-')), 'universal');
  browser = await openBrowser();
});
after(() => browser?.close());

async function writeTalk(path: string, text: string): Promise<void> {
  await makeMedia(path, {
    seconds: 50,
    video: { width: 64, height: 48, fps: 2, draw: (canvas) => fill(canvas, [20, 40, 120]) },
  });
  const time = (second: number) => `00:${String(second).padStart(2, '0')}.000`;
  const cues = (text.match(/[^.]+\./g) ?? []).map(
    (sentence, i) => `${time(i * 6)} --> ${time(i * 6 + 6)}\n${sentence.trim()}\n`,
  );
  writeFileSync(path.replace(/mp4$/, 'en.vtt'), `WEBVTT\n\n${cues.join('\n')}`);
}

/** Opens VS Code beside a daemon with a talk on two subjects and a meeting of two voices. */
async function openTalks(t: TestContext, version: Version) {
  const box = sandbox();
  const at = (name: string) => join(box.folder, 'videos', name);
  const daemon = await startDaemon(box);
  t.after(() => goldfish(box, 'stop'));
  const client = await daemon.client();
  const set = (key: string, value: unknown) => client.result('goldfish/settings/set', { key, value });
  await set('models.voiceDetector', 'none');
  await set('models.diariser', TINY_VOICES);
  mkdirSync(at(''));
  await writeTalk(at('talk.mp4'), TALK);
  await writeMeeting(at('meeting.mp4'), [
    { voice: LOW_VOICE, text: 'The budget for the bridge is too small.' },
    { voice: HIGH_VOICE, text: 'Then we sell the old tractor.' },
    { voice: LOW_VOICE, text: 'Nobody wants a tractor.' },
    { voice: HIGH_VOICE, text: 'The museum asked for it twice.' },
  ]);
  await readLibrary(client, at(''));
  await statusWhen(client, atRest);
  const code = await startVSCode({
    code: installVSCode(version),
    vsix,
    settings: { 'goldfish.command': bundle },
    env: { ...box.env, GOLDFISH_DATA_DIR: box.dataDir },
  });
  t.after(() => code.stop());
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  t.after(() => page.close());
  page.setDefaultTimeout(PAGE_MS);
  await page.goto(code.url);
  await page.locator('.activitybar a[aria-label*="Goldfish"]').first().waitFor();
  return { client, page, at, set };
}

const notification = (page: Page, text: string | RegExp) =>
  page.locator('.notification-list-item', { hasText: text }).first();

for (const version of Object.keys(VERSIONS) as Version[])
  test(`given VS Code ${version}, when what goes in and comes out is asked for in the palette, then each does it`, async (t) => {
    const { client, page, at, set } = await openTalks(t, version);

    await t.test('given a talk, when its chapters are shown, then each links to its second', async () => {
      await runCommand(page, 'Goldfish: Show Chapters of a Video');
      await pickRow(page, 'talk', 'talk.mp4');
      await editorLine(page, '0:24').first().waitFor();
      await editorLine(page, '#t=24').first().waitFor();
    });

    await t.test(
      'given a talk, when its subtitles are shown, then they have its words and times',
      async () => {
        await runCommand(page, 'Goldfish: Show Subtitles of a Video');
        await pickRow(page, 'talk', 'talk.mp4');
        await editorLine(page, '00:00:06,000 -->').waitFor();
        await editorLine(page, 'The starter needs flour.').waitFor();
      },
    );

    await t.test('given a talk, when it is summarised, then quotes link to their seconds', async () => {
      await runCommand(page, 'Goldfish: Summarise Videos');
      await pickRow(page, 'One video', 'One video');
      await quickInput(page).locator('input[placeholder="Choose a video"]').waitFor();
      await pickRow(page, 'talk', 'talk.mp4');
      await editorLine(page, '# talk').first().waitFor();
      await editorLine(page, '#t=').first().waitFor();
    });

    await t.test('given a question, when a reel is made, then its moments are a project', async () => {
      await runCommand(page, 'Goldfish: Make Highlight Reel');
      await answerPrompt(page, 'What should the reel show?', 'honey');
      await pickRow(page, '30', 'At most 30 seconds');
      await pickRow(page, 'CMX', 'CMX 3600');
      await editorLine(page, 'TITLE: honey').waitFor();
      await editorLine(page, 'FROM CLIP NAME: talk.mp4').first().waitFor();
    });

    await t.test('given a voice, when it is named, then all its lines have the name', async () => {
      await runCommand(page, 'Goldfish: Name a Voice');
      await pickRow(page, 'meeting', 'meeting.mp4');
      await pickRow(page, 'Voice 2', 'Voice 2');
      await answerPrompt(page, 'Name of this voice', 'Anna');
      await rows(page).filter({ hasText: 'In this video' }).click();
      await quickInput(page).waitFor({ state: 'hidden' });
      await runCommand(page, 'Goldfish: Name a Voice');
      await pickRow(page, 'meeting', 'meeting.mp4');
      await rows(page).filter({ hasText: 'Anna' }).waitFor();
      await page.keyboard.press('Escape');
      const { lines } = (await client.result('goldfish/video', { uri: uriOf(at('meeting.mp4')) })) as {
        lines: readonly { readonly speaker?: string }[];
      };
      assert.equal(lines.filter(({ speaker }) => speaker === 'Anna').length, 2);
    });

    await t.test('given an alert, when a new video matches, then VS Code says so and plays it', async () => {
      await runCommand(page, 'Goldfish: Add Alert');
      await answerPrompt(page, 'Notify when newly indexed text holds these words', 'harbour');
      await notification(page, 'Goldfish tells you when "harbour" is said or shown').waitFor();
      await writeTalk(at('news.mp4'), 'Good evening. The harbour opens on Monday.');
      const told = notification(page, 'harbour: “The harbour opens on Monday.” (news.mp4 0:06)');
      await told.waitFor();
      await told.getByText('Open', { exact: true }).click();
      await playsIn(page, 5);
      await runCommand(page, 'Goldfish: Remove Alert');
      await pickRow(page, 'harbour', 'harbour');
      await quickInput(page).waitFor({ state: 'hidden' });
      await runCommand(page, 'Goldfish: Remove Alert');
      await notification(page, 'There are no alerts.').waitFor();
    });

    await t.test(
      'given a model, when subtitles are translated, then it says where the text went',
      async (t) => {
        const server = await openaiServer({
          model: 'm',
          answer: () => ['1: Guten Abend.\n2: Der Hafen öffnet.'],
        });
        t.after(() => server.close());
        await set('models.answerer', `${server.baseUrl}#m`);
        await runCommand(page, 'Goldfish: Translate Subtitles');
        await pickRow(page, 'news', 'news.mp4');
        await answerPrompt(page, 'Language of the translation', 'de');
        await editorLine(page, 'Der Hafen öffnet.').waitFor();
        await editorLine(page, '00:00:06,000 -->').waitFor();
        await notification(page, /Translated by m, which got the text \(http:\/\/127\.0\.0\.1/).waitFor();
      },
    );
  });
