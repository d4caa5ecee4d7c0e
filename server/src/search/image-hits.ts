import { findClipAt } from '../core/pipeline/group-lines-by-clip.ts';
import type { ImageMatch, VectorMatch } from '../core/ranking/fusion.ts';
import type { CatalogueReader } from './catalogue-reader.ts';

/** Value of `Line.source` for image matches. */
const IMAGE_MATCH_SOURCE = 'looks';
/** Shown instead of text; not the words of the query, which the video does not contain. */
const IMAGE_MATCH_TEXT = 'matched by image';

/** Merges image matches of the same clip into one, with the strength of the strongest. */
export function toImageMatches(
  catalogue: CatalogueReader,
  nearFrames: readonly VectorMatch[],
): readonly ImageMatch[] {
  const byClip = Map.groupBy(nearFrames, (frameMatch) => {
    const clip = findClipAt(catalogue.video(frameMatch.videoId)?.clips ?? [], frameMatch) ?? frameMatch;
    return `${frameMatch.videoId} ${clip.startMs}`;
  });
  return [...byClip.values()].flatMap((framesOfClip): readonly ImageMatch[] => {
    const [first] = framesOfClip;
    if (!first) return [];
    const startMs = Math.min(...framesOfClip.map((frameMatch) => frameMatch.startMs));
    const endMs = Math.max(...framesOfClip.map((frameMatch) => frameMatch.endMs));
    const strength = Math.max(...framesOfClip.map((frameMatch) => frameMatch.strength));
    const line = {
      kind: 'frame',
      text: IMAGE_MATCH_TEXT,
      startMs,
      endMs,
      source: IMAGE_MATCH_SOURCE,
    } as const;
    return [{ ...first, startMs, endMs, strength, line }];
  });
}
