import { type Ms, overlapMs, type TimeRange } from '../domain/time-range.ts';
import { clusterPrints, type PrintCluster } from './cluster-prints.ts';
import { stitchVoices } from './stitch-voices.ts';
import { comparePrints, type HeardWindow, type VoiceTrack } from './voice-track.ts';

/** One voice of a video and when it is heard. */
export interface DiarisedVoice {
  /** Unit vector. */
  readonly print: Float32Array;
  readonly spans: readonly TimeRange[];
}

/** Tracks with less clean sound than this are too uncertain to found a voice, ms. */
const MIN_FOUNDING_MS: Ms = 800;
/** A voice that is heard alone for less than this is taken for one of the others, ms. */
const MIN_VOICE_MS: Ms = 3000;
/** So is a voice with less than this share of all speech. */
const MIN_VOICE_SHARE = 0.02;
/** Share of the shorter track from which two tracks of a window are heard at once, so that their voices differ. */
const MAX_SHARED = 0.5;

const lengthMs = (ranges: readonly TimeRange[]): Ms =>
  ranges.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);

function areSimultaneous({ ranges: a }: VoiceTrack, { ranges: b }: VoiceTrack): boolean {
  const sharedMs = a.reduce(
    (sum, range) => sum + b.reduce((inner, other) => inner + overlapMs(range, other), 0),
    0,
  );
  return sharedMs > MAX_SHARED * Math.min(lengthMs(a), lengthMs(b));
}

/** Returns how often each moment is heard: windows overlap. */
function countRepetition(windows: readonly HeardWindow[]): number {
  let coveredMs = 0;
  let reachedMs = 0;
  for (const { startMs, endMs } of windows.toSorted((a, b) => a.startMs - b.startMs)) {
    coveredMs += Math.max(0, endMs - Math.max(startMs, reachedMs));
    reachedMs = Math.max(reachedMs, endMs);
  }
  return lengthMs(windows) / Math.max(1, coveredMs);
}

function selectVoices(clusters: readonly PrintCluster[], repetition: number): readonly PrintCluster[] {
  const totalMs = clusters.reduce((sum, { weightMs }) => sum + weightMs, 0);
  const minMs = Math.max(MIN_VOICE_MS * repetition, MIN_VOICE_SHARE * totalMs);
  const voices = clusters.filter(({ weightMs }) => weightMs >= minMs);
  const [largest] = clusters.toSorted((a, b) => b.weightMs - a.weightMs);
  return voices.length > 0 || !largest ? voices : [largest];
}

/** Gives each track of a window the most similar voice, the best match first. Tracks at the same time differ. */
function matchTracks(
  { tracks }: HeardWindow,
  voices: readonly PrintCluster[],
): readonly (number | undefined)[] {
  const pairs = tracks
    .flatMap((track, i) => {
      const { print } = track;
      return print
        ? voices.map((voice, k) => ({ track, i, voice: k, similarity: comparePrints(print, voice.print) }))
        : [];
    })
    .sort((a, b) => b.similarity - a.similarity);
  const matches: (number | undefined)[] = tracks.map(() => undefined);
  for (const { track, i, voice } of pairs) {
    if (matches[i] !== undefined) continue;
    const isTaken = tracks.some((other, k) => matches[k] === voice && areSimultaneous(track, other));
    if (!isTaken) matches[i] = voice;
  }
  return matches;
}

/**
 * Finds the voices of a video in what was heard in its windows, in the order in which they first speak.
 * `minSimilarity` is the mean cosine from which two groups of prints are one voice.
 */
export function* diarise(
  windows: readonly HeardWindow[],
  minSimilarity: number,
): Generator<undefined, readonly DiarisedVoice[], undefined> {
  const prints = windows.flatMap(({ tracks }) =>
    tracks.flatMap(({ print, cleanMs }) => (print ? [{ print, weightMs: Math.max(1, cleanMs) }] : [])),
  );
  const longPrints = prints.filter(({ weightMs }) => weightMs >= MIN_FOUNDING_MS);
  const founders = longPrints.length > 0 ? longPrints : prints;
  const voices = selectVoices(yield* clusterPrints(founders, minSimilarity), countRepetition(windows));
  const trackVoices = windows.map((window) => matchTracks(window, voices));
  const spans = yield* stitchVoices(windows, trackVoices, voices.length);
  return voices
    .flatMap(({ print }, i): DiarisedVoice[] => {
      const own = spans[i] ?? [];
      return own.length > 0 ? [{ print, spans: own }] : [];
    })
    .sort((a, b) => (a.spans[0]?.startMs ?? 0) - (b.spans[0]?.startMs ?? 0));
}
