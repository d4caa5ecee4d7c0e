import type { ClockJump } from '../domain/video.ts';

/** Adds the offsets of jumps to the times of packets that are read in order. */
export interface MediaClock {
  /** Returns what to add to a packet's time, ms. `byte`: position of the packet; negative if unknown. */
  offsetMs(track: number, byte: number): number;
  /** Call after a seek to a position. */
  moveTo(byte: number): void;
}

export function createMediaClock(jumps: readonly ClockJump[]): MediaClock {
  const offsetAt = (track: number, byte: number) =>
    jumps.findLast((jump) => jump.track === track && jump.fromByte <= byte)?.offsetMs ?? 0;
  /** Packets without a position follow the ones before them. */
  const offsets = new Map<number, number>();
  let startByte = 0;
  return {
    offsetMs(track, byte) {
      const offset = byte >= 0 ? offsetAt(track, byte) : (offsets.get(track) ?? offsetAt(track, startByte));
      offsets.set(track, offset);
      return offset;
    },
    moveTo(byte) {
      startByte = byte;
      offsets.clear();
    },
  };
}

/** A packet that is 1 s earlier than the one before it in its track has another clock. */
const MIN_BACKWARD_MS = 1000;
/** A packet that is this much later than all tracks has another clock, where a file may contain several. ms */
const MIN_FORWARD_MS = 10_000;
/** How far a packet may be from the position in the file to belong to a clock that another track has found, ms. */
const MAX_DEVIATION_MS = 1500;
/** Number of earlier clocks that a track may return to. */
const MAX_KNOWN_OFFSETS = 8;

export interface ClockPacket {
  readonly track: number;
  /** Time of the file's own clock, ms; undefined without a time stamp. */
  readonly timeMs: number | undefined;
  readonly durationMs: number;
  /** Position in the file; negative if unknown. */
  readonly byte: number;
  /** True for subtitles and data, which may pause for long: they follow the clock of sound and picture. */
  readonly isSparse: boolean;
}

interface TrackClock {
  offsetMs: number;
  /** Latest end of a packet on the continued clock. */
  endMs: number;
  lastByte: number;
}

/** Finds the jumps of a file whose packets are read from the beginning. */
export interface JumpFinder {
  readonly jumps: readonly ClockJump[];
  /** Takes the next packet. Returns when it ends on the continued clock, ms. */
  add(packet: ClockPacket): number;
}

/**
 * Creates a finder of jumps. A jump starts a new clock that continues where the file had arrived; the other tracks
 * follow when they jump too. `skipsGaps`: whether forward jumps are skipped as well. Containers whose times may start
 * anywhere have such jumps; in others, a gap is a gap.
 */
export function createJumpFinder({ skipsGaps }: { readonly skipsGaps: boolean }): JumpFinder {
  const jumps: ClockJump[] = [];
  const tracks = new Map<number, TrackClock>();
  /** Offsets of the clocks found so far, latest first. */
  let knownOffsetsMs: readonly number[] = [0];
  /** Latest end of a packet of picture or sound. */
  let positionMs = Number.NEGATIVE_INFINITY;

  const isPlausible = (timeMs: number, endMs: number) =>
    timeMs > endMs - MIN_BACKWARD_MS && !(skipsGaps && timeMs > positionMs + MIN_FORWARD_MS);
  const findOffset = (timeMs: number, endMs: number): number => {
    const fits = (offset: number) =>
      timeMs + offset > endMs - MIN_BACKWARD_MS && timeMs + offset < positionMs + MAX_DEVIATION_MS;
    const known = knownOffsetsMs.find(fits);
    if (known !== undefined) return known;
    // Tracks end at slightly different times. A track that ended long ago continues with the others.
    const startMs = positionMs - endMs < MIN_BACKWARD_MS ? endMs : positionMs;
    const offset = startMs - timeMs;
    knownOffsetsMs = [offset, ...knownOffsetsMs].slice(0, MAX_KNOWN_OFFSETS);
    return offset;
  };
  /** Returns the offset of the clock on which a sparse packet is nearest to the position in the file. */
  const nearestOffset = (timeMs: number): number =>
    knownOffsetsMs.reduce((best, offset) =>
      Math.abs(timeMs + offset - positionMs) < Math.abs(timeMs + best - positionMs) ? offset : best,
    );

  return {
    jumps,
    add({ track, timeMs, durationMs, byte, isSparse }) {
      const clock = tracks.get(track) ?? { offsetMs: 0, endMs: Number.NEGATIVE_INFINITY, lastByte: -1 };
      tracks.set(track, clock);
      const isFirst = positionMs === Number.NEGATIVE_INFINITY;
      if (timeMs !== undefined && !isFirst) {
        const offsetMs = isSparse
          ? nearestOffset(timeMs)
          : isPlausible(timeMs + clock.offsetMs, clock.endMs)
            ? clock.offsetMs
            : findOffset(timeMs, clock.endMs);
        if (offsetMs !== clock.offsetMs) {
          jumps.push({ track, fromByte: byte >= 0 ? byte : clock.lastByte + 1, offsetMs });
          clock.endMs = Number.NEGATIVE_INFINITY;
        }
        clock.offsetMs = offsetMs;
      }
      if (byte >= 0) clock.lastByte = byte;
      const startMs = timeMs === undefined ? Math.max(0, clock.endMs) : timeMs + clock.offsetMs;
      const endMs = startMs + Math.max(0, durationMs);
      // Pictures are stored in the order of decoding, which is not always that of their times.
      clock.endMs = Math.max(clock.endMs, endMs);
      if (!isSparse) positionMs = Math.max(positionMs, endMs);
      return endMs;
    },
  };
}

/** Number of times between which a file is compared. */
const MIN_SAMPLES = 3;

/**
 * Returns whether times that were read at equal distances in a file suggest that it has several clocks: one is earlier
 * than the one before, or much later than usual.
 */
export function hasUnevenTimes(timesMs: readonly number[]): boolean {
  const stepsMs = timesMs.slice(1).map((time, at) => time - (timesMs[at] ?? 0));
  if (stepsMs.length < MIN_SAMPLES) return true;
  const medianMs = stepsMs.toSorted((a, b) => a - b)[Math.floor(stepsMs.length / 2)] ?? 0;
  return stepsMs.some((step) => step < 0 || step > MIN_FORWARD_MS + 8 * medianMs);
}
