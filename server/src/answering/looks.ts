import { clipHolding } from '../core/describe.ts';
import type { Look, Near } from '../core/fuse.ts';
import type { Catalogue } from './catalogue.ts';

/** `Line.source` of what was found by its looks. */
const LOOK_SOURCE = 'looks';
/** Told in the place of words; not the words that were asked for, which stand nowhere in the video. */
const LOOK_TEXT = 'found by its picture';

/** Pictures that were found, those of one Clip as one: as strong as the strongest of them. */
export function looksOf(catalogue: Catalogue, found: readonly Near[]): readonly Look[] {
  const byClip = Map.groupBy(found, (near) => {
    const clip = clipHolding(catalogue.video(near.videoId)?.clips ?? [], near) ?? near;
    return `${near.videoId} ${clip.startMs}`;
  });
  return [...byClip.values()].flatMap((some): readonly Look[] => {
    const [first] = some;
    if (!first) return [];
    const startMs = Math.min(...some.map((near) => near.startMs));
    const endMs = Math.max(...some.map((near) => near.endMs));
    const strength = Math.max(...some.map((near) => near.strength));
    const line = { kind: 'frame', text: LOOK_TEXT, startMs, endMs, source: LOOK_SOURCE } as const;
    return [{ ...first, startMs, endMs, strength, line }];
  });
}
