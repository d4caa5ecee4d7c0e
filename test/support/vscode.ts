import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { homedir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import type { FrameLocator, Page } from 'playwright-core';
import { endWithTests } from './started.ts';
import { tempFolder } from './temp-folder.ts';

/**
 * Real VS Codes on npm, as the server and web workbench inside code-server's package: the latest and the oldest that
 * the extension supports. `node` is one that its native parts were made for, `majors` are those that it runs on.
 */
export const VERSIONS = {
  '1.139.1': { codeServer: '4.139.1', node: '24.21.0', majors: [22, 24] },
  '1.100.3': { codeServer: '4.100.3', node: '22.23.3', majors: [20, 22] },
} as const;

export type Version = keyof typeof VERSIONS;

/** A VS Code on this machine. */
export interface Installed {
  readonly version: Version;
  readonly folder: string;
  /** The Node that runs it. */
  readonly node: string;
}

const cache = process.env.VSCODE_TEST_CACHE ?? join(homedir(), '.cache', 'vscode-npm');

const npm = (args: readonly string[], cwd: string) =>
  execFileSync('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd,
    stdio: ['ignore', 'ignore', 'inherit'],
  });

/** Makes a folder beside its place and renames it into it: test files that run side by side may want the same one. */
function putOnce(place: string, make: (folder: string) => void): void {
  if (existsSync(place)) return;
  mkdirSync(cache, { recursive: true });
  const fresh = mkdtempSync(`${place}.`);
  try {
    make(fresh);
    renameSync(fresh, place);
  } catch (error) {
    // Another one was first.
    if (!existsSync(place)) throw error;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/** Puts a VS Code into the cache, where it is not there yet. */
export function installVSCode(version: Version): Installed {
  const { codeServer } = VERSIONS[version];
  const root = join(cache, `code-server-${codeServer}`);
  putOnce(root, (fresh) => {
    const name = `code-server-${codeServer}.tgz`;
    npm(['pack', `code-server@${codeServer}`, '--silent'], fresh);
    execFileSync('tar', ['xzf', name, '--strip-components=1', 'package/lib/vscode'], { cwd: fresh });
    rmSync(join(fresh, name));
    // Not "npm ci": the lock that comes with it is out of step with its package.json.
    npm(['install', '--omit=dev', '--ignore-scripts'], join(fresh, 'lib/vscode'));
    linkSearchTool(join(fresh, 'lib/vscode'));
  });
  return { version, folder: join(root, 'lib/vscode'), node: nodeFor(version) };
}

/** The running Node where that fits a VS Code, else one from npm beside it. */
function nodeFor(version: Version): string {
  const { node, majors } = VERSIONS[version];
  const running = Number(process.versions.node.split('.')[0]);
  if (majors.some((major) => major === running)) return process.execPath;
  const name = `node-linux-${process.arch}`;
  const home = join(cache, `node-for-vscode-${node}`);
  putOnce(home, (fresh) => {
    writeFileSync(join(fresh, 'package.json'), '{"private":true}');
    npm(['install', '--no-save', '--ignore-scripts', `${name}@${node}`], fresh);
  });
  return join(home, 'node_modules', name, 'bin/node');
}

/** An older layout downloads ripgrep in a script, which we do not run: the system's is taken where there is one. */
function linkSearchTool(folder: string): void {
  const home = join(folder, 'node_modules/@vscode/ripgrep');
  const found = (process.env.PATH ?? '')
    .split(delimiter)
    .map((path) => join(path, 'rg'))
    .find(existsSync);
  const link = join(home, 'bin/rg');
  if (found === undefined || !existsSync(home) || existsSync(link)) return;
  mkdirSync(dirname(link), { recursive: true });
  symlinkSync(found, link);
}

const SETTINGS = {
  'workbench.startupEditor': 'none',
  'telemetry.telemetryLevel': 'off',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'chat.disableAIFeatures': true,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.enableExperiments': false,
};

/**
 * Another origin in front of servers on this machine, as a remote workspace has it: `/<port>/...` goes there. The
 * plain server of VS Code has no such route of its own.
 */
async function startProxy() {
  const proxy = createServer((asked, response) => {
    const match = /^\/(\d+)(\/.*)$/.exec(asked.url ?? '');
    if (match === null) {
      response.writeHead(404).end();
      return;
    }
    const [, port, path] = match;
    const headers = { ...asked.headers, host: `127.0.0.1:${port}` };
    const up = request({ host: '127.0.0.1', port, path, method: asked.method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    up.on('error', () => response.destroy());
    response.on('close', () => up.destroy());
    asked.pipe(up);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  return {
    port: (proxy.address() as AddressInfo).port,
    close: () => void proxy.close().closeAllConnections(),
  };
}

/** Every workspace is trusted: nobody is asked. */
const TRUSTING = '--disable-workspace-trust';

export interface VSCodeOptions {
  readonly code: Installed;
  /** Installed into it; none where absent. */
  readonly vsix?: string;
  /** Settings of the machine. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Settings of the user beside those that keep it quiet. */
  readonly user?: Readonly<Record<string, unknown>>;
  /** Files of the workspace by their path in it. */
  readonly files?: Readonly<Record<string, string>>;
  readonly env: NodeJS.ProcessEnv;
  /** Of the server; every workspace is trusted where absent. */
  readonly args?: readonly string[];
}

export interface RunningVSCode {
  /** Shows the workspace. */
  readonly url: string;
  /** Host and port. */
  readonly authority: string;
  readonly workspace: string;
  /** The home that it was given. */
  readonly home: string;
  /** Where the machine's settings lie. */
  readonly machineSettings: string;
  stop(): Promise<void>;
}

function put(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** Starts VS Code's server with an extension installed from its .vsix, and an own home. */
export async function startVSCode(options: VSCodeOptions): Promise<RunningVSCode> {
  const { code, vsix, settings = {}, user = {}, files = {}, env, args = [TRUSTING] } = options;
  const home = mkdtempSync(join(tempFolder(), 'code-'));
  const workspace = join(home, 'workspace');
  // Settings of machine scope are read from here alone.
  const machineSettings = join(home, 'server/data/Machine/settings.json');
  mkdirSync(workspace);
  for (const [name, text] of Object.entries(files)) put(join(workspace, name), text);
  put(join(home, 'server/data/User/settings.json'), JSON.stringify({ ...SETTINGS, ...user }));
  put(machineSettings, JSON.stringify(settings));
  const proxy = await startProxy();
  const clean = Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^(NODE_OPTIONS$|VSCODE_|npm_|NODE_TEST)/.test(name)),
  );
  const own = {
    ...clean,
    HOME: home,
    EXTENSIONS_GALLERY: '{"serviceUrl":""}',
    VSCODE_PROXY_URI: `http://127.0.0.1:${proxy.port}/{{port}}/`,
  };
  const base = [
    join(code.folder, 'out/server-main.js'),
    '--server-data-dir',
    join(home, 'server'),
    '--accept-server-license-terms',
  ];
  if (vsix !== undefined)
    execFileSync(code.node, [...base, '--install-extension', vsix, '--force'], { env: own, stdio: 'pipe' });
  const child = endWithTests(
    spawn(
      code.node,
      [
        ...base,
        ...['--host', '127.0.0.1', '--port', '0', '--without-connection-token'],
        ...['--disable-telemetry', ...args],
      ],
      { env: own, stdio: ['ignore', 'pipe', 'pipe'] },
    ),
  );
  let said = '';
  const authority = await new Promise<string>((done, fail) => {
    const hear = (text: Buffer) => {
      said += text;
      const port = /agent listening on (\d+)/.exec(said)?.[1];
      if (port !== undefined) done(`127.0.0.1:${port}`);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('exit', () => fail(new Error(`VS Code's server did not start:\n${said}`)));
  });
  return {
    url: `http://${authority}/?folder=${encodeURIComponent(workspace)}`,
    authority,
    workspace,
    home,
    machineSettings,
    async stop() {
      proxy.close();
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill();
      await once(child, 'exit');
    },
  };
}

/** Runs a command from the palette. */
export async function runCommand(page: Page, title: string): Promise<void> {
  await page.keyboard.press('F1');
  const input = page.locator('.quick-input-widget input').first();
  await input.waitFor({ state: 'visible' });
  await page.keyboard.type(title);
  await page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first().waitFor();
  await page.keyboard.press('Enter');
}

/** Types into the quick input that is shown, and takes it. */
export async function answerInput(page: Page, text: string): Promise<void> {
  const input = page.locator('.quick-input-widget input').first();
  await input.waitFor({ state: 'visible' });
  await input.fill(text);
  await page.keyboard.press('Enter');
}

/** Names a folder in the dialog for files, once it shows the workspace: what is typed before that is lost. */
export async function chooseFolder(page: Page, folder: string): Promise<void> {
  const dialog = page.locator('.quick-input-widget');
  const take = dialog.getByText('Add to Goldfish', { exact: true });
  await take.waitFor();
  await page.waitForFunction(() => {
    const { document } = globalThis as unknown as {
      document: { querySelector(selector: string): { readonly value: string } | null };
    };
    return document.querySelector('.quick-input-widget input')?.value.endsWith('/workspace/');
  });
  await dialog.locator('.monaco-list-row').getByText('..', { exact: true }).waitFor();
  await dialog.locator('input').first().fill(folder);
  await dialog.locator('.monaco-list-row').getByText(basename(folder), { exact: true }).waitFor();
  await take.click();
}

interface Player extends EventTarget {
  readonly currentTime: number;
  readonly paused: boolean;
}

/** Resolves when the video of the page in a webview plays on from a second. */
export async function playsIn(page: Page, fromSeconds: number): Promise<void> {
  const video = webview(page).locator('video');
  await video.waitFor();
  await video.evaluate(
    (element, start) =>
      new Promise<void>((done) => {
        const player = element as unknown as Player;
        const look = () => {
          if (player.paused || player.currentTime <= start || player.currentTime > start + 8) return;
          player.removeEventListener('timeupdate', look);
          done();
        };
        player.addEventListener('timeupdate', look);
      }),
    fromSeconds,
  );
}

/** What a webview shows. */
export const webview = (page: Page): FrameLocator =>
  page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
