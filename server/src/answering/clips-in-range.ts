import { toClipId } from '../core/domain/clip-id.ts';
import type { Line, LineKind } from '../core/domain/description.ts';
import { formatMediaLink } from '../core/domain/media-link.ts';
import { type Ms, overlapMs, type TimeRange } from '../core/domain/time-range.ts';
import type { VideoFile } from '../core/domain/video.ts';
import { orderLines } from '../core/language/lines.ts';
import { MAX_HIT_MS } from '../core/ranking/best-span.ts';
import type { Store } from '../ports/store.ts';
import type { RankedPlace } from '../search/build-hits.ts';
import type { CatalogueReader } from '../search/catalogue-reader.ts';

/** Defines how far "after it" reaches, in ms. */
export const NEIGHBOUR_RANGE_MS = 120_000;

/**
 * Returns whether a line belongs to a range. Spoken lines and descriptions count where their middle lies;
 * slides and captions count in every range they overlap.
 */
function isInRange(line: Line, range: TimeRange): boolean {
  if (line.kind !== 'speech' && line.kind !== 'description') return overlapMs(line, range) > 0;
  const middle = (line.startMs + line.endMs) / 2;
  return range.startMs <= middle && middle < range.endMs;
}

/**
 * Finds the clips of a range that contain text, in time order. Returns the first `count`, or the last `count`
 * if `fromEnd` is set. Each clip is cut to the range. With `speakers`, only what these people say counts.
 */
export async function findClipsInRange(
  { store, catalogue }: { readonly store: Store; readonly catalogue: CatalogueReader },
  copy: VideoFile,
  range: TimeRange,
  count: number,
  fromEnd: boolean,
  signal: AbortSignal,
  speakers: ReadonlySet<string> = new Set(),
): Promise<readonly RankedPlace[]> {
  signal.throwIfAborted();
  const { videoId, uri } = copy;
  const rows = await store.descriptions(videoId, uri);
  signal.throwIfAborted();
  const lines = rows
    .flatMap((row) => row.lines)
    .filter((line) => line.kind !== 'facts' && line.kind !== 'title' && isInRange(line, range))
    .filter(({ speaker }) => speakers.size === 0 || (speaker !== undefined && speakers.has(speaker)));
  const clips = (catalogue.video(videoId)?.clips ?? []).filter((clip) => overlapMs(clip, range) > 0);
  const findings = clips.flatMap((clip): readonly RankedPlace[] => {
    const clipRange = {
      startMs: Math.max(clip.startMs, range.startMs),
      endMs: Math.min(clip.endMs, range.endMs),
    };
    const clipLines = orderLines(lines.filter((line) => isInRange(line, clipRange)));
    if (clipLines.length === 0) return [];
    return [toPlace(copy, clip, clipRange, clipLines, fromEnd)];
  });
  return fromEnd ? findings.slice(-count) : findings.slice(0, count);
}

/** Makes a place of a range of a clip and its lines, as a search would find it. */
function toPlace(
  { videoId, uri, path }: VideoFile,
  clip: TimeRange,
  range: TimeRange,
  lines: readonly Line[],
  fromEnd: boolean,
): RankedPlace {
  const shownRange = limitRange(range, fromEnd);
  const shownLines = lines.filter((line) => isInRange(line, shownRange));
  const evidence = shownLines.length > 0 ? shownLines : lines;
  const { startMs, endMs } = range;
  const window = { id: `placed.${uri}.${startMs}`, videoId, uri, startMs, endMs, terms: '', lines };
  return {
    hit: {
      clipId: toClipId(videoId, clip),
      videoId,
      uri,
      path,
      clip: { startMs: clip.startMs, endMs: clip.endMs },
      ...shownRange,
      score: 1,
      weak: false,
      link: formatMediaLink(uri, shownRange),
      evidence,
    },
    place: {
      ...shownRange,
      videoId,
      uri,
      evidence,
      score: 1,
      termCoverage: 1,
      hasTermPair: true,
      answerOdds: 0,
      window,
    },
  };
}

/** Returns one place with all text of a range, or undefined if it has none. `kinds`: only this evidence. */
export async function findRange(
  { store, catalogue }: { readonly store: Store; readonly catalogue: CatalogueReader },
  copy: VideoFile,
  range: TimeRange,
  kinds: readonly LineKind[] | undefined,
  signal: AbortSignal,
): Promise<RankedPlace | undefined> {
  signal.throwIfAborted();
  const rows = await store.descriptions(copy.videoId, copy.uri);
  signal.throwIfAborted();
  const lines = rows
    .flatMap((row) => row.lines)
    .filter(({ kind }) => kind !== 'facts' && kind !== 'title' && (kinds?.includes(kind) ?? true))
    .filter((line) => isInRange(line, range));
  if (lines.length === 0) return undefined;
  const clips = catalogue.video(copy.videoId)?.clips ?? [];
  const clip = clips.toSorted((a, b) => overlapMs(b, range) - overlapMs(a, range))[0] ?? range;
  return toPlace(copy, clip, range, orderLines(lines), false);
}

/** Cuts a range to the maximum length of a hit, keeping its start or, with `fromEnd`, its end. */
function limitRange({ startMs, endMs }: TimeRange, fromEnd: boolean): TimeRange {
  const lengthMs: Ms = Math.min(endMs - startMs, MAX_HIT_MS);
  const from = Math.round(fromEnd ? endMs - lengthMs : startMs);
  return { startMs: from, endMs: Math.max(from + 1, Math.round(from + lengthMs)) };
}
