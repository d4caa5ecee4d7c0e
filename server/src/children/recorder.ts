import { type ChildProcess, spawn } from 'node:child_process';
import { watch } from 'node:fs';
import { createInterface } from 'node:readline';
import { serveChildCalls } from '../base/child-server.ts';
import type { RecorderCalls, RecorderEnd, RecorderRun } from './recorder-messages.ts';

/** Number of problems kept. */
const MAX_PROBLEMS = 5;
/** Time that ffmpeg has to complete its file, and then to end after a signal, ms. */
const QUIT_MS = 3_000;
const TERMINATE_MS = 2_000;

interface Run {
  readonly child: ChildProcess;
  readonly ended: Promise<RecorderEnd>;
}

const runs = new Map<string, Run>();

// This process ends with the daemon, however that ends, and a recording with it.
process.on('exit', () => {
  for (const { child } of runs.values()) child.kill('SIGKILL');
});

/** Returns the recorded length that a line of ffmpeg's progress states, ms. */
function parseRecordedMs(line: string): number | undefined {
  const [, text] = /^out_time_us=(\d+)$/.exec(line) ?? [];
  return text === undefined ? undefined : Math.floor(Number(text) / 1000);
}

function startRun(
  { program, args, folder, name, env }: RecorderRun,
  onEvent: (event: number | 'begun') => void,
): Run {
  // ffmpeg reports a length only while data come, which may be seconds after the first.
  const watcher = watch(folder, (_type, file) => {
    if (file?.startsWith(name)) onEvent('begun');
  });
  watcher.on('error', () => undefined);
  const child = spawn(program, args, { cwd: folder, env: { ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
  const problems: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    const recordedMs = parseRecordedMs(line);
    if (recordedMs !== undefined) onEvent(recordedMs);
  });
  createInterface({ input: child.stderr }).on('line', (line) => {
    problems.push(line);
    if (problems.length > MAX_PROBLEMS) problems.shift();
  });
  // It may have ended when it is asked to.
  child.stdin.on('error', () => undefined);
  const { promise, resolve, reject } = Promise.withResolvers<RecorderEnd>();
  child.once('error', (error) => {
    watcher.close();
    reject(error);
  });
  child.once('close', (code) => {
    watcher.close();
    resolve({ code, problems });
  });
  return { child, ended: promise };
}

/** Has ffmpeg complete its file and end. */
async function stopRun({ child, ended }: Run): Promise<void> {
  child.stdin?.end('q');
  // While it waits for the network, ffmpeg reads no keys, and a second signal ends the wait.
  const timers = [
    setTimeout(() => child.kill('SIGTERM'), QUIT_MS),
    setTimeout(() => child.kill('SIGTERM'), QUIT_MS + TERMINATE_MS / 2),
    setTimeout(() => child.kill('SIGKILL'), QUIT_MS + TERMINATE_MS),
  ];
  await ended.catch(() => undefined);
  for (const timer of timers) clearTimeout(timer);
}

serveChildCalls<RecorderCalls>({
  async record(params, { emit }) {
    const run = startRun(params, (event) => {
      emit(event).catch(() => undefined);
    });
    runs.set(params.id, run);
    try {
      return await run.ended;
    } finally {
      runs.delete(params.id);
    }
  },
  async stop({ id }) {
    const run = runs.get(id);
    if (run !== undefined) await stopRun(run);
    return null;
  },
});
