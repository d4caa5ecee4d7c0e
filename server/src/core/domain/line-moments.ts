import type { TimeRange } from './time-range.ts';

/** A line of a hit, as in the protocol. */
interface LineOfHit extends TimeRange {
  readonly kind: string;
  readonly text: string;
  readonly seekMs?: number | undefined;
  readonly matches?: readonly object[] | undefined;
}

interface HitWithLines extends TimeRange {
  readonly evidence: readonly LineOfHit[];
}

/** A moment with the text that says what it is. */
export interface LineMoment extends TimeRange {
  readonly text: string;
}

/** Kinds of evidence that belong to a clip or video and have no second of their own. */
const UNTIMED_KINDS: ReadonlySet<string> = new Set(['facts', 'title', 'tag', 'frame']);

export const isUntimed = (kind: string) => UNTIMED_KINDS.has(kind);

/**
 * Returns the moments that a hit offers: each of its lines with matching words, at its own second. A hit without such
 * lines is one moment.
 */
export function toLineMoments({ startMs, endMs, evidence }: HitWithLines): readonly LineMoment[] {
  const matching = evidence.filter(({ kind, matches = [] }) => matches.length > 0 && !isUntimed(kind));
  if (matching.length === 0) return [{ startMs, endMs, text: evidence[0]?.text ?? '' }];
  return matching.map((line) => {
    const seekMs = line.seekMs ?? line.startMs;
    return { startMs: seekMs, endMs: Math.max(line.endMs, seekMs + 1), text: line.text };
  });
}
