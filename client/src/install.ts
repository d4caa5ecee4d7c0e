import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { type LogOutputChannel, l10n, ProgressLocation, window, workspace } from 'vscode';

/** Where what the extension carries is completed, and from what. */
export interface InstallPaths {
  /** `app`, which runs where it is put, and `parts`, a manifest and lock file that npm completes. */
  readonly bundleFolder: string;
  /** The folder to install into; its name tells the build. */
  readonly installFolder: string;
}

/** The `goldfish` command of an install. */
export const launcherIn = (target: string) => join(target, 'app/server/bin/goldfish.mjs');

/** The index is carried for this platform: without npm, all but models and text on screen works. */
const bundlesIndex = (bundleFolder: string) =>
  existsSync(join(bundleFolder, 'app/node_modules/@lancedb/lancedb'));

/** An ffmpeg of this machine: that of the settings, else the one on PATH. */
function hasFfmpeg(): boolean {
  const configured = workspace.getConfiguration('goldfish').get<string>('media.ffmpegPath', '');
  if (configured !== '') return existsSync(configured);
  const name = process.platform === 'win32' ? 'ffmpeg.exe' : 'ffmpeg';
  return (process.env.PATH ?? '')
    .split(delimiter)
    .some((folder) => folder !== '' && existsSync(join(folder, name)));
}

/** Asks, installs and resolves with true; false where the person does not want it. Rejects with what went wrong. */
export async function offerInstall(installPaths: InstallPaths, log: LogOutputChannel): Promise<boolean> {
  const installLabel = l10n.t('Install');
  const ffmpegLabel = l10n.t('Use the FFmpeg of This Machine');
  const detail = l10n.t(
    'Goldfish needs libraries that read video, read text off the screen and run models: npm fetches them once, 740 MB of which 500 MB stay, with the checksums of the lock file that came with this extension.',
  );
  const alternative = l10n.t(
    'Or it reads video with the ffmpeg that is here, without models and without text on screen.',
  );
  const canUseFfmpeg = bundlesIndex(installPaths.bundleFolder) && hasFfmpeg();
  const choice = await window.showInformationMessage(
    l10n.t('Install Goldfish?'),
    { modal: true, detail: canUseFfmpeg ? `${detail}\n\n${alternative}` : detail },
    installLabel,
    ...(canUseFfmpeg ? [ffmpegLabel] : []),
  );
  if (choice === undefined) return false;
  await window.withProgress(
    { location: ProgressLocation.Notification, title: l10n.t('Installing Goldfish'), cancellable: true },
    (_progress, token) =>
      installInto(installPaths, async (draft) => {
        if (choice === installLabel)
          await runNpm(draft, log, (npm) => token.onCancellationRequested(() => npm.kill()));
      }),
  );
  return true;
}

/** Puts everything beside its place and moves it there when it is whole: what was cut off is never taken for it. */
async function installInto(
  { bundleFolder, installFolder }: InstallPaths,
  prepare: (draft: string) => Promise<void>,
): Promise<void> {
  const draft = `${installFolder}.draft`;
  const parentFolder = dirname(installFolder);
  await rm(draft, { recursive: true, force: true });
  await mkdir(parentFolder, { recursive: true });
  await cp(join(bundleFolder, 'parts'), draft, { recursive: true });
  await cp(join(bundleFolder, 'app'), join(draft, 'app'), { recursive: true });
  await prepare(draft);
  const oldInstalls = (await readdir(parentFolder)).filter((name) => join(parentFolder, name) !== draft);
  await Promise.all(
    oldInstalls.map((name) => rm(join(parentFolder, name), { recursive: true, force: true })),
  );
  await rename(draft, installFolder);
}

function runNpm(folder: string, log: LogOutputChannel, onStart: (npm: ChildProcess) => void): Promise<void> {
  const windows = process.platform === 'win32';
  const args = ['ci', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'];
  return new Promise((done, fail) => {
    const npm = spawn(windows ? 'npm.cmd' : 'npm', args, { cwd: folder, shell: windows });
    let output = '';
    const onOutput = (data: Buffer) => {
      output = (output + data).slice(-2000);
      log.info(String(data).trimEnd());
    };
    npm.stdout.on('data', onOutput);
    npm.stderr.on('data', onOutput);
    npm.once('error', () =>
      fail(
        new Error(
          l10n.t('npm could not be started. Install Node.js 22 or newer, which brings it, and try again.'),
        ),
      ),
    );
    npm.once('close', (code, signal) => {
      if (code === 0) done();
      else
        fail(
          new Error(
            signal
              ? l10n.t('The install was cancelled.')
              : l10n.t('npm failed: {0}', output.trim().split('\n').at(-1) ?? ''),
          ),
        );
    });
    onStart(npm);
  });
}
