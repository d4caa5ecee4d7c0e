// needs: chromium
import { mkdirSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { packVsix } from '../../client/src/pack.ts';
import { openBrowser } from '../support/browser.ts';
import { goldfish, sandbox } from '../support/daemon.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { installVSCode, runCommand, startVSCode, webview } from '../support/vscode.ts';

const shots = process.env.GOLDFISH_SCREENSHOTS ?? tempFolder();

test('with an empty home and no goldfish, the extension asks, installs and shows the page', async (t) => {
  mkdirSync(shots, { recursive: true });
  const box = sandbox();
  const vsix = await packVsix(mkdtempSync(join(tempFolder(), 'vsix-')));
  const env = { ...box.env, GOLDFISH_DATA_DIR: box.dataDir };
  const code = await startVSCode({ code: installVSCode('1.139.1'), vsix, settings: {}, env });
  t.after(() => code.stop());
  t.after(() => goldfish(box, 'stop'));
  const browser = await openBrowser();
  t.after(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  page.setDefaultTimeout(60_000);
  await page.goto(code.url);
  await page.locator('.activitybar a[aria-label*="Goldfish"]').first().waitFor();
  await runCommand(page, 'Goldfish: Open');
  await page.locator('.monaco-dialog-box').waitFor();
  await page.screenshot({ path: join(shots, 'vscode-install.png') });
  await page.locator('.monaco-dialog-box .monaco-button', { hasText: 'Install' }).first().click();
  const start = webview(page).locator('.empty h2', { hasText: 'No videos yet' });
  try {
    await start.waitFor({ timeout: 540_000 });
  } finally {
    await page.screenshot({ path: join(shots, 'vscode-installed.png') });
  }
  // It runs on what was installed: nothing else of Goldfish is there.
  await runCommand(page, 'Goldfish: Restart Daemon');
  await start.waitFor();
});
