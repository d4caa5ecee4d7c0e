import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Browser } from 'playwright-core';
import type { RunningVSCode } from './vscode.ts';

/** One check of a suite that ran inside the extension host. */
export interface Checked {
  readonly name: string;
  /** What went wrong; absent where nothing did. */
  readonly fault?: string;
  /** What it measured, for whoever reads the run. */
  readonly note?: string;
}

/**
 * Bundles a suite into a folder that is also the extension under development beside the installed one, with a
 * manifest of its own, and returns the folder.
 */
export async function buildSuite(entry: string, into: string, manifest: object): Promise<string> {
  mkdirSync(into, { recursive: true });
  await build({
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    external: ['vscode'],
    entryPoints: [entry],
    outfile: join(into, 'suite.cjs'),
    logLevel: 'warning',
  });
  writeFileSync(join(into, 'package.json'), JSON.stringify({ main: './suite.cjs', ...manifest }));
  return into;
}

/** As @vscode/test-electron does: opens a window whose extension host calls `run()` of the suite and waits for its end. */
export async function runInExtensionHost(
  code: RunningVSCode,
  browser: Browser,
  folder: string,
  results: string,
): Promise<readonly Checked[]> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const { promise: ended, resolve } = Promise.withResolvers<unknown>();
  const said: string[] = [];
  await page.exposeFunction('codeAutomationExit', resolve);
  await page.exposeFunction('codeAutomationLog', (_kind: string, all: readonly unknown[]) =>
    said.push(all.map(String).join(' ')),
  );
  const there = (path: string) => `vscode-remote://${code.authority}${path}`;
  const payload = [
    ['extensionDevelopmentPath', there(folder)],
    ['extensionTestsPath', there(join(folder, 'suite.cjs'))],
    ['skipWelcome', 'true'],
  ];
  try {
    await page.goto(`${code.url}&payload=${encodeURIComponent(JSON.stringify(payload))}`);
    const exit = await ended;
    const found: readonly Checked[] = JSON.parse(readFileSync(results, 'utf8'));
    if (exit !== 0) throw new Error(`The suite ended with ${exit}:\n${said.slice(-20).join('\n')}`);
    return found;
  } finally {
    await page.close();
  }
}
