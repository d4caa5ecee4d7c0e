import { formatTime } from '../core/domain/format-time.ts';
import type { Answer, Citation, Hit } from '../core/domain/search-result.ts';
import { overlapMs } from '../core/domain/time-range.ts';
import type { VideoFile } from '../core/domain/video.ts';
import { buildVideoOutline, type OutlineSection } from '../core/generation/video-outline.ts';
import { orderLines } from '../core/language/lines.ts';
import { findSentenceAt, type Sentence, splitSentences } from '../core/language/sentence-splitter.ts';
import { analyse } from '../core/language/tokenizer.ts';
import { asksForMentions } from '../core/query/frequency-questions.ts';
import { asksForEveryOccurrence } from '../core/query/question-intent.ts';
import { capToMaxHit } from '../core/ranking/best-span.ts';
import { toDisplayName } from '../core/ranking/build-outline.ts';
import { matchesConcept } from '../core/ranking/concept-match.ts';
import type { Store } from '../ports/store.ts';
import type { RankedPlace } from '../search/build-hits.ts';
import type { CatalogueReader } from '../search/catalogue-reader.ts';
import { type AskRequest, createTextWriter, type TextWriter } from './ask-request.ts';
import { createCitation, formatQuote, toQuoteText } from './format-citation.ts';
import { formatMatchCount, MAX_LISTED_QUOTES, writeListedQuotes } from './list-quotes.ts';
import { describeRefusal } from './refusal.ts';
import type { ResolvedQuestion } from './resolved-question.ts';
import { selectQuotes } from './select-quote.ts';

const NOTHING_INDEXED = 'Nothing is indexed here yet. Add a folder or index a file, then ask again.';
const SEVERAL_VIDEOS =
  'This asks about a whole video, but several match. Name one; the newest are outlined below.';
/** Number of hits shown beside "nothing found". */
const MIN_HITS = 3;

/** Maximum number of hits returned when the question asks for all of them. */
const MAX_HITS = 1000;
/** Maximum number of sentences quoted from a clip chosen by its position. */
const MAX_POSITION_SENTENCES = 2;

/**
 * Returns how many places to find; -1 means all. May exceed `k`, so that near misses can be shown if nothing
 * answers.
 */
export function resultLimit({ question, k }: Pick<AskRequest, 'question' | 'k'>): number {
  return k < 0 || asksForEveryOccurrence(question) ? -1 : Math.max(k, MIN_HITS);
}

/** Answers from the places found, in quotes. */
export async function answerInQuotes(
  { store, catalogue }: { readonly store: Store; readonly catalogue: CatalogueReader },
  { question, k }: Pick<AskRequest, 'question' | 'k'>,
  resolvedQuestion: ResolvedQuestion,
  onDelta: (delta: string) => void,
  signal: AbortSignal,
): Promise<Answer> {
  const out = createTextWriter(onDelta);
  const listsAll = listsEveryOccurrence(question, resolvedQuestion);
  const hits = toHits(resolvedQuestion);
  if (resolvedQuestion.allowedVideos.length === 0) {
    out.addLine(NOTHING_INDEXED);
    return { answer: out.text(), citations: [], grounded: false, hits };
  }
  if (resolvedQuestion.wholeVideos.length > 0) {
    const citations = await writeOutlines(store, catalogue, resolvedQuestion.wholeVideos, k, out, signal);
    if (citations.length > 0) return { answer: out.text(), citations, grounded: true, hits };
  }
  const quotablePlaces = resolvedQuestion.grounded
    ? selectQuotablePlaces(resolvedQuestion, listsAll ? -1 : k)
    : [];
  const citations = writePlaces(catalogue, question, resolvedQuestion, quotablePlaces, out);
  if (citations.length > 0) return { answer: out.text(), citations, grounded: true, hits };
  out.addLine(await describeRefusal({ store, catalogue }, resolvedQuestion));
  return { answer: out.text(), citations: [], grounded: false, hits };
}

/** Quotes what the question asks for: a list with its count, what is at a time or position, or what answers best. */
function writePlaces(
  catalogue: CatalogueReader,
  questionText: string,
  resolvedQuestion: ResolvedQuestion,
  places: readonly RankedPlace[],
  out: TextWriter,
): readonly Citation[] {
  const { question, order, at } = resolvedQuestion;
  if (places.length > 0 && at) return writeSentencesAt(catalogue, { ...resolvedQuestion, at }, out);
  if (!listsEveryOccurrence(questionText, resolvedQuestion)) {
    return writeQuotes(catalogue, resolvedQuestion, orderByPosition(places, order), out);
  }
  if (order === undefined)
    return writeListedQuotes(catalogue, question, places, asksForMentions(questionText), out);
  const citations = writeQuotes(catalogue, resolvedQuestion, places.slice(0, MAX_LISTED_QUOTES), out);
  if (citations.length > 0) out.addLine(formatMatchCount(citations.length, places.length));
  return citations;
}

function listsEveryOccurrence(questionText: string, { asksForFrequency }: ResolvedQuestion): boolean {
  return asksForEveryOccurrence(questionText) && !asksForFrequency;
}

/** An end is one place, the last of each video; of what is before something, the nearest comes first. */
function orderByPosition(
  places: readonly RankedPlace[],
  order: ResolvedQuestion['order'],
): readonly RankedPlace[] {
  if (order === 'end') return lastOfEachVideo(places);
  return order === 'before' ? places.toReversed() : places;
}

function lastOfEachVideo(places: readonly RankedPlace[]): readonly RankedPlace[] {
  return places.filter(({ hit }, i) => !places.slice(i + 1).some((later) => later.hit.uri === hit.uri));
}

/** Returns the hits shown beside an answer. */
export function toHits({ rankedPlaces }: ResolvedQuestion): readonly Hit[] {
  return rankedPlaces.slice(0, MAX_HITS).map(({ hit }) => hit);
}

/**
 * Selects the places an answer may quote: the first `k`, without weak ones. The best one is always included.
 */
function selectQuotablePlaces({ rankedPlaces }: ResolvedQuestion, k: number): readonly RankedPlace[] {
  const candidates = k < 0 ? rankedPlaces : rankedPlaces.slice(0, Math.max(1, k));
  return candidates.filter(({ hit }, i) => i === 0 || !hit.weak);
}

/** Returns sentences of a place chosen by its position: its first ones, or its last ones for "before" and the end. */
function sentencesByPosition(
  { hit, place }: RankedPlace,
  order: ResolvedQuestion['order'],
): readonly Sentence[] {
  const allSentences = splitSentences(orderLines([...place.window.lines]));
  const overlapping = allSentences.filter((sentence) => overlapMs(sentence, hit) > 0);
  const sentencesInRange = overlapping.length > 0 ? overlapping : allSentences;
  const excerptSentences =
    order === 'before' || order === 'end'
      ? sentencesInRange.slice(-MAX_POSITION_SENTENCES)
      : sentencesInRange.slice(0, MAX_POSITION_SENTENCES);
  return excerptSentences.map(capToMaxHit);
}

/** Quotes the places in their order. Of places with the same words only the first is quoted, unless their position counts. */
function writeQuotes(
  catalogue: CatalogueReader,
  { question, order }: Pick<ResolvedQuestion, 'question' | 'order'>,
  places: readonly RankedPlace[],
  out: TextWriter,
): readonly Citation[] {
  const quotes = order
    ? places.map((ranked) => ({ uri: ranked.hit.uri, sentences: sentencesByPosition(ranked, order) }))
    : selectQuotes(question, places);
  const seenTexts = new Set<string>();
  const isNew = (text: string) => !seenTexts.has(text) && seenTexts.add(text);
  const distinct = quotes.filter(({ sentences }) => order || isNew(toQuoteText(sentences)));
  return writeCitations(catalogue, distinct, out);
}

/** Quotes one sentence of each video: of those that hold most of what is asked for, the nearest to a time. */
function writeSentencesAt(
  catalogue: CatalogueReader,
  { question, rankedPlaces, at }: ResolvedQuestion & { readonly at: NonNullable<ResolvedQuestion['at']> },
  out: TextWriter,
): readonly Citation[] {
  const countConcepts = ({ text, speaker = '', language }: Sentence) => {
    const terms = new Set(analyse(`${speaker} ${text}`, language).split(' '));
    return at.conceptIds.filter((id) => matchesConcept(question, id, terms)).length;
  };
  const placesByUri = Map.groupBy(rankedPlaces, ({ hit }) => hit.uri);
  const quotes = [...placesByUri].map(([uri, ofVideo]) => {
    const sentences = splitSentences(orderLines(ofVideo.flatMap(({ place }) => place.window.lines)));
    const counts = sentences.map(countConcepts);
    const maxCount = Math.max(0, ...counts);
    const sentence = findSentenceAt(
      sentences.filter((_, i) => counts[i] === maxCount),
      at.ms,
    );
    return { uri, sentences: sentence ? [capToMaxHit(sentence)] : [] };
  });
  return writeCitations(catalogue, quotes, out);
}

function writeCitations(
  catalogue: CatalogueReader,
  quotes: readonly { readonly uri: string; readonly sentences: readonly Sentence[] }[],
  out: TextWriter,
): readonly Citation[] {
  const citations: Citation[] = [];
  for (const { uri, sentences } of quotes) {
    const copy = catalogue.copy(uri);
    if (!copy || sentences.length === 0) continue;
    const n = citations.length + 1;
    citations.push(createCitation(catalogue, copy, sentences, n));
    out.addLine(formatQuote(sentences, n));
  }
  return citations;
}

/** Writes outlines of the first `k` videos (-1: all) that contain text. */
async function writeOutlines(
  store: Store,
  catalogue: CatalogueReader,
  copies: readonly VideoFile[],
  k: number,
  out: TextWriter,
  signal: AbortSignal,
): Promise<readonly Citation[]> {
  const videoOutlines: { readonly copy: VideoFile; readonly sections: readonly OutlineSection[] }[] = [];
  for (const copy of copies) {
    signal.throwIfAborted();
    if (k >= 0 && videoOutlines.length >= Math.max(1, k)) break;
    const rows = await store.descriptions(copy.videoId, copy.uri);
    const record = catalogue.video(copy.videoId);
    const lines = rows.flatMap((row) => row.lines);
    const sections = buildVideoOutline(lines, record?.probe.durationMs ?? 0, record?.probe.chapters ?? []);
    if (sections.length > 0) videoOutlines.push({ copy, sections });
  }
  if (videoOutlines.length > 1) out.addLine(SEVERAL_VIDEOS);
  const citations: Citation[] = [];
  for (const { copy, sections } of videoOutlines) {
    if (videoOutlines.length > 1) out.addLine(`${toDisplayName(copy, catalogue.video(copy.videoId))}:`);
    for (const { startMs, title, sentence } of sections) {
      const n = citations.length + 1;
      citations.push(createCitation(catalogue, copy, [sentence], n));
      const time = formatTime(title ? startMs : sentence.startMs);
      out.addLine(`${time} ${title ? `${title}: ` : ''}${formatQuote([sentence], n)}`);
    }
  }
  return citations;
}
