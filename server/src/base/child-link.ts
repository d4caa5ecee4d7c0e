import { type ChildProcess, fork } from 'node:child_process';
import { Socket } from 'node:net';
import { setPriority } from 'node:os';
import type { FromChild, ToChild } from './child-protocol.ts';

/** Kept of what a child writes to its standard error, characters. */
const MAX_STDERR_CHARS = 4000;
/** How long a child that was asked to end may take before it is killed, ms. */
const EXIT_TIMEOUT_MS = 2000;
/** How long its last words are waited for after its end, ms. */
const STDERR_CLOSE_TIMEOUT_MS = 200;

export interface ChildLinkOptions {
  /** Path of the child's entry file. */
  readonly entry: string;
  /** Nice value, -20..19. */
  readonly priority: number;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** How long it may take to say that it is ready, ms. */
  readonly readyTimeoutMs: number;
}

export interface ChildLink {
  readonly pid: number | undefined;
  send(message: ToChild): void;
  /** Keeps this process alive while true. */
  setKeepAlive(keepAlive: boolean): void;
  kill(): void;
  /** Ends it in good order; resolves when it is gone. */
  endAndWait(): Promise<void>;
}

/** Why a process ended, with the last it wrote. */
function toEndReason(code: number | null, signal: string | null, stderr: string): string {
  const cause = signal ? `was ended by ${signal}` : `ended with code ${code}`;
  const lastStderr = stderr.trim();
  return lastStderr ? `${cause}: ${lastStderr}` : cause;
}

/**
 * Forks one process and resolves when it is ready. `onMessage` and `onEnd` are called from then on; where it
 * ends before that, the promise rejects with the reason.
 */
export function openChildLink(
  options: ChildLinkOptions,
  onMessage: (message: FromChild) => void,
  onEnd: (reason: string) => void,
): Promise<ChildLink> {
  return new Promise((resolve, reject) => {
    const child: ChildProcess = fork(options.entry, [], {
      // 'advanced' carries typed arrays as bytes. Flags such as --inspect are not for children.
      serialization: 'advanced',
      execArgv: [],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // ONNX Runtime sends telemetry unless told not to; fewer malloc arenas give memory back.
      env: { ...process.env, ORT_DISABLE_TELEMETRY: '1', MALLOC_ARENA_MAX: '2', ...options.env },
    });
    let stderr = '';
    let ready = false;
    let hasEnded = false;
    const exitPromise = new Promise<void>((settle) => {
      const finish = (reason: string): void => {
        if (hasEnded) return;
        hasEnded = true;
        clearTimeout(timer);
        settle();
        if (ready) onEnd(reason);
        else reject(new Error(reason));
      };
      child.once('error', (error) => finish(error.message));
      const onClosed = (code: number | null, signal: string | null) =>
        finish(toEndReason(code, signal, stderr));
      child.once('close', onClosed);
      // A grandchild may hold the pipe open for long after the end.
      child.once('exit', (code, signal) =>
        setTimeout(onClosed, STDERR_CLOSE_TIMEOUT_MS, code, signal).unref(),
      );
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), options.readyTimeoutMs);
    const link: ChildLink = {
      pid: child.pid,
      send(message) {
        if (child.connected) child.send(message, () => undefined);
      },
      setKeepAlive(keepAlive) {
        const refMethod = keepAlive ? 'ref' : 'unref';
        child[refMethod]();
        child.channel?.[refMethod]();
        if (child.stderr instanceof Socket) child.stderr[refMethod]();
      },
      kill() {
        child.kill('SIGKILL');
      },
      async endAndWait() {
        if (hasEnded) return;
        link.setKeepAlive(true);
        if (child.connected) child.disconnect();
        const killTimer = setTimeout(() => child.kill('SIGKILL'), EXIT_TIMEOUT_MS);
        await exitPromise;
        clearTimeout(killTimer);
      },
    };
    child.stderr?.setEncoding('utf8');
    child.stderr?.on('data', (text: string) => {
      stderr = (stderr + text).slice(-MAX_STDERR_CHARS);
    });
    child.on('message', (message: FromChild) => {
      if (message.kind !== 'ready') {
        onMessage(message);
        return;
      }
      ready = true;
      clearTimeout(timer);
      resolve(link);
    });
    if (child.pid === undefined) return;
    try {
      setPriority(child.pid, options.priority);
    } catch {
      // A system that refuses runs it at the usual priority.
    }
  });
}
