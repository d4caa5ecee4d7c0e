import { clipIdOf } from '../core/clipId.ts';
import type { Line } from '../core/description.ts';
import { orderLines } from '../core/lines.ts';
import { mediaLink } from '../core/mediaLink.ts';
import { LONGEST_HIT_MS } from '../core/moment.ts';
import { type Ms, overlapMs, type TimeRange } from '../core/range.ts';
import type { Copy } from '../core/video.ts';
import type { Store } from '../ports/store.ts';
import type { Catalogue } from './catalogue.ts';
import type { Finding } from './hits.ts';

/** So far from something "after it" still means, ms. */
export const NEAR_MS = 120_000;

/** A moment belongs to a range that holds its middle; a slide or caption to every one it is there in. */
function inside(line: Line, range: TimeRange): boolean {
  if (line.kind !== 'speech' && line.kind !== 'description') return overlapMs(line, range) > 0;
  const middle = (line.startMs + line.endMs) / 2;
  return range.startMs <= middle && middle < range.endMs;
}

/**
 * The clips of a range that say anything, in time order, chosen by where they lie: the first `count`, or the last ones
 * where it is `late`. Each is cut to the range.
 */
export async function placed(
  { store, catalogue }: { readonly store: Store; readonly catalogue: Catalogue },
  copy: Copy,
  range: TimeRange,
  count: number,
  late: boolean,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  signal.throwIfAborted();
  const { videoId, uri } = copy;
  const rows = await store.descriptions(videoId, uri);
  signal.throwIfAborted();
  const lines = rows
    .flatMap((row) => row.lines)
    .filter((line) => line.kind !== 'facts' && line.kind !== 'title' && inside(line, range));
  const clips = (catalogue.video(videoId)?.clips ?? []).filter((clip) => overlapMs(clip, range) > 0);
  const findings = clips.flatMap((clip): readonly Finding[] => {
    const window = {
      startMs: Math.max(clip.startMs, range.startMs),
      endMs: Math.min(clip.endMs, range.endMs),
    };
    const own = orderLines(lines.filter((line) => inside(line, window)));
    if (own.length === 0) return [];
    const place = momentOf(window, late);
    const shown = own.filter((line) => inside(line, place));
    const evidence = shown.length > 0 ? shown : own;
    const passage = { id: `placed.${uri}.${window.startMs}`, videoId, uri, ...window, terms: '', lines: own };
    return [
      {
        hit: {
          clipId: clipIdOf(videoId, clip),
          videoId,
          uri,
          path: copy.path,
          clip: { startMs: clip.startMs, endMs: clip.endMs },
          ...place,
          score: 1,
          weak: false,
          link: mediaLink(uri, place),
          evidence,
        },
        place: { ...place, videoId, uri, evidence, score: 1, share: 1, pair: true, window: passage },
      },
    ];
  });
  return late ? findings.slice(-count) : findings.slice(0, count);
}

/** At most as long as a hit may be, at the side of the range that was asked for. */
function momentOf({ startMs, endMs }: TimeRange, late: boolean): TimeRange {
  const lengthMs: Ms = Math.min(endMs - startMs, LONGEST_HIT_MS);
  const from = Math.round(late ? endMs - lengthMs : startMs);
  return { startMs: from, endMs: Math.max(from + 1, Math.round(from + lengthMs)) };
}
