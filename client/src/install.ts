import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { type LogOutputChannel, l10n, ProgressLocation, window, workspace } from 'vscode';

/** Holds the source and the destination of an installation. */
export interface InstallPaths {
  /** The folder with `app`, which runs in any folder, and `parts`, a manifest and lock file for npm. */
  readonly bundleFolder: string;
  /** The folder to install into. It is named after the build. */
  readonly installFolder: string;
}

/** Returns the path of the `goldfish` command in an installation. */
export const launcherIn = (target: string) => join(target, 'app/server/bin/goldfish.mjs');

/** Returns whether the index is bundled for this platform. Then only models and text on screen need npm. */
const bundlesIndex = (bundleFolder: string) =>
  existsSync(join(bundleFolder, 'app/node_modules/@lancedb/lancedb'));

/** Returns whether an ffmpeg exists: the one from the settings, or else one on PATH. */
function hasFfmpeg(): boolean {
  const configuredPath = workspace.getConfiguration('goldfish').get<string>('media.ffmpegPath', '');
  if (configuredPath !== '') return existsSync(configuredPath);
  const name = process.platform === 'win32' ? 'ffmpeg.exe' : 'ffmpeg';
  return (process.env.PATH ?? '')
    .split(delimiter)
    .some((folder) => folder !== '' && existsSync(join(folder, name)));
}

/** Offers to install Goldfish. Resolves with false if the user declines. Rejects if the installation fails. */
export async function offerInstall(installPaths: InstallPaths, log: LogOutputChannel): Promise<boolean> {
  const installLabel = l10n.t('Install');
  const ffmpegLabel = l10n.t('Use Installed FFmpeg');
  const detail = l10n.t(
    'Goldfish needs libraries to read video, recognise text on screen and run models. npm downloads them once (740 MB, of which 500 MB stay) and checks them against the checksums in this extension.',
  );
  const alternative = l10n.t(
    'Or use the FFmpeg on this computer: without models and without text on screen.',
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

/** Installs into a draft folder and renames it when complete, so that an interrupted installation is never used. */
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
  const isWindows = process.platform === 'win32';
  const args = ['ci', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'];
  return new Promise((resolve, reject) => {
    const npm = spawn(isWindows ? 'npm.cmd' : 'npm', args, { cwd: folder, shell: isWindows });
    let output = '';
    const onOutput = (data: Buffer) => {
      output = (output + data).slice(-2000);
      log.info(String(data).trimEnd());
    };
    npm.stdout.on('data', onOutput);
    npm.stderr.on('data', onOutput);
    npm.once('error', () =>
      reject(
        new Error(
          l10n.t('npm could not be started. Install Node.js 22 or newer, which includes npm, and try again.'),
        ),
      ),
    );
    npm.once('close', (code, signal) => {
      if (code === 0) resolve();
      else
        reject(
          new Error(
            signal
              ? l10n.t('The installation was cancelled.')
              : l10n.t('npm failed: {0}', output.trim().split('\n').at(-1) ?? ''),
          ),
        );
    });
    onStart(npm);
  });
}
