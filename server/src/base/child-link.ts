import { type ChildProcess, fork } from 'node:child_process';
import { Socket } from 'node:net';
import { setPriority } from 'node:os';
import type { FromChild, ToChild } from './child-wire.ts';

/** Kept of what a child writes to its standard error, characters. */
const STDERR_KEPT = 4000;
/** How long a child that was asked to end may take before it is killed, ms. */
const END_GRACE_MS = 2000;
/** How long its last words are waited for after its end, ms. */
const CLOSE_GRACE_MS = 200;

export interface LinkOptions {
  /** Path of the child's entry file. */
  readonly entry: string;
  /** Nice value, -20..19. */
  readonly priority: number;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** How long it may take to say that it is ready, ms. */
  readonly readyMs: number;
}

export interface Link {
  readonly pid: number | undefined;
  send(message: ToChild): void;
  /** Keeps this process alive while true. */
  hold(held: boolean): void;
  kill(): void;
  /** Ends it in good order; resolves when it is gone. */
  end(): Promise<void>;
}

/** Why a process ended, with the last it wrote. */
function reasonOf(code: number | null, signal: string | null, stderr: string): string {
  const how = signal ? `was ended by ${signal}` : `ended with code ${code}`;
  const last = stderr.trim();
  return last ? `${how}: ${last}` : how;
}

/**
 * Forks one process and resolves when it is ready. `onMessage` and `onEnd` are called from then on; where it
 * ends before that, the promise rejects with the reason.
 */
export function openLink(
  options: LinkOptions,
  onMessage: (message: FromChild) => void,
  onEnd: (reason: string) => void,
): Promise<Link> {
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
    let gone = false;
    const ended = new Promise<void>((settle) => {
      const finish = (reason: string): void => {
        if (gone) return;
        gone = true;
        clearTimeout(timer);
        settle();
        if (ready) onEnd(reason);
        else reject(new Error(reason));
      };
      child.once('error', (error) => finish(error.message));
      const closed = (code: number | null, signal: string | null) => finish(reasonOf(code, signal, stderr));
      child.once('close', closed);
      // A grandchild may hold the pipe open for long after the end.
      child.once('exit', (code, signal) => setTimeout(closed, CLOSE_GRACE_MS, code, signal).unref());
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), options.readyMs);
    const link: Link = {
      pid: child.pid,
      send(message) {
        if (child.connected) child.send(message, () => undefined);
      },
      hold(held) {
        const turn = held ? 'ref' : 'unref';
        child[turn]();
        child.channel?.[turn]();
        if (child.stderr instanceof Socket) child.stderr[turn]();
      },
      kill() {
        child.kill('SIGKILL');
      },
      async end() {
        if (gone) return;
        link.hold(true);
        if (child.connected) child.disconnect();
        const late = setTimeout(() => child.kill('SIGKILL'), END_GRACE_MS);
        await ended;
        clearTimeout(late);
      },
    };
    child.stderr?.setEncoding('utf8');
    child.stderr?.on('data', (text: string) => {
      stderr = (stderr + text).slice(-STDERR_KEPT);
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
