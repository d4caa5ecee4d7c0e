import { availableParallelism } from 'node:os';
import { childPath } from '../base/children.ts';
import { pathOfFileUri } from '../base/file-uri.ts';
import { createSlots } from '../base/slots.ts';
import { ChildError, type Supervised, supervise } from '../base/supervised.ts';
import { wholeFile } from '../base/whole-file.ts';
import type { Alive, Backend, ErrorDetail, MediaCalls } from '../children/media-messages.ts';
import { FailureError } from '../core/failure.ts';
import { crashed, timedOut } from '../core/process-failure.ts';
import type { Settings } from '../core/settings.ts';
import type { PassEvent, Picture } from '../ports/decoder.ts';
import type { Media } from '../ports/media.ts';

/** No sign of life for so long: hung, ms. Slow disks and a busy machine at low priority stay below it. */
const SILENCE_MS = 60_000;
const IDLE_MS = 60_000;
/** Calls that answer soon share one process; a whole pass has one to itself. */
const QUICK_AT_ONCE = 4;
/** Streams that are converted at a time, each in a process of its own. */
const STREAMS = 3;
/** Above indexing, for a person waits for it, and below the desktop. */
const STREAM_PRIORITY = 5;
/** However alive it seems, a call may not take longer, ms. */
const LIMIT_MS = {
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
function failureOf(error: unknown): unknown {
  if (!(error instanceof ChildError)) return error;
  if (error.kind === 'hung') return timedOut(error);
  return error.kind === 'crashed' ? crashed(error) : error;
}

function isDetail(detail: unknown): detail is ErrorDetail {
  return typeof detail === 'object' && detail !== null && 'failure' in detail;
}

/** Reads media in child processes, which are restarted after a crash or hang and end when idle. */
export function createMediaChild(options: MediaChildOptions): Media {
  const start = (concurrency: number, priority = 19): Supervised<MediaCalls> =>
    supervise<MediaCalls>({
      name: 'media',
      entry: options.entry ?? childPath('media'),
      concurrency,
      silenceMs: options.silenceMs ?? SILENCE_MS,
      idleMs: IDLE_MS,
      priority,
      errorOf: ({ detail }) => (isDetail(detail) ? new FailureError(detail.failure) : undefined),
      onTrouble: options.onTrouble,
    });
  const quick = start(QUICK_AT_ONCE);
  const deep = Array.from({ length: availableParallelism() }, () => ({ child: start(1), busy: 0 }));
  const streaming = Array.from({ length: STREAMS }, () => start(1, STREAM_PRIORITY));
  const streams = createSlots(streaming);
  const cutting = start(1);

  const backend = (): Backend => {
    const settings = options.settings();
    return { kind: settings['media.backend'], ffmpegPath: settings['media.ffmpegPath'] };
  };

  /** Runs work under a limit of time, with errors as the port has them. */
  const limited = async <T>(ms: number, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>) => {
    const limit = AbortSignal.timeout(ms);
    try {
      return await work(AbortSignal.any([signal, limit]));
    } catch (error) {
      throw limit.aborted && !signal.aborted ? timedOut() : failureOf(error);
    }
  };
  async function* limitedStream<T>(
    ms: number,
    signal: AbortSignal,
    events: (signal: AbortSignal) => AsyncIterable<T | Alive>,
  ): AsyncGenerator<T> {
    const limit = AbortSignal.timeout(ms);
    try {
      for await (const event of events(AbortSignal.any([signal, limit]))) if (event !== 'alive') yield event;
    } catch (error) {
      throw limit.aborted && !signal.aborted ? timedOut() : failureOf(error);
    }
  }
  /** The deep process with the least to do. */
  const calm = () => deep.reduce((a, b) => (b.busy < a.busy ? b : a));

  const probe: Media['probe'] = (uri, signal) =>
    limited(LIMIT_MS.probe, signal, (both) =>
      quick.call('probe', { uri, backend: backend() }, { signal: both }),
    );

  return {
    probe,
    subtitles: (uri, stream, signal) =>
      limited(LIMIT_MS.subtitles, signal, (both) =>
        quick.call('subtitles', { uri, stream, backend: backend() }, { signal: both }),
      ),
    frames: (uri, timesMs, box, signal) =>
      limitedStream<Picture>(LIMIT_MS.frames, signal, (both) =>
        quick.stream('frames', { uri, timesMs, box, backend: backend() }, both),
      ),
    still: (uri, timeMs, box, signal) =>
      limited(LIMIT_MS.still, signal, (both) =>
        quick.call('still', { uri, timeMs, box, backend: backend() }, { signal: both }),
      ),
    picture: (bytes, box, signal) =>
      limited(LIMIT_MS.still, signal, (both) => quick.call('picture', { bytes, box }, { signal: both })),
    async *pass(uri, request, signal) {
      const one = calm();
      one.busy += 1;
      try {
        yield* limitedStream<PassEvent>(LIMIT_MS.pass, signal, (both) =>
          one.child.stream('pass', { uri, request, backend: backend() }, both),
        );
      } finally {
        one.busy -= 1;
      }
    },
    async measure(uri, { clipMs }, onTime, signal) {
      const { durationMs } = await probe(uri, signal);
      const one = calm();
      one.busy += 1;
      try {
        return await limited(LIMIT_MS.pass, signal, (both) =>
          one.child.call(
            'measure',
            { uri, clipMs, durationMs, backend: backend() },
            { signal: both, onEvent: (event) => (event === 'alive' ? undefined : onTime(event)) },
          ),
        );
      } finally {
        one.busy -= 1;
      }
    },
    async *convert(uri, request, signal) {
      const slot = streams.take(signal);
      try {
        yield* limitedStream<Uint8Array>(LIMIT_MS.pass, slot.signal, (both) =>
          slot.item.stream('convert', { uri, request, backend: backend() }, both),
        );
      } finally {
        slot.release();
      }
    },
    cut: (request, onTime, signal) =>
      wholeFile(
        request.path,
        request.force,
        request.pieces.map(({ uri }) => pathOfFileUri(uri)),
        (path) =>
          limited(LIMIT_MS.cut, signal, (both) =>
            cutting.call(
              'cut',
              { request: { ...request, path }, backend: backend() },
              { signal: both, onEvent: (event) => (event === 'alive' ? undefined : onTime(event)) },
            ),
          ),
      ),
    async close() {
      const all = [quick, cutting, ...streaming, ...deep.map(({ child }) => child)];
      await Promise.all(all.map((child) => child.close()));
    },
  };
}
