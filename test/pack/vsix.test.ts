// needs: chromium
// needs: ffmpeg
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { packVsix } from '../../client/src/pack.ts';
import { openBrowser } from '../support/browser.ts';
import { goldfish, type Sandbox, sandbox } from '../support/daemon.ts';
import { writeLibrary } from '../support/page-library.ts';
import { tempFolder } from '../support/temp-folder.ts';
import {
  chooseFolder,
  installVSCode,
  playsIn,
  type RunningVSCode,
  runCommand,
  startVSCode,
  webview,
} from '../support/vscode.ts';

const shots = process.env.GOLDFISH_SCREENSHOTS ?? tempFolder();
/** What fetches some 400 MB, or unpacks 200, takes its time, ms. */
const LONG_MS = 540_000;
let browser: Browser;
let vsix: string;

before(async () => {
  mkdirSync(shots, { recursive: true });
  vsix = await packVsix(mkdtempSync(join(tempFolder(), 'vsix-')), `${process.platform}-${process.arch}`);
  browser = await openBrowser();
});
after(() => browser?.close());

/** A VS Code with the extension in an empty home, at the question that the first use asks. */
async function firstUse(t: test.TestContext, box: Sandbox) {
  const env = { ...box.env, GOLDFISH_DATA_DIR: box.dataDir };
  const code = await startVSCode({ code: installVSCode('1.139.1'), vsix, settings: {}, env });
  t.after(() => code.stop());
  t.after(() => goldfish(box, 'stop'));
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  t.after(() => page.close());
  page.setDefaultTimeout(90_000);
  await page.goto(code.url);
  await page.locator('.activitybar a[aria-label*="Goldfish"]').first().waitFor();
  await runCommand(page, 'Goldfish: Open');
  await page.locator('.monaco-dialog-box').waitFor();
  return { code, page };
}

const choose = (page: Page, button: string) =>
  page.locator('.monaco-dialog-box .monaco-button', { hasText: new RegExp(`^${button}$`) }).click();

const started = (page: Page) => webview(page).locator('#first-visit h1');

/** The packages that npm brought. */
function brought({ home }: RunningVSCode): readonly string[] {
  const servers = join(home, 'server/data/User/globalStorage/goldfish-video.goldfish-video/servers');
  const [build = ''] = readdirSync(servers);
  const folder = join(servers, build);
  return readdirSync(folder).includes('node_modules') ? readdirSync(join(folder, 'node_modules')) : [];
}

test('given an empty home without goldfish, when the extension starts, then it offers to install and shows the page', async (t) => {
  const box = sandbox();
  const { code, page } = await firstUse(t, box);
  await page.screenshot({ path: join(shots, 'vscode-install.png') });
  await choose(page, 'Install');
  try {
    await started(page).waitFor({ timeout: LONG_MS });
  } finally {
    await page.screenshot({ path: join(shots, 'vscode-installed.png') });
  }
  const packages = brought(code);
  assert.ok(packages.includes('node-av') && packages.includes('onnxruntime-node'));
  assert.equal(packages.includes('@lancedb'), false);
  // It runs on what was installed: nothing else of Goldfish is there.
  await runCommand(page, 'Goldfish: Restart');
  await started(page).waitFor();
});

test('given an installed FFmpeg, when the user chooses it, then nothing is downloaded and a folder can be used', async (t) => {
  const box = sandbox();
  const folder = join(box.folder, 'videos');
  await writeLibrary(folder);
  const { code, page } = await firstUse(t, box);
  await choose(page, 'Use Installed FFmpeg');
  await started(page).waitFor({ timeout: LONG_MS });
  assert.deepEqual(brought(code), []);
  await runCommand(page, 'Goldfish: Add Folder');
  await chooseFolder(page, folder);
  const shown = webview(page);
  await shown.locator('.progress', { hasText: '3 videos' }).waitFor();
  await runCommand(page, 'Goldfish: Search Moments');
  await page.locator('.quick-input-widget input').first().fill('axolotl earthworms');
  const row = page.locator('.quick-input-list .monaco-list-row', { hasText: 'earthworms' }).first();
  await row.waitFor();
  await row.click();
  await playsIn(page, 28);
});
