// needs: chromium
import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, watch, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import test, { after, before } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { packVsix } from '../../client/src/pack.ts';
import { openBrowser } from '../support/browser.ts';
import { goldfish, type RunningDaemon, sandbox, startDaemon } from '../support/daemon.ts';
import type { IndependentClient } from '../support/independent-client.ts';
import { readLibrary, writeLibrary } from '../support/page-library.ts';
import { PAGE_MS } from '../support/page-view.ts';
import { tempFolder } from '../support/temp-folder.ts';
import {
  installVSCode,
  playsIn,
  type RunningVSCode,
  runCommand,
  startVSCode,
  webview,
} from '../support/vscode.ts';
import { render } from '../support/watched.ts';

const box = sandbox();
const folder = join(box.folder, 'videos');
const shots = process.env.GOLDFISH_SCREENSHOTS ?? join(box.folder, 'shots');
const players = join(box.folder, 'players');
const told = join(players, 'told');
const command = join(box.folder, 'goldfish.mjs');
let browser: Browser;
let daemon: RunningDaemon;
let client: IndependentClient;
let code: RunningVSCode;
let page: Page;

before(async () => {
  mkdirSync(shots, { recursive: true });
  const home = installVSCode('1.139.1');
  const vsix = await packVsix(mkdtempSync(join(tempFolder(), 'vsix-')), 'universal');
  await writeLibrary(folder);
  daemon = await startDaemon(box);
  client = await daemon.client();
  await readLibrary(client, folder);
  const env = { ...box.env, GOLDFISH_DATA_DIR: box.dataDir };
  // Stands for mpv: it tells what it was given.
  mkdirSync(players);
  writeFileSync(
    join(players, 'mpv'),
    `#!/bin/sh\necho "$@" > '${told}.part' && mv '${told}.part' '${told}'\n`,
  );
  chmodSync(join(players, 'mpv'), 0o755);
  // The editor takes its PATH from a login shell.
  const bundle = pathToFileURL(join(import.meta.dirname, '../../dist/goldfish.mjs'));
  const first = JSON.stringify(players + delimiter);
  writeFileSync(command, `process.env.PATH = ${first} + process.env.PATH;\nawait import('${bundle}');\n`);
  code = await startVSCode({ code: home, vsix, settings: { 'goldfish.command': command }, env });
  browser = await openBrowser();
  page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  page.setDefaultTimeout(PAGE_MS);
  await page.goto(code.url);
  await page.locator('.activitybar a[aria-label*="Goldfish"]').first().waitFor();
});

after(async () => {
  await browser?.close();
  await code?.stop();
  daemon?.child.kill();
  await daemon?.exit;
});

const shot = (name: string) => page.screenshot({ path: join(shots, `${name}.png`) });

test('given the tab, when a question is asked, then it is answered and a citation plays at its second', async () => {
  await runCommand(page, 'Goldfish: Open');
  const shown = webview(page);
  await shown.locator('#question').fill('What does the axolotl eat?');
  await shown.locator('#question').press('Enter');
  await shown.locator('.text', { hasText: 'earthworms' }).waitFor();
  await shown.locator('.a .cite').first().click();
  await playsIn(page, 40);
  await shown.locator('.moment img').first().waitFor();
  await shot('vscode-answer');
});

test('given a running daemon, when the library opens, then it and the status bar show the daemon’s state', async () => {
  const shown = webview(page);
  await shown.locator('.tab', { hasText: 'Library' }).click();
  await shown.locator('.vid', { hasText: 'aquarium lesson.mp4' }).waitFor();
  await client.result('goldfish/pause');
  await page.locator('.statusbar-item', { hasText: 'Goldfish: paused' }).waitFor();
  await client.result('goldfish/resume');
  await shot('vscode-library');
});

test('given the quick pick, when words are typed, then results follow and a moment opens', async () => {
  await runCommand(page, 'Goldfish: Search Moments');
  await page.locator('.quick-input-widget input').first().fill('heater degrees');
  const best = page.locator('.quick-input-list .monaco-list-row.focused', { hasText: 'twenty four degrees' });
  await best.waitFor();
  await page.keyboard.press('Enter');
  await playsIn(page, 20);
});

test('given a playing video, when it is opened in another player, then that starts at the same second', async (t) => {
  const shown = webview(page);
  const watcher = watch(players);
  t.after(() => watcher.close());
  const started = new Promise<void>((done) => {
    watcher.on('change', () => existsSync(told) && done());
  });
  await shown.locator('#outside').click();
  await started;
  const [, seconds, uri] = /--start=([\d.]+) .* (file:\S+)/.exec(readFileSync(told, 'utf8')) ?? [];
  assert.ok(Math.abs(Number(seconds) - 20) < 15, `at ${seconds} s`);
  assert.match(uri ?? '', /aquarium%20lesson\.mp4$/);
});

test('given a video that is not indexed, when it is opened, then the player offers to index it and plays it', async () => {
  const name = 'not yet read.mp4';
  await render(join(code.workspace, name), 120, undefined, 6);
  await runCommand(page, 'View: Close All Editors');
  const row = page.locator('.explorer-folders-view .monaco-list-row', { hasText: name });
  await row.click({ button: 'right' });
  // A click that comes too soon after the menu is taken for the end of the one that opened it.
  await page.locator('.monaco-menu .action-label', { hasText: 'Open in Goldfish' }).hover();
  await page.locator('.monaco-menu .action-item.focused', { hasText: 'Open in Goldfish' }).waitFor();
  await page.keyboard.press('Enter');
  const shown = webview(page);
  await shown.locator('p', { hasText: `${name} is not indexed` }).waitFor();
  await shot('vscode-not-indexed');
  await shown.locator('#index').click();
  await playsIn(page, 0);
  assert.equal((await client.result('goldfish/status')).videos, 4);
  await shot('vscode-player');
  await runCommand(page, 'View: Close All Editors');
  await runCommand(page, 'Goldfish: Open');
  await webview(page).locator('.progress', { hasText: '4 videos' }).waitFor();
});

test('given a stopped daemon, when the user starts it, then the page reconnects', async () => {
  const shown = webview(page);
  await client.result('goldfish/stop');
  assert.equal(await daemon.exit, 0);
  await shown.locator('#gone', { hasText: 'Goldfish is not running' }).waitFor();
  assert.equal(existsSync(join(box.dataDir, 'daemon.json')), false);
  await shown.locator('#restart').click();
  await shown.locator('.progress', { hasText: '4 videos' }).waitFor();
  await shot('vscode-again');
  assert.equal((await goldfish(box, 'stop')).code, 0);
});
