import { availableParallelism } from 'node:os';
import { writeAtomicOutput } from '../base/atomic-output.ts';
import { ChildError } from '../base/child-error.ts';
import { type ChildSupervisor, createChildSupervisor } from '../base/child-supervisor.ts';
import { childPath } from '../base/children.ts';
import { fileUriToPath } from '../base/file-uri.ts';
import { createPreemptiveSlots } from '../base/preemptive-slots.ts';
import type { ErrorDetail, Heartbeat, MediaBackend, MediaCalls } from '../children/media-messages.ts';
import type { Settings } from '../core/domain/settings.ts';
import { MediaFailureError } from '../core/errors/media-failure.ts';
import { createCrashError, createTimeoutError } from '../core/errors/process-failure.ts';
import type { PassEvent, Picture } from '../ports/decoder.ts';
import type { Media } from '../ports/media.ts';

/** No sign of life for so long: hung, ms. Slow disks and a busy machine at low priority stay below it. */
const SILENCE_MS = 60_000;
const IDLE_MS = 60_000;
/** Calls that answer soon share one process; a whole pass has one to itself. */
const SHARED_PROCESS_CALLS = 4;
/** Streams that are converted at a time, each in a process of its own. */
const MAX_STREAMS = 3;
/** Above indexing, for a person waits for it, and below the desktop. */
const STREAM_PRIORITY = 5;
/** However alive it seems, a call may not take longer, ms. */
const TIMEOUTS_MS = {
  probe: 300_000,
  still: 60_000,
  subtitles: 900_000,
  frames: 3_600_000,
  pass: 43_200_000,
  cut: 43_200_000,
};

export interface MediaChildOptions {
  /** Read at each call, so that a changed setting holds from the next on. */
  settings(): Pick<Settings, 'media.backend' | 'media.ffmpegPath'>;
  /** Told of each crash, hang and failed start, for the log. */
  onTrouble?(message: string): void;
  /** Another entry file and times, for tests. */
  readonly entry?: string;
  readonly silenceMs?: number;
}

/** A child's end while it read a file is told as that file's Failure; that it cannot start is not. */
function toMediaFailure(error: unknown): unknown {
  if (!(error instanceof ChildError)) return error;
  if (error.kind === 'hung') return createTimeoutError(error);
  return error.kind === 'crashed' ? createCrashError(error) : error;
}

function isErrorDetail(detail: unknown): detail is ErrorDetail {
  return typeof detail === 'object' && detail !== null && 'failure' in detail;
}

/** Reads media in child processes, which are restarted after a crash or hang and end when idle. */
export function createMediaChild(options: MediaChildOptions): Media {
  const createMediaProcess = (concurrency: number, priority = 19): ChildSupervisor<MediaCalls> =>
    createChildSupervisor<MediaCalls>({
      name: 'media',
      entry: options.entry ?? childPath('media'),
      concurrency,
      silenceMs: options.silenceMs ?? SILENCE_MS,
      idleMs: IDLE_MS,
      priority,
      toError: ({ detail }) => (isErrorDetail(detail) ? new MediaFailureError(detail.failure) : undefined),
      onTrouble: options.onTrouble,
    });
  const sharedProcess = createMediaProcess(SHARED_PROCESS_CALLS);
  const passProcesses = Array.from({ length: availableParallelism() }, () => ({
    child: createMediaProcess(1),
    busy: 0,
  }));
  const streamProcesses = Array.from({ length: MAX_STREAMS }, () => createMediaProcess(1, STREAM_PRIORITY));
  const streamSlots = createPreemptiveSlots(streamProcesses);
  const cutProcess = createMediaProcess(1);

  const backend = (): MediaBackend => {
    const settings = options.settings();
    return { kind: settings['media.backend'], ffmpegPath: settings['media.ffmpegPath'] };
  };

  /** Runs work under a limit of time, with errors as the port has them. */
  const withTimeout = async <T>(
    timeoutMs: number,
    signal: AbortSignal,
    run: (signal: AbortSignal) => Promise<T>,
  ) => {
    const timeout = AbortSignal.timeout(timeoutMs);
    try {
      return await run(AbortSignal.any([signal, timeout]));
    } catch (error) {
      throw timeout.aborted && !signal.aborted ? createTimeoutError() : toMediaFailure(error);
    }
  };
  async function* withStreamTimeout<T>(
    timeoutMs: number,
    signal: AbortSignal,
    events: (signal: AbortSignal) => AsyncIterable<T | Heartbeat>,
  ): AsyncGenerator<T> {
    const timeout = AbortSignal.timeout(timeoutMs);
    try {
      for await (const event of events(AbortSignal.any([signal, timeout])))
        if (event !== 'alive') yield event;
    } catch (error) {
      throw timeout.aborted && !signal.aborted ? createTimeoutError() : toMediaFailure(error);
    }
  }
  /** The deep process with the least to do. */
  const findLeastBusy = () => passProcesses.reduce((a, b) => (b.busy < a.busy ? b : a));

  const probe: Media['probe'] = (uri, signal) =>
    withTimeout(TIMEOUTS_MS.probe, signal, (combined) =>
      sharedProcess.call('probe', { uri, backend: backend() }, { signal: combined }),
    );

  return {
    probe,
    subtitles: (uri, stream, signal) =>
      withTimeout(TIMEOUTS_MS.subtitles, signal, (combined) =>
        sharedProcess.call('subtitles', { uri, stream, backend: backend() }, { signal: combined }),
      ),
    frames: (uri, timesMs, box, signal) =>
      withStreamTimeout<Picture>(TIMEOUTS_MS.frames, signal, (combined) =>
        sharedProcess.stream('frames', { uri, timesMs, box, backend: backend() }, combined),
      ),
    still: (uri, timeMs, box, signal) =>
      withTimeout(TIMEOUTS_MS.still, signal, (combined) =>
        sharedProcess.call('still', { uri, timeMs, box, backend: backend() }, { signal: combined }),
      ),
    picture: (bytes, box, signal) =>
      withTimeout(TIMEOUTS_MS.still, signal, (combined) =>
        sharedProcess.call('picture', { bytes, box }, { signal: combined }),
      ),
    async *pass(uri, request, signal) {
      const process = findLeastBusy();
      process.busy += 1;
      try {
        yield* withStreamTimeout<PassEvent>(TIMEOUTS_MS.pass, signal, (combined) =>
          process.child.stream('pass', { uri, request, backend: backend() }, combined),
        );
      } finally {
        process.busy -= 1;
      }
    },
    async measure(uri, { clipMs }, onTime, signal) {
      const { durationMs } = await probe(uri, signal);
      const process = findLeastBusy();
      process.busy += 1;
      try {
        return await withTimeout(TIMEOUTS_MS.pass, signal, (combined) =>
          process.child.call(
            'measure',
            { uri, clipMs, durationMs, backend: backend() },
            { signal: combined, onEvent: (event) => (event === 'alive' ? undefined : onTime(event)) },
          ),
        );
      } finally {
        process.busy -= 1;
      }
    },
    async *convert(uri, request, signal) {
      const slot = streamSlots.acquire(signal);
      try {
        yield* withStreamTimeout<Uint8Array>(TIMEOUTS_MS.pass, slot.signal, (combined) =>
          slot.item.stream('convert', { uri, request, backend: backend() }, combined),
        );
      } finally {
        slot.release();
      }
    },
    cut: (request, onTime, signal) =>
      writeAtomicOutput(
        request.path,
        request.force,
        request.pieces.map(({ uri }) => fileUriToPath(uri)),
        (path) =>
          withTimeout(TIMEOUTS_MS.cut, signal, (combined) =>
            cutProcess.call(
              'cut',
              { request: { ...request, path }, backend: backend() },
              { signal: combined, onEvent: (event) => (event === 'alive' ? undefined : onTime(event)) },
            ),
          ),
      ),
    async close() {
      const processes = [
        sharedProcess,
        cutProcess,
        ...streamProcesses,
        ...passProcesses.map(({ child }) => child),
      ];
      await Promise.all(processes.map((child) => child.close()));
    },
  };
}
