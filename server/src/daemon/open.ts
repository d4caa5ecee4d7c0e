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
import { filesOf } from '../base/places.ts';
import { type DaemonError, unavailable } from '../rpc/daemon-error.ts';
import { find } from './socket.ts';

/** Who we are to a daemon. */
export const identity: Identity = { protocol: PROTOCOL_VERSION, build: BUILD };

export interface OpenOptions {
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
const START_LIMIT_MS = 60_000;
/** What is kept of words that native code printed, bytes. */
const STDERR_LIMIT = 1024 * 1024;
/** With less free space than this, bytes, a disk is called full. */
const FULL_BYTES = 64 * 1024;
/** Wakes up where the file system cannot tell of the new daemon (no inotify watch left, a network drive). */
const TICK_MS = 200;

/** Resolves when the other side has closed; a daemon does so after it has let go of its lock. */
export function closeOf(socket: Socket): Promise<void> {
  return new Promise((done) => {
    if (socket.destroyed) return done();
    socket.once('close', () => done());
    socket.once('end', () => socket.destroy());
    socket.resume();
  });
}

/** A socket to the daemon, started where none runs. Several starters at once all get the one that won the lock. */
export async function openDaemon(options: OpenOptions, rounds = 5): Promise<Socket | undefined> {
  const { dataDir, signal } = options;
  signal?.throwIfAborted();
  const found = await find(dataDir);
  if (found !== undefined) return found.socket;
  if (options.start === false) return undefined;

  const started = spawnDaemon(options);
  const alarm = wakeUps(dataDir, started.child);
  const until = Date.now() + START_LIMIT_MS;
  try {
    for (;;) {
      const gone = started.exit();
      const answering = await find(dataDir);
      if (answering !== undefined) {
        // Ours came too late. Left alone it could take the folder once the other has ended, with nobody to want it.
        if (answering.pid !== started.child.pid) started.child.kill();
        return answering.socket;
      }
      signal?.throwIfAborted();
      if (gone !== undefined && gone !== 0) throw failedStart(started.said(), gone, dataDir);
      // 0: another daemon won the lock, and is ending again by now.
      if (gone === 0 && rounds > 0) return await openDaemon(options, rounds - 1);
      if (gone === 0 || Date.now() > until)
        throw unavailable('The daemon does not answer.', `Try again; its log is in ${filesOf(dataDir).logs}`);
      await alarm.next();
    }
  } finally {
    alarm.stop();
  }
}

/** Makes an error of the last words of a daemon: what happened, and below it what to do. */
function failedStart(said: string, exit: number | string, dataDir: string): DaemonError {
  if (said === '' && isFull(dataDir))
    return unavailable(
      `The daemon could not start: the disk that holds ${dataDir} is full.`,
      'Free some space on it, or choose another folder with --data-dir.',
    );
  const [first = '', ...rest] = said.replace(/^goldfish: /, '').split('\n');
  return unavailable(
    `The daemon could not start: ${first === '' ? `it ended with ${exit}` : first}`,
    rest.length > 0 ? rest.join('\n') : `Its messages are in ${filesOf(dataDir).logs}`,
  );
}

/** A full disk takes no last words either. */
function isFull(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize < FULL_BYTES;
  } catch {
    return false;
  }
}

interface Started {
  readonly child: ChildProcess;
  /** Exit code or signal; undefined while it runs. */
  exit(): number | string | undefined;
  /** What it wrote to stderr since it was started. */
  said(): string;
}

/** Starts the daemon in its own session with no stream of ours, so that it outlives us. */
function spawnDaemon({ dataDir, tied }: OpenOptions): Started {
  const { stderr, logs } = filesOf(dataDir);
  try {
    mkdirSync(logs, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw unavailable(
      `The data folder ${dataDir} cannot be used: ${(error as Error).message}`,
      'Choose another with --data-dir.',
    );
  }
  const file = openSync(stderr, 'a', 0o600);
  if (fstatSync(file).size > STDERR_LIMIT) ftruncateSync(file);
  const from = fstatSync(file).size;
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
  let exit: number | string | undefined;
  child.once('error', (error) => {
    exit = error.message;
  });
  child.once('exit', (code, signal) => {
    exit = code ?? signal ?? 1;
  });
  child.unref();
  return { child, exit: () => exit, said: () => readFrom(stderr, from) };
}

function readFrom(path: string, from: number): string {
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(4096);
    return buffer.toString('utf8', 0, readSync(file, buffer, 0, buffer.length, from)).trim();
  } finally {
    closeSync(file);
  }
}

/** Wakes when the endpoint file may have appeared or the child has ended. */
function wakeUps(dataDir: string, child: ChildProcess) {
  let wake: () => void = () => undefined;
  let pending = false;
  const ring = () => {
    pending = true;
    wake();
  };
  child.on('exit', ring);
  child.on('error', ring);
  const timer = setInterval(ring, TICK_MS);
  const watcher = watchFolder(dataDir, ring);
  return {
    async next() {
      if (!pending)
        await new Promise<void>((done) => {
          wake = done;
        });
      pending = false;
    },
    stop() {
      clearInterval(timer);
      watcher?.close();
      child.off('exit', ring);
      child.off('error', ring);
    },
  };
}

function watchFolder(dataDir: string, ring: () => void) {
  try {
    const watcher = watch(dataDir, { persistent: false }, ring);
    watcher.on('error', () => undefined);
    return watcher;
  } catch {
    // No watch to be had: the tick does.
    return undefined;
  }
}
