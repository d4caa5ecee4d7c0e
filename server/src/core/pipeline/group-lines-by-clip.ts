import { toClipId } from '../domain/clip-id.ts';
import type { Description, Line } from '../domain/description.ts';
import type { Stage } from '../domain/stage.ts';
import { overlapMs, type TimeRange } from '../domain/time-range.ts';
import { hashText } from '../text/hash-text.ts';

/** Holds the fields that all Descriptions of one stage share. */
export interface DescriptionBase {
  readonly videoId: string;
  readonly uri: string;
  readonly stage: Stage;
  readonly describer: string;
  readonly recipe: string;
}

/** Returns the id of a Description. It is equal for equal place and stage, so a repeat overwrites. */
export function toDescriptionId(
  base: Pick<DescriptionBase, 'videoId' | 'uri' | 'stage'>,
  range: TimeRange,
): string {
  return hashText([base.videoId, base.uri, base.stage, range.startMs, range.endMs].join('\n'));
}

/**
 * Returns the clip that overlaps a range most. A range past the end gets the last clip. Returns undefined
 * without clips.
 */
export function findClipAt(clips: readonly TimeRange[], range: TimeRange): TimeRange | undefined {
  let best = clips.at(-1);
  let maxOverlapMs = 0;
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
    const sharedMs = overlapMs(clip, range);
    if (sharedMs > maxOverlapMs || i === low) {
      maxOverlapMs = sharedMs;
      best = clip;
    }
  }
  return best;
}

/**
 * Groups lines into one Description per clip. A line belongs to the clip it overlaps most; clips without
 * lines are left out.
 */
export function groupLinesByClip(
  base: DescriptionBase,
  clips: readonly TimeRange[],
  lines: readonly Line[],
): readonly Description[] {
  const byClip = new Map<TimeRange, Line[]>();
  for (const line of lines) {
    const clip = findClipAt(clips, line);
    if (clip === undefined) continue;
    const clipLines = byClip.get(clip);
    if (clipLines === undefined) byClip.set(clip, [line]);
    else clipLines.push(line);
  }
  return [...byClip].map(([clip, clipLines]) => ({
    ...base,
    id: toDescriptionId(base, clip),
    clipId: toClipId(base.videoId, clip),
    startMs: clip.startMs,
    endMs: clip.endMs,
    lines: clipLines,
  }));
}
