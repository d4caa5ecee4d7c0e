import type { Line } from '../domain/description.ts';
import { type Ms, overlapMs, type TimeRange } from '../domain/time-range.ts';
import type { Chapter } from '../domain/video.ts';
import { orderLines, withLanguages } from '../language/lines.ts';
import { type Sentence, splitSentences } from '../language/sentence-splitter.ts';
import { tokenize } from '../language/tokenizer.ts';
import { mapInSteps, type Steps } from '../text/steps.ts';
import { titleSections } from './chapter-title.ts';
import { divideByVocabulary, type TextUnit } from './divide-by-vocabulary.ts';
import { findScreens, type Screen } from './screen-headings.ts';

/** What chapters are made from. */
export interface ChapterMaterial {
  /** All lines of the video. Lines of text on screen that appear together are in reading order. */
  readonly lines: readonly Line[];
  /** Times at which the picture cuts. */
  readonly cutsMs: readonly Ms[];
  readonly durationMs: Ms;
}

/** No chapter is shorter; those of a long video are longer. */
const MIN_CHAPTER_MS = 20_000;
const MAX_CHAPTERS_OF_MIN_LENGTH = 30;
/** Number of chapters of a one-minute video at most; four times the length doubles it. */
const CHAPTERS_PER_MINUTE = 2;
/** How far before a sentence a cut or a new screen may be to belong to it, and how far after its start. */
const SIGN_BEFORE_MS = 6_000;
const SIGN_AFTER_MS = 2_000;
/** A pause of this length counts fully. */
const LONG_PAUSE_MS = 8_000;
/** What a new heading, a pause and a cut take off the cost of a chapter, as shares of it. */
const SCREEN_SHARE = 0.8;
const PAUSE_SHARE = 0.3;
const CUT_SHARE = 0.1;

const minChapterMs = (durationMs: Ms) => Math.max(MIN_CHAPTER_MS, durationMs / MAX_CHAPTERS_OF_MIN_LENGTH);

const maxChapters = (durationMs: Ms) => Math.round(CHAPTERS_PER_MINUTE * Math.sqrt(durationMs / 60_000));

/** Returns the sentences of the track that says most, or the descriptions and captions of a video that says nothing. */
function findSentences(lines: readonly Line[]): readonly Sentence[] {
  for (const kinds of [['speech'], ['description', 'caption']]) {
    const bySource = Map.groupBy(
      lines.filter(({ kind }) => kinds.includes(kind)),
      ({ source }) => source,
    );
    const size = (sourceLines: readonly Line[]) =>
      sourceLines.reduce((sum, { text }) => sum + text.length, 0);
    const [main] = [...bySource.values()].sort((a, b) => size(b) - size(a));
    if (main !== undefined) return splitSentences(withLanguages(orderLines(main)));
  }
  return [];
}

/** Returns the latest of some times that belongs to the start of a sentence. */
function findSign(timesMs: readonly Ms[], startMs: Ms): Ms | undefined {
  return timesMs.findLast(
    (timeMs) => startMs - SIGN_BEFORE_MS <= timeMs && timeMs <= startMs + SIGN_AFTER_MS,
  );
}

/** Returns the sentences as units to divide, with the signs that a chapter begins there. */
function* toTextUnits(
  sentences: readonly Sentence[],
  screensMs: readonly Ms[],
  cutsMs: readonly Ms[],
): Steps<readonly TextUnit[]> {
  return yield* mapInSteps(sentences, ({ startMs, text, language }, i) => {
    const pauseMs = Math.max(0, startMs - (sentences[i - 1]?.endMs ?? startMs));
    const screenMs = findSign(screensMs, startMs);
    const cutMs = findSign(cutsMs, startMs);
    return {
      // The picture changes a moment before the first word.
      atMs: Math.min(startMs, screenMs ?? cutMs ?? startMs),
      terms: tokenize(text, language).words.map(({ term }) => term),
      discount:
        PAUSE_SHARE * Math.min(1, pauseMs / LONG_PAUSE_MS) +
        (screenMs === undefined ? 0 : SCREEN_SHARE) +
        (cutMs === undefined ? 0 : CUT_SHARE),
    };
  });
}

/** Returns the starts of screens that leave every chapter long enough. A screen that is soon replaced begins none. */
function chooseScreenStarts(screensMs: readonly Ms[], durationMs: Ms): readonly Ms[] {
  const startsMs: Ms[] = [0];
  for (const [i, atMs] of screensMs.entries()) {
    const lastingMs = (screensMs[i + 1] ?? durationMs) - atMs;
    const isLongEnough = atMs - (startsMs.at(-1) ?? 0) >= minChapterMs(durationMs);
    if (isLongEnough && lastingMs >= MIN_CHAPTER_MS / 2 && durationMs - atMs >= MIN_CHAPTER_MS)
      startsMs.push(atMs);
  }
  return startsMs;
}

/** Returns the heading that is shown when a chapter begins, if what is said speaks of it or nothing is said. */
function findHeading(
  screens: readonly Screen[],
  chapter: TimeRange,
  sentences: readonly Sentence[],
): string | undefined {
  const limitMs = chapter.startMs + Math.min(MIN_CHAPTER_MS, chapter.endMs - chapter.startMs) / 2;
  const heading = screens.findLast(
    ({ startMs, endMs }) => startMs <= limitMs && endMs > chapter.startMs,
  )?.heading;
  if (heading === undefined || sentences.length === 0) return heading;
  const termsOf = (text: string, language?: string) => tokenize(text, language).words.map(({ term }) => term);
  const spokenTerms = new Set(sentences.flatMap(({ text, language }) => termsOf(text, language)));
  return termsOf(heading, sentences[0]?.language).some((term) => spokenTerms.has(term)) ? heading : undefined;
}

/**
 * Divides a video into chapters where what is said changes its vocabulary, which a new heading on screen, a pause or a
 * cut supports. A title is the heading on screen, or else the words that are most characteristic of the chapter: each
 * word of it occurs in the video. Returns [] if there is too little text for two chapters.
 */
export function* detectChapters({ lines, cutsMs, durationMs }: ChapterMaterial): Steps<readonly Chapter[]> {
  const sentences = findSentences(lines);
  const screens = findScreens(lines, durationMs);
  const screensMs = screens.map(({ startMs }) => startMs);
  const limits = { minMs: minChapterMs(durationMs), maxCount: maxChapters(durationMs), durationMs };
  const startsMs =
    sentences.length > 1
      ? yield* divideByVocabulary(yield* toTextUnits(sentences, screensMs, cutsMs), limits)
      : chooseScreenStarts(screensMs, durationMs);
  const ranges = startsMs.map((startMs, i) => ({ startMs, endMs: startsMs[i + 1] ?? durationMs }));
  const sentencesOf = ranges.map((range) =>
    sentences.filter(({ startMs, endMs }) => {
      const middleMs = (startMs + endMs) / 2;
      return range.startMs <= middleMs && middleMs < range.endMs;
    }),
  );
  const words = yield* titleSections(sentencesOf);
  const chapters: { startMs: Ms; endMs: Ms; title: string }[] = [];
  ranges.forEach((range, i) => {
    const shown = screens.filter((screen) => overlapMs(screen, range) > 0);
    const title = findHeading(shown, range, sentencesOf[i] ?? []) ?? words[i] ?? '';
    const previous = chapters.at(-1);
    if (previous !== undefined && (title === '' || title === previous.title)) previous.endMs = range.endMs;
    else if (title !== '')
      chapters.push({ startMs: previous === undefined ? 0 : range.startMs, endMs: range.endMs, title });
  });
  return chapters.length > 1 ? chapters.map((chapter) => ({ ...chapter, automatic: true })) : [];
}
