import type { TimeRange } from '../core/domain/time-range.ts';
import type { VideoFile } from '../core/domain/video.ts';
import { analyse } from '../core/language/tokenizer.ts';
import type { Question } from '../core/query/question-analysis.ts';
import { isGenericVerb, isVideoWord } from '../core/query/question-intent.ts';
import { type TimeConstraints, toPartRange } from '../core/query/temporal-expressions.ts';
import { isAnswerable } from '../core/ranking/answerability.ts';
import { findNamedSpeakers } from '../core/ranking/asked-speakers.ts';
import { matchesConcept } from '../core/ranking/concept-match.ts';
import type { RankedPlace } from '../search/build-hits.ts';
import { firstK, type QuestionLookup } from './question-lookup.ts';
import type { ResolvedQuestion } from './resolved-question.ts';
import { titleTerms } from './select-videos.ts';

/** Most clips of a part of a video, or beside a place, if all are wanted. */
export const MAX_POSITION_CLIPS = 50;

export function maxPositionClips(k: number): number {
  return k < 0 ? MAX_POSITION_CLIPS : k;
}

/** Returns the range of a part of a video; of the whole video if no part is named. */
export function partRange(
  { catalogue }: QuestionLookup,
  copy: VideoFile,
  part: TimeConstraints['part'],
): TimeRange {
  const endMs = catalogue.video(copy.videoId)?.probe.durationMs ?? 0;
  return part ? toPartRange(part, endMs) : { startMs: 0, endMs };
}

/** Leaves out the places that lie elsewhere, and says again whether the rest is evidence. */
export function filterPlaces(
  resolvedQuestion: ResolvedQuestion,
  isInside: (rankedPlace: RankedPlace) => boolean,
  k: number,
): ResolvedQuestion {
  const placesInside = resolvedQuestion.rankedPlaces.filter(isInside);
  return {
    ...resolvedQuestion,
    rankedPlaces: firstK(placesInside, k),
    grounded: isAnswerable(placesInside.map(({ place }) => place)),
    wholeVideos: [],
    isPartial: true,
  };
}

/** Returns the concepts of a question that neither name the video nor say what any video does. */
export function findAskedConcepts(
  { catalogue }: Pick<QuestionLookup, 'catalogue'>,
  question: Question,
  copy: VideoFile,
): readonly number[] {
  const terms = titleTerms(catalogue, copy, question.language);
  return question.concepts.flatMap(({ weak, plain }, id) =>
    weak || isGenericVerb(plain) || isVideoWord(plain) || matchesConcept(question, id, terms) ? [] : [id],
  );
}

/**
 * Returns whose words a question asks for if it says nothing else but where to look: nobody's if it asks for all of them.
 * Undefined if it asks for more.
 */
export async function findPositionSpeakers(
  lookup: QuestionLookup,
  question: Question,
  copy: VideoFile,
): Promise<ReadonlySet<string> | undefined> {
  const asked = findAskedConcepts(lookup, question, copy);
  if (asked.length === 0) return new Set();
  const rows = await lookup.store.descriptions(copy.videoId, copy.uri);
  const speakers = new Set(rows.flatMap(({ lines }) => lines.flatMap(({ speaker }) => speaker ?? [])));
  const names = findNamedSpeakers(question.text, speakers, question.language);
  const nameTerms = new Set([...names].flatMap((name) => analyse(name, question.language).split(' ')));
  return asked.every((id) => matchesConcept(question, id, nameTerms)) ? names : undefined;
}
