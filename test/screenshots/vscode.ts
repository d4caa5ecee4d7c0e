import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { packVsix } from '../../client/src/pack.ts';
import { bundle, goldfish, sandbox, startDaemon } from '../support/daemon.ts';
import { readLibrary } from '../support/page-library.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { installVSCode, playsIn, runCommand, startVSCode } from '../support/vscode.ts';
import { atRest, statusWhen } from '../support/watched.ts';
import { QUESTION } from './states.ts';

const THEMES = { light: 'Default Light Modern', dark: 'Default Dark Modern' } as const;
const EDITOR_MS = 120_000;

/** The page in the side bar: its webview is the first one. */
const sideBar = (page: Page) =>
  page
    .frameLocator('.part.sidebar iframe.webview.ready, iframe.webview.ready >> nth=0')
    .frameLocator('#active-frame');

/** Takes pictures of VS Code: the answer in the side bar, and the player in a tab. */
export async function takeEditorPictures(browser: Browser, folder: string): Promise<void> {
  const vsix = await packVsix(mkdtempSync(join(tempFolder(), 'vsix-')), 'universal');
  for (const scheme of ['light', 'dark'] as const) {
    const box = sandbox();
    const daemon = await startDaemon(box);
    const client = await daemon.client();
    await readLibrary(client, join(import.meta.dirname, '../../demo/videos'));
    await statusWhen(client, atRest);
    const code = await startVSCode({
      code: installVSCode('1.139.1'),
      vsix,
      settings: { 'goldfish.command': bundle },
      user: { 'workbench.colorTheme': THEMES[scheme] },
      env: { ...box.env, GOLDFISH_DATA_DIR: box.dataDir },
    });
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    try {
      page.setDefaultTimeout(EDITOR_MS);
      await page.goto(code.url);
      await page.locator('.activitybar a[aria-label*="Goldfish"]').first().click();
      const side = sideBar(page);
      await side.locator('#question').fill(QUESTION);
      await side.locator('#question').press('Enter');
      await side.locator('.answer[aria-busy=false] .cite').first().click();
      await page.locator('.tab', { hasText: 'Goldfish' }).first().waitFor();
      await side.locator('.nowbar').waitFor();
      await page.waitForTimeout(6000);
      await page.screenshot({ path: join(folder, `vscode-${scheme}.png`) });
      await runCommand(page, 'View: Close Primary Side Bar').catch(() => undefined);
      await playsIn(page, 30).catch(() => undefined);
      await page.screenshot({ path: join(folder, `vscode-tab-${scheme}.png`) });
    } finally {
      await page.close();
      await code.stop();
      await goldfish(box, 'stop');
      daemon.child.kill();
      await daemon.exit;
    }
  }
}
