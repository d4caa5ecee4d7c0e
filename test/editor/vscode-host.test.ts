// needs: chromium
import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import type { Browser } from 'playwright-core';
import { packVsix } from '../../client/src/pack.ts';
import { openBrowser } from '../support/browser.ts';
import { type RunningDaemon, sandbox, startDaemon } from '../support/daemon.ts';
import { buildSuite, runInExtensionHost } from '../support/extension-host.ts';
import { RESULTS } from '../support/host-results.ts';
import { readLibrary, writeLibrary } from '../support/page-library.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { installVSCode, startVSCode, VERSIONS, type Version } from '../support/vscode.ts';

const box = sandbox();
const folder = join(box.folder, 'videos');
const command = join(import.meta.dirname, '../../dist/goldfish.mjs');
/** Of the extension that runs the suite: it brings a language model that answers by rote. */
const companion = {
  name: 'goldfish-suite',
  publisher: 'goldfish-test',
  version: '0.0.1',
  engines: { vscode: '^1.100.0' },
  activationEvents: ['*'],
  contributes: {
    languageModelChatProviders: [{ vendor: 'goldfish-test', displayName: 'Stand-in' }],
  },
};
let browser: Browser;
let daemon: RunningDaemon;
let vsix: string;
let suite: string;

before(async () => {
  vsix = await packVsix(mkdtempSync(join(tempFolder(), 'vsix-')), 'universal');
  suite = await buildSuite(
    join(import.meta.dirname, 'host/suite.ts'),
    mkdtempSync(join(tempFolder(), 'suite-')),
    companion,
  );
  await writeLibrary(folder);
  daemon = await startDaemon(box);
  await readLibrary(await daemon.client(), folder);
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  daemon?.child.kill();
  await daemon?.exit;
});

for (const version of Object.keys(VERSIONS) as Version[]) {
  test(`given the extension host of VS Code ${version}, when the checks run in it, then each passes`, async (t) => {
    const results = join(box.folder, `results-${version}.json`);
    const env = {
      ...box.env,
      GOLDFISH_DATA_DIR: box.dataDir,
      GOLDFISH_HOST_VIDEOS: folder,
      [RESULTS]: results,
    };
    const code = await startVSCode({
      code: installVSCode(version),
      vsix,
      settings: { 'goldfish.command': command },
      user: { 'chat.disableAIFeatures': false },
      // What a repository may bring: it must be without effect.
      files: {
        '.vscode/settings.json': JSON.stringify({
          'goldfish.command': '/tmp/evil.mjs',
          'goldfish.models.answerer': 'http://127.0.0.1:9/v1#evil',
        }),
      },
      env,
      args: ['--disable-workspace-trust', '--enable-smoke-test-driver'],
    });
    t.after(() => code.stop());
    const checks = await runInExtensionHost(code, browser, suite, results);
    assert.ok(checks.length > 10);
    for (const { name, fault, note } of checks)
      await t.test(note === undefined ? name : `${name}: ${note}`, () =>
        assert.equal(fault, undefined, fault),
      );
  });
}
