import { type ChildProcess, spawn } from 'node:child_process';
import { cp, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type LogOutputChannel, ProgressLocation, window } from 'vscode';

const INSTALL = 'Install';
const WHAT =
  'Goldfish needs libraries that read video and keep its index: npm fetches them once, about 400 MB, with the checksums of the lock file that came with this extension.';

/** Where what the extension carries is completed, and from what. */
export interface Places {
  /** The carried server: sources of the install, without its libraries. */
  readonly carried: string;
  /** The folder to install into; its name tells the build. */
  readonly target: string;
}

/** Asks, installs and resolves with true; false where the person does not want it. Rejects with what went wrong. */
export async function offerInstall(places: Places, log: LogOutputChannel): Promise<boolean> {
  const chosen = await window.showInformationMessage(
    'Install Goldfish?',
    { modal: true, detail: WHAT },
    INSTALL,
  );
  if (chosen !== INSTALL) return false;
  await window.withProgress(
    { location: ProgressLocation.Notification, title: 'Installing Goldfish', cancellable: true },
    (_progress, token) => install(places, log, (npm) => token.onCancellationRequested(() => npm.kill())),
  );
  return true;
}

/** Puts everything beside its place and moves it there when it is whole: what was cut off is never taken for it. */
async function install(
  { carried, target }: Places,
  log: LogOutputChannel,
  onStart: (npm: ChildProcess) => void,
): Promise<void> {
  const draft = `${target}.draft`;
  const home = dirname(target);
  await rm(draft, { recursive: true, force: true });
  await mkdir(home, { recursive: true });
  await cp(carried, draft, { recursive: true });
  await runNpm(draft, log, onStart);
  const older = (await readdir(home)).filter((name) => join(home, name) !== draft);
  await Promise.all(older.map((name) => rm(join(home, name), { recursive: true, force: true })));
  await rename(draft, target);
}

function runNpm(folder: string, log: LogOutputChannel, onStart: (npm: ChildProcess) => void): Promise<void> {
  const windows = process.platform === 'win32';
  const args = ['ci', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'];
  return new Promise((done, fail) => {
    const npm = spawn(windows ? 'npm.cmd' : 'npm', args, { cwd: folder, shell: windows });
    let said = '';
    const hear = (data: Buffer) => {
      said = (said + data).slice(-2000);
      log.info(String(data).trimEnd());
    };
    npm.stdout.on('data', hear);
    npm.stderr.on('data', hear);
    npm.once('error', () =>
      fail(
        new Error('npm could not be started. Install Node.js 22 or newer, which brings it, and try again.'),
      ),
    );
    npm.once('close', (code, signal) => {
      if (code === 0) done();
      else
        fail(
          new Error(signal ? 'The install was cancelled.' : `npm failed: ${said.trim().split('\n').at(-1)}`),
        );
    });
    onStart(npm);
  });
}
