import { findClipAt } from '../core/pipeline/group-lines-by-clip.ts';
import type { ImageMatch, VectorMatch } from '../core/ranking/fusion.ts';
import type { CatalogueReader } from './catalogue-reader.ts';

/** `Line.source` of what was found by its looks. */
const IMAGE_MATCH_SOURCE = 'looks';
/** Told in the place of words; not the words that were asked for, which stand nowhere in the video. */
const IMAGE_MATCH_TEXT = 'found by its picture';

/** Pictures that were found, those of one Clip as one: as strong as the strongest of them. */
export function toImageMatches(
  catalogue: CatalogueReader,
  nearFrames: readonly VectorMatch[],
): readonly ImageMatch[] {
  const byClip = Map.groupBy(nearFrames, (near) => {
    const clip = findClipAt(catalogue.video(near.videoId)?.clips ?? [], near) ?? near;
    return `${near.videoId} ${clip.startMs}`;
  });
  return [...byClip.values()].flatMap((framesOfClip): readonly ImageMatch[] => {
    const [first] = framesOfClip;
    if (!first) return [];
    const startMs = Math.min(...framesOfClip.map((near) => near.startMs));
    const endMs = Math.max(...framesOfClip.map((near) => near.endMs));
    const strength = Math.max(...framesOfClip.map((near) => near.strength));
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
