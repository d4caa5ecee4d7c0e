import type { Ms, TimeRange } from '../domain/time-range.ts';
import { clusterPrints, type PrintCluster, type WeightedPrint } from './cluster-prints.ts';
import { stitchVoices } from './stitch-voices.ts';
import { comparePrints, type HeardWindow } from './voice-track.ts';

/** One voice of a video and when it is heard. */
export interface DiarisedVoice {
  /** Unit vector. */
  readonly print: Float32Array;
  readonly spans: readonly TimeRange[];
}

/** Tracks with less clean sound than this are too uncertain to found a voice, ms. */
const MIN_FOUNDING_MS: Ms = 1000;
/** A voice that is heard alone for less than this in all is taken for one of the others, ms... */
const MIN_VOICE_MS: Ms = 2500;
/** ... and so is one with less than this share of all sound. */
const MIN_VOICE_SHARE = 0.02;

function selectVoices(clusters: readonly PrintCluster[]): readonly PrintCluster[] {
  const totalMs = clusters.reduce((sum, { weightMs }) => sum + weightMs, 0);
  const minMs = Math.max(MIN_VOICE_MS, MIN_VOICE_SHARE * totalMs);
  const voices = clusters.filter(({ weightMs }) => weightMs >= minMs);
  const [largest] = clusters.toSorted((a, b) => b.weightMs - a.weightMs);
  return voices.length > 0 || !largest ? voices : [largest];
}

/** Gives each track of a window the most similar voice, the best match first, each voice once. */
function matchTracks(
  { tracks }: HeardWindow,
  voices: readonly PrintCluster[],
): readonly (number | undefined)[] {
  const pairs = tracks
    .flatMap(({ print }, track) =>
      print
        ? voices.map((voice, i) => ({ track, voice: i, similarity: comparePrints(print, voice.print) }))
        : [],
    )
    .sort((a, b) => b.similarity - a.similarity);
  const matches: (number | undefined)[] = tracks.map(() => undefined);
  const taken = new Set<number>();
  for (const { track, voice } of pairs) {
    if (matches[track] !== undefined || taken.has(voice)) continue;
    matches[track] = voice;
    taken.add(voice);
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
  const prints: WeightedPrint[] = [];
  for (const [window, { tracks }] of windows.entries())
    for (const { print, cleanMs } of tracks)
      if (print && cleanMs >= MIN_FOUNDING_MS) prints.push({ print, weightMs: cleanMs, group: window });
  const founders = prints.length > 0 ? prints : collectPrints(windows);
  const voices = selectVoices(yield* clusterPrints(founders, minSimilarity));
  const trackVoices = windows.map((window) => matchTracks(window, voices));
  const spans = yield* stitchVoices(windows, trackVoices, voices.length);
  return voices
    .flatMap(({ print }, i): DiarisedVoice[] => {
      const own = spans[i] ?? [];
      return own.length > 0 ? [{ print, spans: own }] : [];
    })
    .sort((a, b) => (a.spans[0]?.startMs ?? 0) - (b.spans[0]?.startMs ?? 0));
}

/** Collects all prints, for a video in which nobody speaks for a second. */
function collectPrints(windows: readonly HeardWindow[]): readonly WeightedPrint[] {
  return windows.flatMap(({ tracks }, group) =>
    tracks.flatMap(({ print, cleanMs }) => (print ? [{ print, weightMs: Math.max(1, cleanMs), group }] : [])),
  );
}
