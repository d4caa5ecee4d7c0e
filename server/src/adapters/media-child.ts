import { availableParallelism } from 'node:os';
import { writeAtomicOutput } from '../base/atomic-output.ts';
import { ChildError } from '../base/child-error.ts';
import { type ChildSupervisor, createChildSupervisor } from '../base/child-supervisor.ts';
import { childPath } from '../base/children.ts';
import { fileUriToPath } from '../base/file-uri.ts';
import { createPreemptiveSlots } from '../base/preemptive-slots.ts';
import { startTimeLimit } from '../base/time-limit.ts';
import type { ErrorDetail, Heartbeat, MediaBackend, MediaCalls } from '../children/media-messages.ts';
import type { Settings } from '../core/domain/settings.ts';
import { MediaFailureError } from '../core/errors/media-failure.ts';
import { createCrashError, createTimeoutError } from '../core/errors/process-failure.ts';
import type { PassEvent, Picture, SubtitlePicture } from '../ports/decoder.ts';
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

/** Turns the crash of a child into a failure of the file that it read. A child that cannot start blames no file. */
function toMediaFailure(error: unknown): unknown {
  if (!(error instanceof ChildError)) return error;
  if (error.kind === 'hung') return createTimeoutError(error);
  return error.kind === 'crashed' ? createCrashError(error) : error;
}

function isErrorDetail(detail: unknown): detail is ErrorDetail {
  return typeof detail === 'object' && detail !== null && 'failure' in detail;
}

type MediaProcess = ChildSupervisor<MediaCalls>;

/** A process for whole passes, and how many it has. */
interface PassProcess {
  readonly child: MediaProcess;
  passCount: number;
}

interface MediaProcesses {
  readonly shared: MediaProcess;
  readonly passes: readonly PassProcess[];
  readonly streams: readonly MediaProcess[];
  readonly cut: MediaProcess;
}

function createProcesses(options: MediaChildOptions): MediaProcesses {
  const createProcess = (concurrency: number, priority = 19): MediaProcess =>
    createChildSupervisor<MediaCalls>({
      name: 'media',
      entry: options.entry ?? childPath('media'),
      concurrency,
      silenceMs: options.silenceMs ?? SILENCE_MS,
      idleMs: IDLE_MS,
      priority,
      inheritedVariables: ['FFMPEG_BIN'],
      toError: ({ detail }) => (isErrorDetail(detail) ? new MediaFailureError(detail.failure) : undefined),
      onTrouble: options.onTrouble,
    });
  return {
    shared: createProcess(SHARED_PROCESS_CALLS),
    passes: Array.from({ length: availableParallelism() }, () => ({
      child: createProcess(1),
      passCount: 0,
    })),
    streams: Array.from({ length: MAX_STREAMS }, () => createProcess(1, STREAM_PRIORITY)),
    cut: createProcess(1),
  };
}

/** Runs `work` with a time limit; its errors become those of the port. */
async function withTimeout<T>(
  timeoutMs: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = startTimeLimit(timeoutMs, signal);
  try {
    return await work(limit.signal);
  } catch (error) {
    throw limit.isOver() ? createTimeoutError() : toMediaFailure(error);
  } finally {
    limit.end();
  }
}

/** Streams events with a time limit and without heartbeats; errors become those of the port. */
async function* withStreamTimeout<T>(
  timeoutMs: number,
  signal: AbortSignal,
  startEvents: (signal: AbortSignal) => AsyncIterable<T | Heartbeat>,
): AsyncGenerator<T> {
  const limit = startTimeLimit(timeoutMs, signal);
  try {
    for await (const event of startEvents(limit.signal)) if (event !== 'alive') yield event;
  } catch (error) {
    throw limit.isOver() ? createTimeoutError() : toMediaFailure(error);
  } finally {
    limit.end();
  }
}

function findLeastBusy(passes: readonly PassProcess[]): PassProcess {
  return passes.reduce((a, b) => (b.passCount < a.passCount ? b : a));
}

/** Passes the progress of a call on, without its heartbeats. */
function toProgressListener(onTime: (timeMs: number) => void): (event: number | Heartbeat) => void {
  return (event) => {
    if (event !== 'alive') onTime(event);
  };
}

type BackendOf = () => MediaBackend;

/** Calls that answer soon. */
function createShortReads(child: MediaProcess, backend: BackendOf) {
  return {
    probe: (uri, signal) =>
      withTimeout(TIMEOUTS_MS.probe, signal, (combinedSignal) =>
        child.call('probe', { uri, backend: backend() }, { signal: combinedSignal }),
      ),
    subtitles: (uri, stream, signal, hints) =>
      withTimeout(TIMEOUTS_MS.subtitles, signal, (combinedSignal) =>
        child.call('subtitles', { uri, stream, backend: backend(), hints }, { signal: combinedSignal }),
      ),
    subtitleTracks: (uri, signal) =>
      withTimeout(TIMEOUTS_MS.subtitles, signal, (combinedSignal) =>
        child.call('subtitleTracks', { uri, backend: backend() }, { signal: combinedSignal }),
      ),
    subtitlePictures: (uri, stream, signal, hints) =>
      withStreamTimeout<SubtitlePicture>(TIMEOUTS_MS.frames, signal, (combinedSignal) =>
        child.stream('subtitlePictures', { uri, stream, backend: backend(), hints }, combinedSignal),
      ),
    frames: (uri, timesMs, box, signal, hints) =>
      withStreamTimeout<Picture>(TIMEOUTS_MS.frames, signal, (combinedSignal) =>
        child.stream('frames', { uri, timesMs, box, backend: backend(), hints }, combinedSignal),
      ),
    still: (uri, timeMs, box, signal, hints) =>
      withTimeout(TIMEOUTS_MS.still, signal, (combinedSignal) =>
        child.call('still', { uri, timeMs, box, backend: backend(), hints }, { signal: combinedSignal }),
      ),
    picture: (bytes, box, signal) =>
      withTimeout(TIMEOUTS_MS.still, signal, (combinedSignal) =>
        child.call('picture', { bytes, box }, { signal: combinedSignal }),
      ),
  } satisfies Partial<Media>;
}

/** Calls that read a whole file, each in the process with the fewest of them. */
function createPasses(passes: readonly PassProcess[], probe: Media['probe'], backend: BackendOf) {
  return {
    async *pass(uri, request, signal, hints) {
      const process = findLeastBusy(passes);
      process.passCount += 1;
      try {
        yield* withStreamTimeout<PassEvent>(TIMEOUTS_MS.pass, signal, (combinedSignal) =>
          process.child.stream('pass', { uri, request, backend: backend(), hints }, combinedSignal),
        );
      } finally {
        process.passCount -= 1;
      }
    },
    async measure(uri, { clipMs, audioTracks = [], fromMs = 0 }, onTime, signal, hints) {
      const { durationMs } = await probe(uri, signal);
      const process = findLeastBusy(passes);
      process.passCount += 1;
      const params = { uri, clipMs, durationMs, audioTracks, fromMs, backend: backend(), hints };
      const onEvent = toProgressListener(onTime);
      try {
        return await withTimeout(TIMEOUTS_MS.pass, signal, (combinedSignal) =>
          process.child.call('measure', params, { signal: combinedSignal, onEvent }),
        );
      } finally {
        process.passCount -= 1;
      }
    },
  } satisfies Partial<Media>;
}

/** Calls that make another file or stream. */
function createConversions({ streams, cut }: MediaProcesses, backend: BackendOf) {
  const streamSlots = createPreemptiveSlots(streams);
  return {
    async *convert(uri, request, signal, hints) {
      const slot = streamSlots.acquire(signal);
      try {
        yield* withStreamTimeout<Uint8Array>(TIMEOUTS_MS.pass, slot.signal, (combinedSignal) =>
          slot.item.stream('convert', { uri, request, backend: backend(), hints }, combinedSignal),
        );
      } finally {
        slot.release();
      }
    },
    cut: (request, onTime, signal) => {
      const sources = request.pieces.map(({ uri }) => fileUriToPath(uri));
      const onEvent = toProgressListener(onTime);
      return writeAtomicOutput(request.path, request.force, sources, (path) =>
        withTimeout(TIMEOUTS_MS.cut, signal, (combinedSignal) =>
          cut.call(
            'cut',
            { request: { ...request, path }, backend: backend() },
            { signal: combinedSignal, onEvent },
          ),
        ),
      );
    },
  } satisfies Partial<Media>;
}

/** Reads media in child processes, which are restarted after a crash or hang and end when idle. */
export function createMediaChild(options: MediaChildOptions): Media {
  const processes = createProcesses(options);
  const { shared, passes, streams, cut } = processes;
  const backend = (): MediaBackend => {
    const settings = options.settings();
    return { kind: settings['media.backend'], ffmpegPath: settings['media.ffmpegPath'] };
  };
  const shortReads = createShortReads(shared, backend);
  return {
    ...shortReads,
    ...createPasses(passes, shortReads.probe, backend),
    ...createConversions(processes, backend),
    async close() {
      const all = [shared, cut, ...streams, ...passes.map(({ child }) => child)];
      await Promise.all(all.map((child) => child.close()));
    },
  };
}
