import { randomUUID } from 'node:crypto';
import { toProgramEnvironment } from '../../base/child-environment.ts';
import { type ChildSupervisor, createChildSupervisor } from '../../base/child-supervisor.ts';
import { childPath } from '../../base/children.ts';
import { DownloadError } from '../../base/download-error.ts';
import { findProgram } from '../../base/find-program.ts';
import { messageOf } from '../../base/message-of.ts';
import {
  findUserProxy,
  type PublicProxy,
  type RefusedHost,
  startPublicProxy,
} from '../../base/public-proxy.ts';
import { findAddressSecrets, redactSecrets, toDisplayAddress } from '../../base/redact-secrets.ts';
import type { RecorderCalls, RecorderEnd } from '../../children/recorder-messages.ts';
import { listRecordArguments, type StreamSource } from './record-arguments.ts';

/** A stream to record. */
export interface RecordRequest extends StreamSource {
  /** Existing folder, absolute. */
  readonly folder: string;
  /** Ends after this time, ms. */
  readonly forMs: number;
  /** Decides which addresses may be connected to; all if absent. */
  readonly isAllowed?: ((address: string) => boolean) | undefined;
}

export type StreamState = 'connecting' | 'recording' | 'reconnecting' | 'ended' | 'failed';

/** A recording, running or ended. */
export interface StreamRecording {
  readonly id: string;
  /** Without secrets. */
  readonly displayUrl: string;
  readonly request: RecordRequest;
  readonly startedMs: number;
  readonly state: StreamState;
  readonly recordedMs: number;
  /** Why it reconnects, has ended or failed. */
  readonly reason?: string | undefined;
}

export interface StreamRecorder {
  /** Resolves when something has been recorded. Rejects with DownloadError if nothing could be. */
  start(request: RecordRequest, signal: AbortSignal): Promise<StreamRecording>;
  /** Oldest first. */
  list(): readonly StreamRecording[];
  /** Ends one recording, or all, and resolves with them when their files are complete. */
  stop(id: string | undefined): Promise<readonly StreamRecording[]>;
  /** Ends all recordings. */
  close(): Promise<void>;
}

export interface StreamRecorderOptions {
  readonly env: NodeJS.ProcessEnv;
  /** Receives what happens to a recording, without secrets, for the log. */
  readonly onEvent: (event: string, details: Readonly<Record<string, unknown>>) => void;
}

/** Delays before a lost connection is tried again, ms. The last one repeats. */
const RETRY_DELAYS_MS = [1_000, 2_000, 5_000, 15_000, 30_000];
/** Time without any new media after which a stream is given up, ms. */
const GIVE_UP_MS = 15 * 60_000;
/** Number of ended recordings that are listed. */
const MAX_ENDED = 50;
const MAX_SHOWN_PROBLEMS = 2;

/** A recording and what its functions need. */
interface RecordingTask {
  readonly controller: AbortController;
  readonly started: PromiseWithResolvers<StreamRecording>;
  readonly ended: Promise<void>;
  recording: StreamRecording;
  /** True once anything was recorded. */
  hasMedia: boolean;
}

/** How one run of ffmpeg ended, as the recording goes on. */
type RunResult =
  | { readonly kind: 'ended' }
  | { readonly kind: 'lost'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string };

function createRecorderChild(onTrouble: (message: string) => void): ChildSupervisor<RecorderCalls> {
  return createChildSupervisor<RecorderCalls>({
    name: 'recorder',
    entry: childPath('recorder'),
    concurrency: Number.POSITIVE_INFINITY,
    silenceMs: Number.POSITIVE_INFINITY,
    idleMs: 10_000,
    onTrouble,
  });
}

/** Judges the end of a run. A stream that ends without a complaint is over; anything else is a lost connection. */
function judgeEnd({ code, problems }: RecorderEnd, secrets: readonly string[]): RunResult {
  const reason = redactSecrets(problems.slice(-MAX_SHOWN_PROBLEMS).join(' '), secrets);
  if (/No space left on device|Disk quota exceeded|error code: -(?:28|122)\b/i.test(problems.join('\n')))
    return { kind: 'failed', reason: 'The disk is full. Free some space, and start the recording again.' };
  if (code === 0 && problems.length === 0) return { kind: 'ended' };
  return { kind: 'lost', reason: reason || `ffmpeg ended with code ${code}` };
}

/** Refuses what could not be checked: a program that speaks RTSP connects to wherever the other side sends it. */
function assertCheckable({ url, isAllowed }: RecordRequest): void {
  if (isAllowed === undefined || /^https?:$/.test(url.protocol)) return;
  throw new DownloadError(
    'invalid',
    `Connections to ${toDisplayAddress(url.href)} cannot be checked, so nothing was recorded from it.`,
    'If you trust this address, run "goldfish record" with --allow-private.',
  );
}

function requireFfmpeg(env: NodeJS.ProcessEnv): string {
  const program = findProgram('ffmpeg', env);
  if (program !== undefined) return program;
  throw new DownloadError(
    'missingProgram',
    'ffmpeg is not installed, and recordings need it.',
    'Install it with your package manager, and try again.',
  );
}

/** What the functions of a recorder share. */
interface RecorderState extends StreamRecorderOptions {
  readonly child: ChildSupervisor<RecorderCalls>;
  readonly tasks: Map<string, RecordingTask>;
}

const isOver = ({ state }: StreamRecording) => state === 'ended' || state === 'failed';

function update({ onEvent }: RecorderState, task: RecordingTask, changes: Partial<StreamRecording>): void {
  const isOther = changes.state !== undefined && changes.state !== task.recording.state;
  task.recording = { ...task.recording, ...changes };
  const { id, displayUrl, state, recordedMs, reason } = task.recording;
  if (isOther) onEvent(`recording ${state}`, { id, url: displayUrl, recordedMs, reason });
}

/** Runs ffmpeg once, until it ends or the recording is to end. */
async function runOnce(
  recorder: RecorderState,
  task: RecordingTask,
  program: string,
  proxy: PublicProxy | undefined,
): Promise<RunResult> {
  const { child, env } = recorder;
  const { id, request, recordedMs: earlierMs } = task.recording;
  // Calls are not aborted: the file is complete only when ffmpeg has ended.
  const { signal: never } = new AbortController();
  const stop = () => void child.call('stop', { id }, { signal: never }).catch(() => undefined);
  task.controller.signal.addEventListener('abort', stop, { once: true });
  const onEvent = (event: number | 'begun') => {
    if (event === 0) return;
    const recordedMs = event === 'begun' ? task.recording.recordedMs : earlierMs + event;
    task.hasMedia = true;
    update(recorder, task, { state: 'recording', recordedMs, reason: undefined });
    task.started.resolve(task.recording);
  };
  const run = {
    id,
    program,
    args: listRecordArguments(request),
    folder: request.folder,
    name: request.name,
    env: {
      ...toProgramEnvironment(env),
      ...(proxy !== undefined && { http_proxy: proxy.url, no_proxy: '', NO_PROXY: '' }),
    },
  };
  try {
    const end = await child.call('record', run, { signal: never, retry: 'never', onEvent });
    const refused = proxy?.refused();
    if (refused !== undefined) return { kind: 'failed', reason: describeRefusal(refused) };
    return judgeEnd(end, findAddressSecrets(request.url.href));
  } catch (error) {
    return { kind: 'lost', reason: messageOf(error) };
  } finally {
    task.controller.signal.removeEventListener('abort', stop);
  }
}

/** Runs ffmpeg until the stream is over, the recording is stopped, or nothing comes any more. */
async function record(
  recorder: RecorderState,
  task: RecordingTask,
  program: string,
  proxy: PublicProxy | undefined,
): Promise<void> {
  const { signal } = task.controller;
  let failedRuns = 0;
  let lastMediaMs = Date.now();
  while (!signal.aborted) {
    const { recordedMs: earlierMs } = task.recording;
    const result = await runOnce(recorder, task, program, proxy);
    if (signal.aborted) break;
    if (task.recording.recordedMs > earlierMs) {
      failedRuns = 0;
      lastMediaMs = Date.now();
    }
    // Only what was lost is waited for, not what never came.
    const isGivenUp = !task.hasMedia || Date.now() - lastMediaMs > GIVE_UP_MS;
    if (result.kind === 'ended') update(recorder, task, { state: 'ended', reason: 'The stream is over.' });
    else if (result.kind === 'failed' || isGivenUp)
      update(recorder, task, { state: 'failed', reason: result.reason });
    else update(recorder, task, { state: 'reconnecting', reason: result.reason });
    if (isOver(task.recording)) return;
    await waitFor(RETRY_DELAYS_MS[Math.min(failedRuns, RETRY_DELAYS_MS.length - 1)] ?? 0, signal);
    failedRuns += 1;
  }
  update(recorder, task, { state: 'ended', reason: undefined });
}

function createTask(request: RecordRequest, ended: Promise<void>): RecordingTask {
  return {
    controller: new AbortController(),
    started: Promise.withResolvers(),
    ended,
    hasMedia: false,
    recording: {
      id: randomUUID().slice(0, 8),
      displayUrl: toDisplayAddress(request.url.href),
      request,
      startedMs: Date.now(),
      state: 'connecting',
      recordedMs: 0,
    },
  };
}

async function startRecording(
  recorder: RecorderState,
  request: RecordRequest,
  startSignal: AbortSignal,
): Promise<StreamRecording> {
  const { env, tasks, onEvent } = recorder;
  assertCheckable(request);
  const program = requireFfmpeg(env);
  const { isAllowed } = request;
  const proxy = isAllowed && (await startPublicProxy({ isAllowed, upstream: findUserProxy(env) }));
  const ended = Promise.withResolvers<void>();
  const task = createTask(request, ended.promise);
  const { id } = task.recording;
  tasks.set(id, task);
  const stop = () => task.controller.abort();
  const timer = setTimeout(stop, request.forMs);
  startSignal.addEventListener('abort', stop, { once: true });
  record(recorder, task, program, proxy)
    .catch((error: unknown) => onEvent('recording failed', { id, message: messageOf(error) }))
    .finally(() => {
      clearTimeout(timer);
      proxy?.close();
      task.started.resolve(task.recording);
      ended.resolve();
      const endedIds = [...tasks].flatMap(([taskId, { recording }]) => (isOver(recording) ? [taskId] : []));
      for (const taskId of endedIds.slice(0, -MAX_ENDED)) tasks.delete(taskId);
    });
  const recording = await task.started.promise;
  startSignal.removeEventListener('abort', stop);
  startSignal.throwIfAborted();
  if (recording.state !== 'failed' || task.hasMedia) return recording;
  tasks.delete(id);
  throw new DownloadError(
    proxy?.refused() === undefined ? 'unavailable' : 'invalid',
    `${recording.displayUrl} could not be recorded: ${recording.reason}`,
    proxy?.refused() === undefined
      ? 'Check the address in a player, such as mpv or VLC.'
      : 'If you trust this address, run "goldfish record" with --allow-private.',
  );
}

/** Records streams with the ffmpeg on PATH. A lost connection resumes with a new file. */
export function createStreamRecorder(options: StreamRecorderOptions): StreamRecorder {
  const child = createRecorderChild((message) => options.onEvent('recorder child', { message }));
  const tasks = new Map<string, RecordingTask>();
  const recorder = { ...options, child, tasks };
  const stopTasks = async (chosen: readonly RecordingTask[]) => {
    for (const { controller } of chosen) controller.abort();
    await Promise.all(chosen.map(({ ended }) => ended));
    return chosen.map(({ recording }) => recording);
  };
  return {
    start: (request, signal) => startRecording(recorder, request, signal),
    list: () => [...tasks.values()].map(({ recording }) => recording),
    stop: (id) =>
      stopTasks(
        [...tasks.values()].filter(
          ({ recording }) => (id === undefined || recording.id === id) && !isOver(recording),
        ),
      ),
    async close() {
      await stopTasks([...tasks.values()]);
      await child.close();
    },
  };
}

function describeRefusal({ hostname, address }: RefusedHost): string {
  return `${hostname} is on this machine or its local network (${address}), and nothing was fetched from it.`;
}

function waitFor(delayMs: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, delayMs);
  const end = () => {
    clearTimeout(timer);
    resolve();
  };
  signal.addEventListener('abort', end, { once: true });
  return promise.finally(() => signal.removeEventListener('abort', end));
}
