import type { Line, LineKind } from '../domain/description.ts';
import { overlapMs, type TimeRange } from '../domain/time-range.ts';
import type { Chapter } from '../domain/video.ts';
import { isQuestion, type Sentence, splitSentences } from '../language/sentence-splitter.ts';
import { analyse } from '../language/tokenizer.ts';
import { capToMaxHit } from '../ranking/best-span.ts';

/** A section of a video with its most representative sentence. */
export interface OutlineSection extends TimeRange {
  /** Title of the chapter, if the container has chapters. */
  readonly title?: string;
  readonly sentence: Sentence;
}

const MAX_SECTIONS = 8;
const MIN_SECTIONS = 3;
/** Number of sections per minute of a one-minute video without chapters; four times the length doubles it. */
const SECTIONS_PER_MINUTE = 1.6;
/**
 * Bonus of a sentence at the start of a section over one at its end: speakers announce their topics first.
 */
const LEAD_BONUS = 0.4;
/** Defines where sections may start: every 20 s, or at every twelfth of a short video. */
const BLOCK_MS = 20_000;
const MIN_BLOCKS = 12;
/** Number of words that lets a sentence stand alone. */
const MIN_STANDALONE_WORDS = 6;
/** Number of sentences among which an opening statement is looked for, and of words that it has. */
const MAX_OPENING_SENTENCES = 2;
const MIN_OPENING_WORDS = 4;
/** Lists the kinds of text an outline is made of; the first group present in a video is used. Measured facts tell nothing. */
const KIND_PREFERENCE: readonly (readonly LineKind[])[] = [
  ['speech', 'description'],
  ['screenText', 'caption'],
];

type TermCounts = ReadonlyMap<string, number>;

function countTerms(all: readonly Sentence[]): TermCounts {
  const counts = new Map<string, number>();
  for (const { text, language } of all)
    for (const term of analyse(text, language).split(' '))
      if (term) counts.set(term, (counts.get(term) ?? 0) + 1);
  return counts;
}

function termSimilarity(a: TermCounts, b: TermCounts): number {
  let dot = 0;
  for (const [term, count] of a) dot += count * (b.get(term) ?? 0);
  const norm = (counts: TermCounts) =>
    Math.sqrt([...counts.values()].reduce((sum, count) => sum + count * count, 0));
  return dot / Math.max(1e-9, norm(a) * norm(b));
}

/**
 * Returns the number of sections of a video without chapters. It grows with length and is limited by the
 * number of sentences.
 */
function sectionCount(all: readonly Sentence[], durationMs: number): number {
  const byLength = Math.round(SECTIONS_PER_MINUTE * Math.sqrt(durationMs / 60_000));
  const minCount = Math.min(MIN_SECTIONS, Math.ceil(all.length / 2));
  return Math.min(MAX_SECTIONS, Math.max(1, minCount, byLength));
}

/** Splits a video where its vocabulary changes most. */
function findSectionRanges(all: readonly Sentence[], durationMs: number): readonly TimeRange[] {
  const count = sectionCount(all, durationMs);
  const countTermsBetween = (fromMs: number, toMs: number) =>
    countTerms(all.filter(({ startMs }) => fromMs <= startMs && startMs < toMs));
  const blockMs = Math.min(BLOCK_MS, durationMs / MIN_BLOCKS);
  const compareMs = 3 * blockMs;
  const edges = Array.from({ length: Math.max(0, Math.ceil(durationMs / blockMs) - 1) }, (_, i) => {
    const atMs = Math.round((i + 1) * blockMs);
    return {
      atMs,
      similarity: termSimilarity(
        countTermsBetween(atMs - compareMs, atMs),
        countTermsBetween(atMs, atMs + compareMs),
      ),
    };
  });
  const minDistanceMs = durationMs / count / 2;
  const startsMs = [0];
  for (const { atMs } of edges.sort((a, b) => a.similarity - b.similarity || a.atMs - b.atMs)) {
    if (startsMs.length === count) break;
    if ([...startsMs, durationMs].every((other) => Math.abs(other - atMs) >= minDistanceMs))
      startsMs.push(atMs);
  }
  startsMs.sort((a, b) => a - b);
  return startsMs.map((startMs, i) => ({ startMs, endMs: startsMs[i + 1] ?? durationMs }));
}

/** Limits a list by sampling it evenly, including the first and last item. */
function sampleEvenly<T>(items: readonly T[]): readonly T[] {
  if (items.length <= MAX_SECTIONS) return items;
  const step = (items.length - 1) / (MAX_SECTIONS - 1);
  return Array.from({ length: MAX_SECTIONS }, (_, i) => items[Math.round(i * step)]).filter(
    (item) => item !== undefined,
  );
}

/** Finds the sentence with the terms that are most specific to this section. */
function findCentralSentence(
  sectionSentences: readonly Sentence[],
  counts: TermCounts,
  otherCounts: readonly TermCounts[],
): Sentence | undefined {
  const weight = (term: string) => {
    const holders = otherCounts.filter((other) => other.has(term)).length;
    return Math.log(1 + (counts.get(term) ?? 0)) * Math.log(1 + (otherCounts.length + 1) / (holders + 1));
  };
  const scoreSentence = (sentence: Sentence) => {
    const terms = [...new Set(analyse(sentence.text, sentence.language).split(' '))].filter(
      (term) => term !== '',
    );
    const sum = terms.reduce((total, term) => total + weight(term), 0);
    const lengthFactor = Math.min(1, terms.length / MIN_STANDALONE_WORDS);
    return (
      (sum / Math.sqrt(Math.max(MIN_STANDALONE_WORDS, terms.length))) *
      lengthFactor *
      (isQuestion(sentence) ? 0.5 : 1)
    );
  };
  return sectionSentences
    .map((sentence, i) => ({
      sentence,
      score: scoreSentence(sentence) * (1 + LEAD_BONUS * (1 - i / sectionSentences.length)),
    }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || a.sentence.startMs - b.sentence.startMs)[0]?.sentence;
}

/**
 * Finds the statement that opens a video: people say first what they are going to talk about. It is the first one that is
 * long enough to stand alone, else the one whose words come up most later, and not the greeting.
 */
function findOpening(sentences: readonly Sentence[], all: readonly Sentence[]): Sentence | undefined {
  const later = countTerms(all.slice(MAX_OPENING_SENTENCES));
  const openings = sentences
    .slice(0, MAX_OPENING_SENTENCES)
    .filter((sentence) => !isQuestion(sentence))
    .map((sentence) => ({
      sentence,
      terms: [...new Set(analyse(sentence.text, sentence.language).split(' '))],
    }));
  const standalone = openings.find(({ terms }) => terms.length >= MIN_STANDALONE_WORDS);
  if (standalone) return standalone.sentence;
  return openings
    .filter(({ terms }) => terms.length >= MIN_OPENING_WORDS)
    .map(({ sentence, terms }) => ({ sentence, recurring: terms.filter((term) => later.has(term)).length }))
    .filter(({ recurring }) => recurring > 0)
    .sort((a, b) => b.recurring - a.recurring)[0]?.sentence;
}

/**
 * Builds an outline of a video from its chapters, or from sections with common vocabulary, each with its most
 * representative sentence. Returns [] for a video without text.
 */
export function buildVideoOutline(
  lines: readonly Line[],
  durationMs: number,
  chapters: readonly Chapter[],
): readonly OutlineSection[] {
  const kinds = KIND_PREFERENCE.find((preferredKinds) =>
    lines.some(({ kind }) => preferredKinds.includes(kind)),
  );
  if (!kinds) return [];
  const all = splitSentences(lines.filter(({ kind }) => kinds.includes(kind)));
  const endMs = all.reduce((end, sentence) => Math.max(end, sentence.endMs), durationMs);
  const parts: readonly (TimeRange & { readonly title?: string })[] =
    chapters.length > 1 ? sampleEvenly(chapters) : findSectionRanges(all, endMs);
  const sentencesByPart = parts.map((part) =>
    all.filter((sentence) => sentence.startMs < part.endMs && overlapMs(sentence, part) > 0),
  );
  const counts = sentencesByPart.map(countTerms);
  return parts.flatMap((part, i) => {
    const otherCounts = counts.filter((_, other) => other !== i);
    const sentence =
      (i === 0 && findOpening(sentencesByPart[i] ?? [], all)) ||
      findCentralSentence(sentencesByPart[i] ?? [], counts[i] ?? new Map(), otherCounts);
    if (!sentence) return [];
    return [
      {
        startMs: part.startMs,
        endMs: part.endMs,
        ...(part.title && { title: part.title }),
        sentence: capToMaxHit(sentence),
      },
    ];
  });
}
