import type { Ms, Uri } from '../core/domain/time-range.ts';
import type { MediaProbe } from '../core/domain/video.ts';
import { shiftRanges } from '../core/media/clip-segmenter.ts';
import type { MediaHints } from '../ports/decoder.ts';
import type { Media } from '../ports/media.ts';
import type { RecordingParts } from '../ports/recording-parts.ts';

/** What is known of a file that is, or was, a recording in progress. */
export interface KnownRecording {
  /** As of the last growth. */
  readonly probe: MediaProbe;
  /** True while it is being written. */
  readonly isOpen: boolean;
}

/** A part of a recording as a file, and how much later its times are in the recording, ms. */
interface OpenPart {
  readonly uri: Uri;
  readonly probe: MediaProbe;
  readonly offsetMs: Ms;
  release(): Promise<void>;
}

/** How much of the known end is read again to find the new one, ms. */
const OVERLAP_MS = 1_000;

/**
 * Wraps media so that only the wanted part of a recording is read. A recording has no index before it is closed, so that a
 * decoder would have to read all of it to find a place near the end, each time that some seconds were added.
 */
export function withRecordingParts(
  media: Media,
  parts: RecordingParts,
  findRecording: (uri: Uri) => KnownRecording | undefined,
): Media {
  const openPart = async (
    uri: Uri,
    fromMs: Ms,
    toMs: Ms | undefined,
    signal: AbortSignal,
  ): Promise<OpenPart | undefined> => {
    const known = findRecording(uri);
    if (known === undefined || fromMs <= 0) return undefined;
    const startMs = known.probe.startMs ?? 0;
    const range = { fromMs: fromMs + startMs, toMs: toMs === undefined ? undefined : toMs + startMs };
    const cut = await parts.cut(uri, range, signal);
    if (cut === undefined) return undefined;
    try {
      const probe = await media.probe(cut.uri, signal);
      const offsetMs = (probe.startMs ?? 0) - startMs;
      if (offsetMs >= 0 && offsetMs <= fromMs) return { ...cut, probe, offsetMs };
    } catch (error) {
      await cut.release();
      throw error;
    }
    await cut.release();
    return undefined;
  };
  const openForTimes = (uri: Uri, timesMs: readonly Ms[], signal: AbortSignal) =>
    findRecording(uri)?.isOpen && timesMs.length > 0
      ? openPart(
          uri,
          timesMs.reduce((a, b) => Math.min(a, b)),
          timesMs.reduce((a, b) => Math.max(a, b)),
          signal,
        )
      : undefined;
  return {
    ...media,
    async probe(uri, signal) {
      const known = findRecording(uri);
      if (!known?.isOpen) return media.probe(uri, signal);
      const knownMs = known.probe.durationMs;
      const part = await openPart(uri, knownMs - OVERLAP_MS, undefined, signal);
      if (part === undefined) return media.probe(uri, signal);
      await part.release();
      return { ...known.probe, durationMs: Math.max(knownMs, part.offsetMs + part.probe.durationMs) };
    },
    async measure(uri, options, onTime, signal, hints) {
      const { fromMs = 0 } = options;
      const part = await openPart(uri, fromMs, undefined, signal);
      if (part === undefined) return media.measure(uri, options, onTime, signal, hints);
      const { offsetMs } = part;
      try {
        const partOptions = { ...options, fromMs: fromMs - offsetMs };
        const onPartTime = (timeMs: Ms) => onTime(timeMs + offsetMs);
        const analysis = await media.measure(part.uri, partOptions, onPartTime, signal, toPartHints(hints));
        const textTimes = shiftRanges(analysis.textTimes, offsetMs);
        return {
          ...analysis,
          clips: shiftRanges(analysis.clips, offsetMs),
          textTimes: textTimes.map((state) => ({ ...state, readMs: state.readMs + offsetMs })),
        };
      } finally {
        await part.release();
      }
    },
    async *pass(uri, request, signal, hints) {
      const part = await openPart(uri, hints?.fromMs ?? 0, undefined, signal);
      if (part === undefined) return yield* media.pass(uri, request, signal, hints);
      try {
        for await (const event of media.pass(part.uri, request, signal, toPartHints(hints)))
          yield { ...event, timeMs: event.timeMs + part.offsetMs };
      } finally {
        await part.release();
      }
    },
    async *frames(uri, timesMs, box, signal, hints) {
      const part = await openForTimes(uri, timesMs, signal);
      if (part === undefined) return yield* media.frames(uri, timesMs, box, signal, hints);
      const { offsetMs } = part;
      const partTimesMs = timesMs.map((timeMs) => timeMs - offsetMs);
      try {
        for await (const picture of media.frames(part.uri, partTimesMs, box, signal, toPartHints(hints)))
          yield { ...picture, timeMs: picture.timeMs + offsetMs };
      } finally {
        await part.release();
      }
    },
    async still(uri, timeMs, box, signal, hints) {
      const part = await openForTimes(uri, [timeMs], signal);
      if (part === undefined) return media.still(uri, timeMs, box, signal, hints);
      try {
        return await media.still(part.uri, timeMs - part.offsetMs, box, signal, toPartHints(hints));
      } finally {
        await part.release();
      }
    },
  };
}

/** Returns hints for a part: it has one clock only, and is read whole. */
function toPartHints(hints: MediaHints = {}): MediaHints {
  return { tracks: hints.tracks };
}
