import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, fstatSync, ftruncateSync, openSync, readSync, statfsSync, watch } from 'node:fs';
import type { Socket } from 'node:net';
import type { Identity } from '../../protocol/base.ts';
import { PROTOCOL_VERSION } from '../../protocol/errors.ts';
import { BUILD } from '../base/build.ts';
import { daemonFlags, entryPath, nativeEnvironment } from '../base/children.ts';
import { describeWriteError } from '../base/describe-write-error.ts';
import { makeFolders } from '../base/make-folders.ts';
import { dataDirPaths } from '../base/paths.ts';
import { type DaemonError, daemonUnavailable } from '../rpc/daemon-error.ts';
import { findRunningDaemon } from './daemon-socket.ts';

/** How this process identifies itself to a daemon. */
export const identity: Identity = { protocol: PROTOCOL_VERSION, build: BUILD };

export interface ConnectOptions {
  /** Absolute path. */
  readonly dataDir: string;
  /** False: do not start a daemon; resolve to undefined if none is running. */
  readonly start?: boolean;
  /** The client only wants to stop the daemon. */
  readonly stops?: boolean;
  /** Ties a daemon started by this call to this process: it ends with the process, even if that is killed. */
  readonly tied?: boolean;
  /**
   * Called when the contacted daemon was shutting down, for example to make way for the caller's newer build.
   */
  readonly onEnded?: () => void;
  readonly signal?: AbortSignal;
}

/** Longest wait for a daemon to answer. Opening a big index after a crash takes seconds. */
const START_TIMEOUT_MS = 60_000;
/** Size at which the stderr file is truncated, bytes. Native code prints to it. */
const MAX_STDERR_BYTES = 1024 * 1024;
/** Free space below which a disk counts as full, bytes. */
const MIN_FREE_BYTES = 64 * 1024;
/** Polls where the file system sends no events: no inotify watch left, or a network drive. */
const POLL_INTERVAL_MS = 200;

/** Resolves when the other side has closed the connection. A daemon does so after releasing its lock. */
export function waitForClose(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.destroyed) return resolve();
    socket.once('close', () => resolve());
    socket.once('end', () => socket.destroy());
    socket.resume();
  });
}

/**
 * Returns a socket to the daemon, which is started if none is running. Concurrent starters all connect to the
 * daemon that won the lock.
 */
export async function findOrStartDaemon(
  options: ConnectOptions,
  attemptsLeft = 5,
): Promise<Socket | undefined> {
  const { dataDir, signal } = options;
  signal?.throwIfAborted();
  const runningDaemon = await findRunningDaemon(dataDir);
  if (runningDaemon !== undefined) return runningDaemon.socket;
  if (options.start === false) return undefined;

  const spawnedDaemon = spawnDaemon(options);
  const wakeSignal = createWakeSignal(dataDir, spawnedDaemon.child);
  const deadlineMs = Date.now() + START_TIMEOUT_MS;
  try {
    for (;;) {
      const exitStatus = spawnedDaemon.exitStatus();
      const listeningDaemon = await findRunningDaemon(dataDir);
      if (listeningDaemon !== undefined) {
        // Our daemon lost the race for the lock. It must not take over the folder later, when nobody needs
        // it.
        if (listeningDaemon.pid !== spawnedDaemon.child.pid) spawnedDaemon.child.kill();
        return listeningDaemon.socket;
      }
      signal?.throwIfAborted();
      if (exitStatus !== undefined && exitStatus !== 0)
        throw toStartError(spawnedDaemon.readStderr(), exitStatus, dataDir);
      // Exit status 0 means that another daemon won the lock and has ended since.
      if (exitStatus === 0 && attemptsLeft > 0) return await findOrStartDaemon(options, attemptsLeft - 1);
      if (exitStatus === 0 || Date.now() > deadlineMs)
        throw daemonUnavailable(
          'The daemon is not responding.',
          `Try again. Its log is in ${dataDirPaths(dataDir).logs}`,
        );
      await wakeSignal.next();
    }
  } finally {
    wakeSignal.stop();
  }
}

/** Builds an error from what a daemon printed last: first line the cause, the rest the remedy. */
function toStartError(stderrText: string, exitStatus: number | string, dataDir: string): DaemonError {
  if (stderrText === '' && isDiskFull(dataDir))
    return daemonUnavailable(
      `The daemon could not start: the disk that holds ${dataDir} is full.`,
      'Free up space, or choose another folder with --data-dir.',
    );
  const [first = '', ...rest] = stderrText.replace(/^goldfish: /, '').split('\n');
  return daemonUnavailable(
    `The daemon could not start: ${first === '' ? `it exited with ${exitStatus}` : first}`,
    rest.length > 0 ? rest.join('\n') : `See its log in ${dataDirPaths(dataDir).logs}`,
  );
}

/** Returns whether the disk is full. A daemon cannot write its last words to a full disk. */
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
  /** Returns the exit code or signal; undefined while the daemon runs. */
  exitStatus(): number | string | undefined;
  /** Returns what the daemon has written to stderr since its start. */
  readStderr(): string;
}

/** Opens the file for the daemon's stderr in its data folder, which is created if it is missing. */
function openStderrFile(dataDir: string): number {
  const { stderr, logs } = dataDirPaths(dataDir);
  try {
    makeFolders(logs, 0o700);
    return openSync(stderr, 'a', 0o600);
  } catch (error) {
    const reason = describeWriteError(error)?.message ?? (error as Error).message;
    throw daemonUnavailable(
      `Cannot use the data folder ${dataDir}: ${reason}`,
      'Make it writable, or choose another folder with --data-dir.',
    );
  }
}

/** Starts the daemon in its own session without any of our streams, so that it outlives this process. */
function spawnDaemon({ dataDir, tied }: ConnectOptions): SpawnedDaemon {
  const { stderr } = dataDirPaths(dataDir);
  const file = openStderrFile(dataDir);
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
  return { child, exitStatus: () => exitStatus, readStderr: () => readLogTail(stderr, startOffset) };
}

function readLogTail(path: string, startOffset: number): string {
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
  let resumeWaiting: () => void = () => undefined;
  let pending = false;
  const signalWake = () => {
    pending = true;
    resumeWaiting();
  };
  child.on('exit', signalWake);
  child.on('error', signalWake);
  const timer = setInterval(signalWake, POLL_INTERVAL_MS);
  const watcher = watchFolder(dataDir, signalWake);
  return {
    async next() {
      if (!pending)
        await new Promise<void>((resolve) => {
          resumeWaiting = resolve;
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
    // No file watch is available; polling is enough.
    return undefined;
  }
}
