import type { Line, LineKind } from '../domain/description.ts';
import type { TimeRange } from '../domain/time-range.ts';
import { baseLanguage, DEFAULT_LANGUAGE, guessLanguage } from './stemmer.ts';

/** A cue is a moment; longer ones are cut so that a hit can point into them. */
const MAX_CUE_MS = 10_000;

/** Kinds whose lines are short moments one after the other, not states that last. */
const CUE_KINDS: ReadonlySet<LineKind> = new Set(['speech', 'description']);

export function isCueLine({ kind }: Pick<Line, 'kind'>): boolean {
  return CUE_KINDS.has(kind);
}

/** Characters that stand for one word where a script writes no spaces. */
const CHARS_PER_PIECE = 4;

function splitWords(text: string): { readonly words: readonly string[]; readonly joint: string } {
  const words = text.split(/\s+/).filter((word) => word !== '');
  if (words.length > 1 || text.length < 2 * CHARS_PER_PIECE) return { words, joint: ' ' };
  const characters = [...text.trim()];
  const pieces: string[] = [];
  for (let i = 0; i < characters.length; i += CHARS_PER_PIECE)
    pieces.push(characters.slice(i, i + CHARS_PER_PIECE).join(''));
  return { words: pieces, joint: '' };
}

/** A line of over 10 s becomes pieces of at most that, its words shared out and the time in proportion to them. */
export function splitLine(line: Line): readonly Line[] {
  const lengthMs = line.endMs - line.startMs;
  if (!isCueLine(line) || lengthMs <= MAX_CUE_MS) return [line];
  const { words, joint } = splitWords(line.text);
  const count = Math.min(Math.ceil(lengthMs / MAX_CUE_MS), Math.max(1, words.length));
  const wordIndexAt = (piece: number) => Math.round((piece * words.length) / count);
  return Array.from({ length: count }, (_, piece) => {
    const from = wordIndexAt(piece);
    const to = wordIndexAt(piece + 1);
    return {
      ...line,
      text: words.slice(from, to).join(joint),
      startMs: line.startMs + Math.round((from / Math.max(1, words.length)) * lengthMs),
      endMs: line.startMs + Math.round((to / Math.max(1, words.length)) * lengthMs),
    };
  });
}

export function isSameLine(a: Line, b: Line): boolean {
  return (
    a.startMs === b.startMs &&
    a.endMs === b.endMs &&
    a.kind === b.kind &&
    a.text === b.text &&
    a.speaker === b.speaker
  );
}

export function compareByTime(a: TimeRange, b: TimeRange): number {
  return a.startMs - b.startMs || a.endMs - b.endMs;
}

/** In time order, each line once: a line at a clip's edge stands in both clips' Descriptions. */
export function orderLines(lines: readonly Line[]): readonly Line[] {
  const seenKeys = new Set<string>();
  return lines
    .filter((line) => {
      const key = `${line.startMs} ${line.endMs} ${line.kind} ${line.speaker ?? ''} ${line.text}`;
      return !seenKeys.has(key) && seenKeys.add(key);
    })
    .sort(compareByTime);
}

/**
 * The language of each line: what its track says, else what the words of its source look like, else `fallback`.
 * Returns lines that all carry one, in base form (`de`).
 */
export function withLanguages(lines: readonly Line[], fallback?: string): readonly Line[] {
  const texts = new Map<string, string>();
  for (const line of lines) {
    if (baseLanguage(line.language)) continue;
    const key = `${line.kind} ${line.source}`;
    const text = texts.get(key) ?? '';
    if (text.length < 4000) texts.set(key, `${text} ${line.text}`);
  }
  const guessedLanguages = new Map([...texts].map(([key, text]) => [key, guessLanguage(text)]));
  const fallbackLanguage = mostCommonLanguage(lines.map((line) => baseLanguage(line.language)));
  return lines.map((line) => ({
    ...line,
    language:
      baseLanguage(line.language) ??
      guessedLanguages.get(`${line.kind} ${line.source}`) ??
      fallbackLanguage ??
      fallback ??
      DEFAULT_LANGUAGE,
  }));
}

function mostCommonLanguage(languages: readonly (string | undefined)[]): string | undefined {
  const counts = new Map<string, number>();
  for (const language of languages) if (language) counts.set(language, (counts.get(language) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
}
