import { clipIdOf } from './clipId.ts';
import type { Description, Line } from './description.ts';
import { hashText } from './hash.ts';
import { overlapMs, type TimeRange } from './range.ts';
import type { Stage } from './recipe.ts';

/** What all Descriptions of one stage have in common. */
export interface Described {
  readonly videoId: string;
  readonly uri: string;
  readonly stage: Stage;
  readonly describer: string;
  readonly recipe: string;
}

/** Id of a Description row; equal for equal place and stage, so that a repeat overwrites. */
export function descriptionId(of: Pick<Described, 'videoId' | 'uri' | 'stage'>, range: TimeRange): string {
  return hashText([of.videoId, of.uri, of.stage, range.startMs, range.endMs].join('\n'));
}

/** The Clip that holds most of a range; the last one for what lies past the end. Undefined without Clips. */
export function clipHolding(clips: readonly TimeRange[], range: TimeRange): TimeRange | undefined {
  let best = clips.at(-1);
  let most = 0;
  let low = 0;
  let high = clips.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((clips[middle]?.endMs ?? 0) <= range.startMs) low = middle + 1;
    else high = middle;
  }
  for (let i = low; i < clips.length; i += 1) {
    const clip = clips[i];
    if (clip === undefined || (clip.startMs >= range.endMs && i > low)) break;
    const shared = overlapMs(clip, range);
    if (shared > most || i === low) {
      most = shared;
      best = clip;
    }
  }
  return best;
}

/** Lines put into one Description for each Clip that holds any; a line belongs to the Clip that holds most of it. */
export function describeLines(
  of: Described,
  clips: readonly TimeRange[],
  lines: readonly Line[],
): readonly Description[] {
  const byClip = new Map<TimeRange, Line[]>();
  for (const line of lines) {
    const clip = clipHolding(clips, line);
    if (clip === undefined) continue;
    const held = byClip.get(clip);
    if (held === undefined) byClip.set(clip, [line]);
    else held.push(line);
  }
  return [...byClip].map(([clip, held]) => ({
    ...of,
    id: descriptionId(of, clip),
    clipId: clipIdOf(of.videoId, clip),
    startMs: clip.startMs,
    endMs: clip.endMs,
    lines: held,
  }));
}
