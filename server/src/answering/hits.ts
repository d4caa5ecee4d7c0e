import { confidence, isWeak } from '../core/abstain.ts';
import { clipIdOf } from '../core/clipId.ts';
import { clipHolding } from '../core/describe.ts';
import type { Line } from '../core/description.ts';
import type { Hit } from '../core/hit.ts';
import { mediaLink } from '../core/mediaLink.ts';
import type { Question } from '../core/question.ts';
import type { Place } from '../core/spread.ts';
import type { Copy } from '../core/video.ts';
import type { Catalogue } from './catalogue.ts';

/** A Place with the copy it is shown as, and what the copy's names add. */
export interface Located {
  readonly place: Place;
  readonly copy: Copy;
  /** Names that hold a word of the question. */
  readonly names: readonly Line[];
}

/** A Hit with the Place it was made of. */
export interface Finding {
  readonly hit: Hit;
  readonly place: Place;
}

/**
 * Hits with scores in 0..1: the best one's is how much of the question it holds, the others stand to it as their
 * scores do.
 */
export function findingsOf(
  catalogue: Catalogue,
  question: Question,
  located: readonly Located[],
): readonly Finding[] {
  const best = located[0]?.place;
  if (!best) return [];
  const held = confidence(question, best);
  return located.map(({ place, copy, names }) => {
    const range = { startMs: Math.round(place.startMs), endMs: Math.round(place.endMs) };
    const clip = clipHolding(catalogue.video(copy.videoId)?.clips ?? [], range) ?? range;
    const hit: Hit = {
      clipId: clipIdOf(copy.videoId, clip),
      videoId: copy.videoId,
      uri: copy.uri,
      path: copy.path,
      clip: { startMs: clip.startMs, endMs: clip.endMs },
      ...range,
      score: Math.max(0, held * (best.score > 0 ? place.score / best.score : 1)),
      weak: isWeak(place),
      link: mediaLink(copy.uri, range),
      evidence: [...place.evidence, ...names],
    };
    return { hit, place };
  });
}
