import { fork } from 'node:child_process';
import { Socket } from 'node:net';
import { setPriority } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { ClonePort } from './child-protocol.ts';

/** How much of the end of a child's standard error is kept, characters. */
const MAX_STDERR_CHARS = 4000;
/** How long a child that was asked to end may take before it is killed, ms. */
const EXIT_TIMEOUT_MS = 2000;
/** How long to wait for the rest of its standard error after its exit, ms. */
const STDERR_CLOSE_TIMEOUT_MS = 200;

/** A running child: a process or a thread. */
export interface ChildHost {
  readonly port: ClonePort;
  /** Undefined for a thread. */
  readonly pid: number | undefined;
  /** Resolves with the reason when the child has ended; never rejects. */
  readonly ended: Promise<string>;
  /** Keeps this process alive while true. */
  setKeepAlive(keepAlive: boolean): void;
  kill(): void;
  /** Asks the child to end; resolves when it is gone. */
  end(): Promise<void>;
}

export interface ProcessOptions {
  /** Path of the child's entry file. */
  readonly entry: string;
  readonly env: Readonly<Record<string, string>>;
  /** Nice value, -20..19. */
  readonly priority: number;
}

export interface ThreadOptions {
  readonly entry: string;
  readonly env: Readonly<Record<string, string>>;
  /** Heap for short-lived objects, MB. */
  readonly youngGenerationMb: number | undefined;
}

/** Describes why a process ended, with the end of its standard error. */
function toEndReason(code: number | null, signal: string | null, stderr: string): string {
  const cause = signal ? `was ended by ${signal}` : `ended with code ${code}`;
  const lastStderr = stderr.trim();
  return lastStderr ? `${cause}: ${lastStderr}` : cause;
}

type Process = ReturnType<typeof fork>;

/** Resolves with the reason when a process has ended and its standard error has been read. */
function waitForEnd(child: Process): Promise<string> {
  let stderr = '';
  child.stderr?.setEncoding('utf8');
  child.stderr?.on('data', (text: string) => {
    stderr = (stderr + text).slice(-MAX_STDERR_CHARS);
  });
  return new Promise((resolve) => {
    const onClosed = (code: number | null, signal: string | null) =>
      resolve(toEndReason(code, signal, stderr));
    child.once('error', (error) => resolve(error.message));
    child.once('close', onClosed);
    // A grandchild may keep the pipe open long after the exit.
    child.once('exit', (code, signal) => setTimeout(onClosed, STDERR_CLOSE_TIMEOUT_MS, code, signal).unref());
  });
}

/** Forks a process: for code that may crash or hang. */
export function startProcess({ entry, env, priority }: ProcessOptions): ChildHost {
  const child = fork(entry, [], {
    // 'advanced' carries typed arrays as bytes. Flags such as --inspect are not for children.
    serialization: 'advanced',
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env,
  });
  let isRunning = true;
  const childEnd = waitForEnd(child).finally(() => {
    isRunning = false;
  });
  const setKeepAlive = (keepAlive: boolean): void => {
    const refMethod = keepAlive ? 'ref' : 'unref';
    child[refMethod]();
    child.channel?.[refMethod]();
    if (child.stderr instanceof Socket) child.stderr[refMethod]();
  };
  lowerPriority(child.pid, priority);
  return {
    port: {
      post(message) {
        if (child.connected) child.send(message, () => undefined);
      },
      listen: (onMessage) => child.on('message', onMessage),
    },
    pid: child.pid,
    ended: childEnd,
    setKeepAlive,
    kill: () => child.kill('SIGKILL'),
    async end() {
      if (!isRunning) return;
      setKeepAlive(true);
      if (child.connected) child.disconnect();
      const killTimer = setTimeout(() => child.kill('SIGKILL'), EXIT_TIMEOUT_MS);
      await childEnd;
      clearTimeout(killTimer);
    },
  };
}

function lowerPriority(pid: number | undefined, priority: number): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, priority);
  } catch {
    // If the system refuses, the child runs at normal priority.
  }
}

/** Starts a worker thread: for code that blocks but cannot crash. A message to a thread costs a third of one to a process. */
export function startThread({ entry, env, youngGenerationMb }: ThreadOptions): ChildHost {
  const worker = new Worker(entry, {
    env,
    resourceLimits: youngGenerationMb === undefined ? {} : { maxYoungGenerationSizeMb: youngGenerationMb },
  });
  const { promise: threadEnd, resolve } = Promise.withResolvers<string>();
  worker.once('error', (error) =>
    resolve(`ended: ${error instanceof Error ? error.message : String(error)}`),
  );
  worker.once('exit', (code) => resolve(`ended with code ${code}`));
  return {
    port: {
      post: (message) => worker.postMessage(message),
      listen: (onMessage) => worker.on('message', onMessage),
    },
    pid: undefined,
    ended: threadEnd,
    setKeepAlive(keepAlive) {
      if (keepAlive) worker.ref();
      else worker.unref();
    },
    kill() {
      // A thread in a system call on a stalled drive ends only when the drive answers. Do not wait for it.
      worker.unref();
      void worker.terminate();
      resolve('was ended');
    },
    async end() {
      await worker.terminate();
    },
  };
}
