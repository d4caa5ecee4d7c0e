import type { LineKind } from '../domain/description.ts';

/** Words or a quoted phrase that must stand in lines of some kinds, or in what one speaker says. */
export interface RequiredClause {
  readonly text: string;
  readonly phrase: boolean;
  /** Absent: lines of any kind. */
  readonly kinds?: readonly LineKind[];
}

/** A query with its operators taken apart. */
export interface Query {
  /** All words that rank hits, those of phrases and of said:, shown: and tag: among them. */
  readonly text: string;
  readonly requiredClauses: readonly RequiredClause[];
  /** Words and phrases that a hit must not hold. */
  readonly excludedTexts: readonly string[];
  /** Parts of a path or title, any of them. */
  readonly pathParts: readonly string[];
  /** Names, any of them. */
  readonly speakers: readonly string[];
  /** Milliseconds since 1970, UTC; `to` is exclusive. */
  readonly recordedFromMs?: number;
  readonly recordedToMs?: number;
}

const SPOKEN_KINDS: readonly LineKind[] = ['speech'];
const VISUAL_KINDS: readonly LineKind[] = ['screenText', 'caption', 'description'];
const TAG_KINDS: readonly LineKind[] = ['tag'];
/** What an operator narrows its words to. */
const OPERATOR_KINDS: Readonly<Record<string, readonly LineKind[]>> = {
  said: SPOKEN_KINDS,
  shown: VISUAL_KINDS,
  tag: TAG_KINDS,
};

/** Characters of a query that are read. */
export const MAX_QUERY_CHARS = 4_000;

/** `-"a b"`, `said:"a b"`, `"a b"`, `-word`, `in:word`, `word`; an unclosed quote ends with the text. */
const QUERY_PART = /(-?)(?:(in|before|after|said|shown|tag|speaker):)?(?:["“„«]([^"”“»]*)["”“»]?|(\S+))/giu;

/** Returns the period that a date names, UTC: `2026`, `2026-05` or `2026-05-31`; undefined for other texts. */
export function parseDatePeriod(
  text: string,
): { readonly fromMs: number; readonly toMs: number } | undefined {
  const match = /^(\d{4})(?:[-/.](\d{1,2}))?(?:[-/.](\d{1,2}))?$/.exec(text);
  if (!match) return undefined;
  const year = Number(match[1]);
  const month = match[2] === undefined ? undefined : Number(match[2]) - 1;
  const day = match[3] === undefined ? undefined : Number(match[3]);
  const fromMs = Date.UTC(year, month ?? 0, day ?? 1);
  const from = new Date(fromMs);
  if (from.getUTCMonth() !== (month ?? 0) || from.getUTCDate() !== (day ?? 1)) return undefined;
  const toMs =
    day !== undefined
      ? Date.UTC(year, month ?? 0, day + 1)
      : month !== undefined
        ? Date.UTC(year, month + 1)
        : Date.UTC(year + 1, 0);
  return { fromMs, toMs };
}

/**
 * Takes the operators "phrase", -word, in:, before:, after:, said:, shown:, tag: and speaker: out of a query. What does
 * not parse (`before:lunch`, a lone `-`) stays a word. `before:` ends where the period named starts, `after:`
 * starts with it.
 */
export function parseQuery(input: string): Query {
  const text: string[] = [];
  const requiredClauses: RequiredClause[] = [];
  const excludedTexts: string[] = [];
  const pathParts: string[] = [];
  const speakers: string[] = [];
  let recordedFromMs: number | undefined;
  let recordedToMs: number | undefined;
  for (const [matchedText, minus = '', operator, quotedText, word] of input
    .slice(0, MAX_QUERY_CHARS)
    .normalize('NFKC')
    .matchAll(QUERY_PART)) {
    const value = (quotedText ?? word ?? '').trim();
    const phrase = quotedText !== undefined;
    if (value === '') continue;
    const name = operator?.toLowerCase();
    // `df -h` and `rm -rf` are commands, not wishes to leave something out.
    const isCommandOption = !phrase && /^[a-z0-9]{1,2}$/i.test(value);
    if (minus && name === undefined && !isCommandOption) {
      excludedTexts.push(value);
      continue;
    }
    const period = name === 'before' || name === 'after' ? parseDatePeriod(value) : undefined;
    if (minus || ((name === 'before' || name === 'after') && !period)) {
      text.push(matchedText);
    } else if (name === 'before' && period) {
      recordedToMs = Math.min(recordedToMs ?? period.fromMs, period.fromMs);
    } else if (name === 'after' && period) {
      recordedFromMs = Math.max(recordedFromMs ?? period.fromMs, period.fromMs);
    } else if (name === 'in') {
      pathParts.push(value);
    } else if (name === 'speaker') {
      speakers.push(value);
    } else {
      text.push(value);
      const kinds = OPERATOR_KINDS[name ?? ''];
      if (phrase || kinds) requiredClauses.push({ text: value, phrase, ...(kinds && { kinds }) });
    }
  }
  return {
    text: text.join(' '),
    requiredClauses,
    excludedTexts,
    pathParts,
    speakers,
    ...(recordedFromMs !== undefined && { recordedFromMs }),
    ...(recordedToMs !== undefined && { recordedToMs }),
  };
}
