import type { TimeRange } from '../core/domain/time-range.ts';
import type { VideoFile } from '../core/domain/video.ts';
import { isCueLine } from '../core/language/lines.ts';
import { findConversationTopic } from '../core/query/follow-up.ts';
import type { Question } from '../core/query/question-analysis.ts';
import type { TimeConstraints } from '../core/query/temporal-expressions.ts';
import type { RankedPlace } from '../search/build-hits.ts';
import { findClipsInRange, NEIGHBOUR_RANGE_MS } from './clips-in-range.ts';
import type { QuestionLookup } from './question-lookup.ts';
import { resolveByWords } from './resolve-by-words.ts';
import type { ResolvedQuestion } from './resolved-question.ts';
import { selectQuote } from './select-quote.ts';
import { filterPlaces, findPositionSpeakers, maxPositionClips, partRange } from './video-position.ts';

/** Term coverage above which a place holds all words of a question, 0..1. */
const FULL_TERM_COVERAGE = 0.99;

/** The place that a question points to with "after ..." or "before ...", and the range it then asks about. */
interface Neighbourhood {
  readonly side: 'before' | 'after';
  readonly anchor: RankedPlace;
  /** What the anchor was found by. */
  readonly anchors: ResolvedQuestion;
  readonly copy: VideoFile;
  readonly range: TimeRange;
}

/**
 * Resolves "what happens after the oven is opened?": finds the anchor first, then what lies beside it. Undefined if no
 * anchor is named or found, or nothing that is asked for lies there. `plain` is what the question finds as it stands.
 */
export async function resolveByNeighbour(
  lookup: QuestionLookup,
  time: TimeConstraints,
  plainResult: ResolvedQuestion,
): Promise<ResolvedQuestion | undefined> {
  const neighbourhood = await findNeighbourhood(lookup, time);
  if (!neighbourhood) return undefined;
  if (time.question === '') return await findNeighbouringClips(lookup, time, neighbourhood);
  const { copy, anchor, range } = neighbourhood;
  const inVideo = await resolveByWords(
    { ...lookup, k: -1, scope: { ...lookup.scope, uris: [copy.uri] }, conversation: [] },
    time.question,
  );
  const speakers = await findPositionSpeakers(lookup, inVideo.question, copy);
  if (speakers) return await findNeighbouringClips(lookup, time, neighbourhood, speakers);
  // "How do I feed it before a holiday?": one place tells of both, and nothing is asked of its neighbours.
  if ((plainResult.rankedPlaces[0]?.place.termCoverage ?? 0) > FULL_TERM_COVERAGE) return undefined;
  const isInRange = ({ hit }: RankedPlace) => hit.startMs >= range.startMs && hit.endMs <= range.endMs;
  const insideRange = filterPlaces(inVideo, isInRange, lookup.k);
  return insideRange.grounded ? { ...insideRange, anchor } : undefined;
}

async function findNeighbourhood(
  lookup: QuestionLookup,
  { beside, part }: TimeConstraints,
): Promise<Neighbourhood | undefined> {
  if (!beside) return undefined;
  const anchorText = beside.anchor || findConversationTopic(lookup.conversation).join(' ');
  if (anchorText === '') return undefined;
  const anchors = await resolveByWords({ ...lookup, k: 1, conversation: [] }, anchorText);
  const [anchor] = anchors.rankedPlaces;
  const copy = anchor && lookup.catalogue.copy(anchor.hit.uri);
  if (!anchor || !copy || !anchors.grounded) return undefined;
  const { side } = beside;
  const range = rangeBeside(evidenceSpan(anchors.question, anchor), side, partRange(lookup, copy, part));
  return range.endMs > range.startMs ? { side, anchor, anchors, copy, range } : undefined;
}

/** Returns what lies before or after a span within a range; may be empty. */
function rangeBeside(span: TimeRange, side: Neighbourhood['side'], outerRange: TimeRange): TimeRange {
  return side === 'after'
    ? { startMs: span.endMs, endMs: outerRange.endMs }
    : { startMs: outerRange.startMs, endMs: span.startMs };
}

/** Returns the span of the sentence, or of the cues, that hold the words: a hit shows a cue more on either side. */
function evidenceSpan(question: Question, ranked: RankedPlace): TimeRange {
  const { hit, place } = ranked;
  const [first, ...more] = selectQuote(question, ranked).filter(isCueLine);
  if (first) return { startMs: first.startMs, endMs: more.at(-1)?.endMs ?? first.endMs };
  const cues = place.evidence.filter(isCueLine);
  if (cues.length === 0) return hit;
  return {
    startMs: Math.max(hit.startMs, Math.min(...cues.map(({ startMs }) => startMs))),
    endMs: Math.min(hit.endMs, Math.max(...cues.map(({ endMs }) => endMs))),
  };
}

/** Returns the clips nearest to the anchor on its side, whatever they say. */
async function findNeighbouringClips(
  lookup: QuestionLookup,
  time: TimeConstraints,
  { side, anchor, anchors, copy, range }: Neighbourhood,
  speakers?: ReadonlySet<string>,
): Promise<ResolvedQuestion | undefined> {
  const nearRange =
    side === 'after'
      ? { ...range, endMs: Math.min(range.endMs, range.startMs + NEIGHBOUR_RANGE_MS) }
      : { ...range, startMs: Math.max(range.startMs, range.endMs - NEIGHBOUR_RANGE_MS) };
  const rankedPlaces = await findClipsInRange(
    lookup,
    copy,
    nearRange,
    maxPositionClips(lookup.k),
    side === 'before',
    lookup.signal,
    speakers,
  );
  if (rankedPlaces.length === 0) return undefined;
  return { ...anchors, text: time.question, rankedPlaces, wholeVideos: [], order: side, anchor };
}
