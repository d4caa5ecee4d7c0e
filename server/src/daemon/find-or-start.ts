import { type ChildProcess, spawn } from 'node:child_process';
import {
  closeSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  statfsSync,
  watch,
} from 'node:fs';
import type { Socket } from 'node:net';
import type { Identity } from '../../protocol/base.ts';
import { PROTOCOL_VERSION } from '../../protocol/errors.ts';
import { BUILD } from '../base/build.ts';
import { daemonFlags, entryPath, nativeEnvironment } from '../base/children.ts';
import { dataDirPaths } from '../base/paths.ts';
import { type DaemonError, daemonUnavailable } from '../rpc/daemon-error.ts';
import { findRunningDaemon } from './daemon-socket.ts';

/** Who we are to a daemon. */
export const identity: Identity = { protocol: PROTOCOL_VERSION, build: BUILD };

export interface ConnectOptions {
  /** Absolute path. */
  readonly dataDir: string;
  /** False: start none, and resolve to undefined where none runs. */
  readonly start?: boolean;
  /** The daemon, where started by this call, ends with this process, even where it is killed. */
  readonly tied?: boolean;
  /** Told where a daemon was spoken to that was ending, or ended because the caller's build is newer. */
  readonly onEnded?: () => void;
  readonly signal?: AbortSignal;
}

/** Longest wait for a daemon to answer; opening a big index after a crash takes seconds. */
const START_TIMEOUT_MS = 60_000;
/** What is kept of words that native code printed, bytes. */
const MAX_STDERR_BYTES = 1024 * 1024;
/** With less free space than this, bytes, a disk is called full. */
const MIN_FREE_BYTES = 64 * 1024;
/** Wakes up where the file system cannot tell of the new daemon (no inotify watch left, a network drive). */
const POLL_INTERVAL_MS = 200;

/** Resolves when the other side has closed; a daemon does so after it has let go of its lock. */
export function waitForClose(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.destroyed) return resolve();
    socket.once('close', () => resolve());
    socket.once('end', () => socket.destroy());
    socket.resume();
  });
}

/** A socket to the daemon, started where none runs. Several starters at once all get the one that won the lock. */
export async function findOrStartDaemon(
  options: ConnectOptions,
  attemptsLeft = 5,
): Promise<Socket | undefined> {
  const { dataDir, signal } = options;
  signal?.throwIfAborted();
  const runningDaemon = await findRunningDaemon(dataDir);
  if (runningDaemon !== undefined) return runningDaemon.socket;
  if (options.start === false) return undefined;

  const spawned = spawnDaemon(options);
  const wakeSignal = createWakeSignal(dataDir, spawned.child);
  const deadlineMs = Date.now() + START_TIMEOUT_MS;
  try {
    for (;;) {
      const exitStatus = spawned.exitStatus();
      const listeningDaemon = await findRunningDaemon(dataDir);
      if (listeningDaemon !== undefined) {
        // Ours came too late. Left alone it could take the folder once the other has ended, with nobody to want it.
        if (listeningDaemon.pid !== spawned.child.pid) spawned.child.kill();
        return listeningDaemon.socket;
      }
      signal?.throwIfAborted();
      if (exitStatus !== undefined && exitStatus !== 0)
        throw toStartError(spawned.readStderr(), exitStatus, dataDir);
      // 0: another daemon won the lock, and is ending again by now.
      if (exitStatus === 0 && attemptsLeft > 0) return await findOrStartDaemon(options, attemptsLeft - 1);
      if (exitStatus === 0 || Date.now() > deadlineMs)
        throw daemonUnavailable(
          'The daemon does not answer.',
          `Try again; its log is in ${dataDirPaths(dataDir).logs}`,
        );
      await wakeSignal.next();
    }
  } finally {
    wakeSignal.stop();
  }
}

/** Makes an error of the last words of a daemon: what happened, and below it what to do. */
function toStartError(stderrText: string, exitStatus: number | string, dataDir: string): DaemonError {
  if (stderrText === '' && isDiskFull(dataDir))
    return daemonUnavailable(
      `The daemon could not start: the disk that holds ${dataDir} is full.`,
      'Free some space on it, or choose another folder with --data-dir.',
    );
  const [first = '', ...rest] = stderrText.replace(/^goldfish: /, '').split('\n');
  return daemonUnavailable(
    `The daemon could not start: ${first === '' ? `it ended with ${exitStatus}` : first}`,
    rest.length > 0 ? rest.join('\n') : `Its messages are in ${dataDirPaths(dataDir).logs}`,
  );
}

/** A full disk takes no last words either. */
function isDiskFull(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize < MIN_FREE_BYTES;
  } catch {
    return false;
  }
}

interface SpawnedDaemon {
  readonly child: ChildProcess;
  /** Exit code or signal; undefined while it runs. */
  exitStatus(): number | string | undefined;
  /** What it wrote to stderr since it was started. */
  readStderr(): string;
}

/** Starts the daemon in its own session with no stream of ours, so that it outlives us. */
function spawnDaemon({ dataDir, tied }: ConnectOptions): SpawnedDaemon {
  const { stderr, logs } = dataDirPaths(dataDir);
  try {
    mkdirSync(logs, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw daemonUnavailable(
      `The data folder ${dataDir} cannot be used: ${(error as Error).message}`,
      'Choose another with --data-dir.',
    );
  }
  const file = openSync(stderr, 'a', 0o600);
  if (fstatSync(file).size > MAX_STDERR_BYTES) ftruncateSync(file);
  const startOffset = fstatSync(file).size;
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      ...daemonFlags,
      entryPath(),
      'daemon',
      '--data-dir',
      dataDir,
      ...(tied ? ['--with-pid', String(process.pid)] : []),
    ],
    {
      cwd: dataDir,
      detached: true,
      windowsHide: true,
      stdio: ['ignore', 'ignore', file],
      env: { ...process.env, ...nativeEnvironment },
    },
  );
  closeSync(file);
  let exitStatus: number | string | undefined;
  child.once('error', (error) => {
    exitStatus = error.message;
  });
  child.once('exit', (code, signal) => {
    exitStatus = code ?? signal ?? 1;
  });
  child.unref();
  return { child, exitStatus: () => exitStatus, readStderr: () => readTextFrom(stderr, startOffset) };
}

function readTextFrom(path: string, startOffset: number): string {
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(4096);
    return buffer.toString('utf8', 0, readSync(file, buffer, 0, buffer.length, startOffset)).trim();
  } finally {
    closeSync(file);
  }
}

/** Wakes when the endpoint file may have appeared or the child has ended. */
function createWakeSignal(dataDir: string, child: ChildProcess) {
  let wake: () => void = () => undefined;
  let pending = false;
  const signalWake = () => {
    pending = true;
    wake();
  };
  child.on('exit', signalWake);
  child.on('error', signalWake);
  const timer = setInterval(signalWake, POLL_INTERVAL_MS);
  const watcher = watchFolder(dataDir, signalWake);
  return {
    async next() {
      if (!pending)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      pending = false;
    },
    stop() {
      clearInterval(timer);
      watcher?.close();
      child.off('exit', signalWake);
      child.off('error', signalWake);
    },
  };
}

function watchFolder(dataDir: string, onEvent: () => void) {
  try {
    const watcher = watch(dataDir, { persistent: false }, onEvent);
    watcher.on('error', () => undefined);
    return watcher;
  } catch {
    // No watch to be had: the tick does.
    return undefined;
  }
}
