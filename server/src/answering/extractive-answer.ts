import { formatTime } from '../core/domain/format-time.ts';
import type { Answer, Citation, Hit } from '../core/domain/search-result.ts';
import { type Ms, overlapMs } from '../core/domain/time-range.ts';
import type { VideoFile } from '../core/domain/video.ts';
import { buildVideoOutline, type OutlineSection } from '../core/generation/video-outline.ts';
import { orderLines } from '../core/language/lines.ts';
import { type Sentence, splitSentences } from '../core/language/sentence-splitter.ts';
import { analyse } from '../core/language/tokenizer.ts';
import type { Question } from '../core/query/question-analysis.ts';
import { asksForEveryOccurrence } from '../core/query/question-intent.ts';
import { MAX_HIT_MS } from '../core/ranking/best-span.ts';
import { toDisplayName } from '../core/ranking/build-outline.ts';
import { matchesConcept } from '../core/ranking/concept-match.ts';
import type { Store } from '../ports/store.ts';
import type { RankedPlace } from '../search/build-hits.ts';
import type { CatalogueReader } from '../search/catalogue-reader.ts';
import { type AskRequest, createTextWriter, type TextWriter } from './ask-request.ts';
import { createCitation, formatQuote } from './format-citation.ts';
import type { ResolvedQuestion } from './resolved-question.ts';
import { selectQuote } from './select-quote.ts';

const NOTHING_INDEXED = 'Nothing is indexed here yet. Add a folder or index a file, then ask again.';
const NOTHING_FOUND = 'Nothing in the index answers this.';
const PARTIAL_MATCHES_ONLY = `${NOTHING_FOUND} The closest matches cover only part of the question.`;
const SEVERAL_VIDEOS =
  'This asks about a whole video, but several match. Name one; the newest are outlined below.';
/** Number of hits shown beside "nothing found". */
const MIN_HITS = 3;

/** Maximum number of hits returned when the question asks for all of them. */
const MAX_HITS = 1000;
/** Maximum number of places listed when the question asks for every one. */
const MAX_LISTED_PLACES = 50;
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
  resolved: ResolvedQuestion,
  onDelta: (delta: string) => void,
  signal: AbortSignal,
): Promise<Answer> {
  const out = createTextWriter(onDelta);
  const listsAll = asksForEveryOccurrence(question) && !resolved.asksForFrequency;
  const hits = toHits(resolved);
  if (resolved.allowedVideos.length === 0) {
    out.addLine(NOTHING_INDEXED);
    return { answer: out.text(), citations: [], grounded: false, hits };
  }
  if (resolved.wholeVideos.length > 0) {
    const citations = await writeOutlines(store, catalogue, resolved.wholeVideos, k, out, signal);
    if (citations.length > 0) return { answer: out.text(), citations, grounded: true, hits };
  }
  const quotablePlaces = resolved.grounded ? selectQuotablePlaces(resolved, listsAll ? -1 : k) : [];
  const citations = listsAll
    ? writeList(catalogue, resolved, quotablePlaces, out)
    : writeQuotes(catalogue, resolved, quotablePlaces, out);
  if (citations.length > 0) return { answer: out.text(), citations, grounded: true, hits };
  out.addLine(
    [hits.length > 0 ? PARTIAL_MATCHES_ONLY : NOTHING_FOUND, ...correctionsNotice(resolved.question)].join(
      ' ',
    ),
  );
  return { answer: out.text(), citations: [], grounded: false, hits };
}

/** Returns the hits shown beside an answer. */
export function toHits({ rankedPlaces }: ResolvedQuestion): readonly Hit[] {
  return rankedPlaces.slice(0, MAX_HITS).map(({ hit }) => hit);
}

/** Counts the places listed above it, and nothing else. */
function countLine(listedCount: number, totalCount: number): string {
  if (totalCount > MAX_LISTED_PLACES) return `Showing the best ${listedCount} of ${totalCount} matches.`;
  return listedCount === 1 ? '1 match in total.' : `${listedCount} matches in total.`;
}

/** Returns a notice for each word that occurs nowhere and was replaced by a similar one. */
function correctionsNotice(question: Question): readonly string[] {
  return question.concepts.flatMap(({ plain, typed }) =>
    typed === undefined ? [] : [`No video contains “${typed}”. Did you mean “${plain}”?`],
  );
}

/**
 * Selects the places an answer may quote: the first `k`, without weak ones. The best one is always included.
 */
function selectQuotablePlaces({ rankedPlaces }: ResolvedQuestion, k: number): readonly RankedPlace[] {
  const candidates = k < 0 ? rankedPlaces : rankedPlaces.slice(0, Math.max(1, k));
  return candidates.filter(({ hit }, i) => i === 0 || !hit.weak);
}

/** Quotes every line that holds what is asked for, each with its own time, and counts them. */
function writeList(
  catalogue: CatalogueReader,
  resolved: ResolvedQuestion,
  places: readonly RankedPlace[],
  out: TextWriter,
): readonly Citation[] {
  const matches = findMatchingLines(resolved.question, places);
  if (matches.length === 0 || resolved.order !== undefined) {
    const citations = writeQuotes(catalogue, resolved, places.slice(0, MAX_LISTED_PLACES), out);
    if (citations.length > 0) out.addLine(countLine(citations.length, places.length));
    return citations;
  }
  const citations = matches.slice(0, MAX_LISTED_PLACES).flatMap(({ uri, sentence }, i) => {
    const copy = catalogue.copy(uri);
    if (!copy) return [];
    out.addLine(formatQuote([sentence], i + 1));
    return [createCitation(catalogue, copy, [sentence], i + 1)];
  });
  out.addLine(countLine(citations.length, matches.length));
  return citations;
}

interface MatchingLine {
  readonly uri: string;
  readonly sentence: Sentence;
}

/** Returns the sentences of places that hold all strong words of the question, each once, place by place in time order. */
function findMatchingLines(question: Question, places: readonly RankedPlace[]): readonly MatchingLine[] {
  const seen = new Set<string>();
  return places.flatMap(({ hit: { uri }, place }) => {
    const lines = place.window.lines.filter(({ kind }) => kind !== 'facts' && kind !== 'frame');
    return splitSentences(orderLines(lines))
      .filter((sentence) => {
        const terms = new Set(analyse(sentence.text, sentence.language).split(' '));
        return question.strong.every((id) => matchesConcept(question, id, terms));
      })
      .filter(({ text, startMs }) => {
        const key = `${uri} ${startMs} ${text}`;
        return !seen.has(key) && seen.add(key);
      })
      .map((sentence) => ({ uri, sentence: limitLength(sentence) }));
  });
}

const limitLength = (sentence: Sentence): Sentence => ({
  ...sentence,
  endMs: Math.min(sentence.endMs, sentence.startMs + MAX_HIT_MS),
});

/** Returns the sentence that is spoken at a time, or else the nearest one. */
function sentenceAt(places: readonly RankedPlace[], atMs: Ms): MatchingLine | undefined {
  const distanceMs = ({ startMs, endMs }: Sentence) =>
    atMs < startMs ? startMs - atMs : atMs < endMs ? 0 : atMs - endMs + 1;
  return places
    .flatMap(({ hit: { uri }, place }) =>
      splitSentences(orderLines([...place.window.lines])).map((sentence) => ({ uri, sentence })),
    )
    .sort((a, b) => distanceMs(a.sentence) - distanceMs(b.sentence))[0];
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
  return excerptSentences.map(limitLength);
}

function writeQuotes(
  catalogue: CatalogueReader,
  { question, order, atMs }: ResolvedQuestion,
  places: readonly RankedPlace[],
  out: TextWriter,
): readonly Citation[] {
  const citations: Citation[] = [];
  const spoken = atMs === undefined ? undefined : sentenceAt(places, atMs);
  const spokenIn = spoken && catalogue.copy(spoken.uri);
  if (spoken && spokenIn) {
    out.addLine(formatQuote([limitLength(spoken.sentence)], 1));
    return [createCitation(catalogue, spokenIn, [limitLength(spoken.sentence)], 1)];
  }
  // The end is one place: the last.
  for (const finding of order === 'end' ? places.slice(-1) : places) {
    const copy = catalogue.copy(finding.hit.uri);
    const quoteSentences = order ? sentencesByPosition(finding, order) : selectQuote(question, finding);
    if (!copy || quoteSentences.length === 0) continue;
    const n = citations.length + 1;
    const citation = createCitation(catalogue, copy, quoteSentences, n);
    if (citations.some(({ quote }) => quote === citation.quote)) continue;
    citations.push(citation);
    out.addLine(formatQuote(quoteSentences, n));
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
