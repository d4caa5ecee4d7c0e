import type { VideoGroup } from './library-groups.ts';

/** The least distance between two labels, in px. */
const LABEL_PX = 18;

/** A year or month beside the scrubber. `share` is its place, 0..1 from the top. */
interface ScrubberLabel {
  readonly text: string;
  readonly share: number;
  readonly isYear: boolean;
}

/** Returns the years, and the months that have room between them. */
export function labels(
  groups: readonly Pick<VideoGroup, 'short' | 'year'>[],
  starts: readonly number[],
  height: number,
): readonly ScrubberLabel[] {
  const placed: ScrubberLabel[] = [];
  const add = (label: ScrubberLabel) => {
    const isFree = placed.every(({ share }) => Math.abs(share - label.share) * height >= LABEL_PX);
    if (isFree && (1 - label.share) * height >= LABEL_PX) placed.push(label);
  };
  groups.forEach(({ year }, at) => {
    const share = starts[at] ?? 0;
    if (year !== groups[at - 1]?.year) add({ text: year, share, isYear: true });
  });
  groups.forEach(({ short }, at) => {
    const share = starts[at] ?? 0;
    if (!placed.some((label) => label.share === share)) add({ text: short, share, isYear: false });
  });
  return placed;
}
