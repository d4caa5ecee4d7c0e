import type { Line, LineKind } from '../domain/description.ts';
import type { Ms, TimeRange } from '../domain/time-range.ts';
import { compareByTime, isCueLine } from './lines.ts';

/** A sentence with the edges of the lines it stands in. */
export interface Sentence extends TimeRange {
  readonly text: string;
  readonly kind: LineKind;
  readonly source: string;
  readonly speaker?: string;
  readonly language?: string;
}

const segmenter = new Intl.Segmenter('und', { granularity: 'sentence' });
/** A pause that ends a sentence whatever the punctuation says, ms. */
const PAUSE_MS = 4_000;
/** Speech recognition may give no full stop for minutes: a sentence ends with a line after so many characters. */
const MAX_SENTENCE_CHARS = 240;
/** The same where there is no punctuation at all, as in automatic captions and Chinese subtitles. */
const MAX_UNPUNCTUATED_CHARS = 80;
const MAX_UNPUNCTUATED_IDEOGRAPHS = 25;
/** Lines without punctuation say so if there are at least this many, and at most this share ends or holds a sentence. */
const MIN_UNPUNCTUATED_LINES = 3;
const MAX_PUNCTUATED_SHARE = 0.1;
const SENTENCE_END = /[.!?…](?=["'”’)]*(?:\s|$))|[。！？]/;
const SPACELESS = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;
const ENDS_IN_SPACELESS_SCRIPT =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}。！？、]$/u;

/** What goes between two lines of one sentence. */
function joinerBetween(previousText: string, nextText: string): string {
  return ENDS_IN_SPACELESS_SCRIPT.test(previousText) &&
    /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u.test(nextText)
    ? ''
    : ' ';
}

function continuesTurn(previousLine: Line, nextLine: Line): boolean {
  return (
    previousLine.source === nextLine.source &&
    previousLine.kind === nextLine.kind &&
    previousLine.speaker === nextLine.speaker &&
    nextLine.startMs - previousLine.endMs < PAUSE_MS
  );
}

/** Lines that one voice speaks without a pause. */
function groupIntoTurns(lines: readonly Line[]): readonly (readonly Line[])[] {
  const turns: Line[][] = [];
  for (const line of lines) {
    const currentTurn = turns.at(-1);
    const lastLine = currentTurn?.at(-1);
    if (currentTurn && lastLine && isCueLine(line) && continuesTurn(lastLine, line)) currentTurn.push(line);
    else turns.push([line]);
  }
  return turns;
}

/** Returns the maximum length of a sentence of lines, in characters. */
function maxSentenceChars(lines: readonly Line[]): number {
  const punctuated = lines.filter(({ text }) => SENTENCE_END.test(text)).length;
  if (lines.length < MIN_UNPUNCTUATED_LINES || punctuated > MAX_PUNCTUATED_SHARE * lines.length)
    return MAX_SENTENCE_CHARS;
  return lines.some(({ text }) => SPACELESS.test(text))
    ? MAX_UNPUNCTUATED_IDEOGRAPHS
    : MAX_UNPUNCTUATED_CHARS;
}

function splitTurn(turn: readonly Line[], maxChars: number): readonly Sentence[] {
  const [first] = turn;
  if (!first) return [];
  let text = '';
  const starts = turn.map((line) => {
    const trimmedText = line.text.trim();
    const joiner = maxChars < MAX_SENTENCE_CHARS ? ' ' : joinerBetween(text, trimmedText);
    text += text === '' ? trimmedText : joiner + trimmedText;
    return text.length - trimmedText.length;
  });
  const findLineAt = (offset: number) =>
    turn[
      Math.max(
        0,
        starts.findLastIndex((start) => start <= offset),
      )
    ] ?? first;
  return [...segmenter.segment(text)]
    .flatMap(({ segment, index }) => splitLongSegment(segment, index, starts, maxChars))
    .flatMap(({ from, to }) => {
      const sentenceText = text.slice(from, to).trim();
      if (sentenceText === '') return [];
      const { kind, source, speaker, language } = first;
      const startMs = findLineAt(from).startMs;
      const endMs = Math.max(findLineAt(from + sentenceText.length - 1).endMs, startMs + 1);
      return [
        {
          text: sentenceText,
          kind,
          source,
          startMs,
          endMs,
          ...(speaker && { speaker }),
          ...(language && { language }),
        },
      ];
    });
}

/** A sentence too long to quote ends where lines end. */
function splitLongSegment(segment: string, index: number, starts: readonly number[], maxChars: number) {
  const end = index + segment.length;
  const pieces: { from: number; to: number }[] = [];
  let from = index;
  starts.forEach((start, i) => {
    const next = starts[i + 1] ?? end;
    if (start > from && start < end && next - from > maxChars) {
      pieces.push({ from, to: start });
      from = start;
    }
  });
  return [...pieces, { from, to: end }];
}

/** The sentences of lines, in time order; a line that is no cue (a slide, a caption) is one of its own. */
export function splitSentences(lines: readonly Line[]): readonly Sentence[] {
  const orderedLines = [...lines].sort((a, b) => compareByTime(a, b));
  const bySource = Map.groupBy(orderedLines.filter(isCueLine), (line) => `${line.kind} ${line.source}`);
  const cueSentences = [...bySource.values()].flatMap((sourceLines) => {
    const maxChars = maxSentenceChars(sourceLines);
    return groupIntoTurns(sourceLines).flatMap((turn) => splitTurn(turn, maxChars));
  });
  const lastingSentences = orderedLines
    .filter((line) => !isCueLine(line))
    .map(({ text, ...line }) => ({ ...line, text: text.replace(/\s*\n\s*/g, ' ').trim() }));
  return [...cueSentences, ...lastingSentences].sort(compareByTime);
}

/**
 * Finds the sentence at a time: the one that is spoken then, else a slide or caption shown then, else the nearest.
 * Returns undefined if there are no sentences.
 */
export function findSentenceAt(sentences: readonly Sentence[], atMs: Ms): Sentence | undefined {
  const distanceMs = ({ startMs, endMs }: TimeRange) =>
    atMs < startMs ? startMs - atMs : Math.max(0, atMs - endMs + 1);
  return [...sentences].sort(
    (a, b) =>
      distanceMs(a) - distanceMs(b) || Number(isCueLine(b)) - Number(isCueLine(a)) || b.startMs - a.startMs,
  )[0];
}

/** True where a sentence asks rather than tells. */
export function isQuestion(sentence: Pick<Sentence, 'text'>): boolean {
  return /[?？]["'”’」]*$/.test(sentence.text);
}
