import type { Ms } from '../../server/protocol/base.ts';
import { EVIDENCE_LABELS, stageLabel } from '../../server/protocol/names.ts';
import type { Hit } from '../../server/protocol/search.ts';

/** Formats a time as `1:02:03` or `2:03`. */
export function formatTime(ms: Ms): string {
  const totalSeconds = Math.floor(ms / 1000);
  const [hours, minutes, seconds] = [
    Math.floor(totalSeconds / 3600),
    Math.floor(totalSeconds / 60) % 60,
    totalSeconds % 60,
  ];
  const padTwo = (n: number) => String(n).padStart(2, '0');
  return hours > 0 ? `${hours}:${padTwo(minutes)}:${padTwo(seconds)}` : `${minutes}:${padTwo(seconds)}`;
}

/** Returns the last part of a POSIX or Windows path. */
export function nameOf(path: string): string {
  return path.split(/[\\/]/).pop() || path;
}

/** Returns the decoded file name of a URI. */
export function fileNameOfUri(uri: string): string {
  const name = nameOf(uri);
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** Converts a typed path to a file: URI. Returns undefined if the path is not absolute. */
export function toFileUri(path: string): string | undefined {
  const trimmed = path.trim();
  const withSlashes = /^[a-z]:[\\/]/i.test(trimmed) ? `/${trimmed.replaceAll('\\', '/')}` : trimmed;
  return withSlashes.startsWith('/')
    ? `file://${encodeURI(withSlashes).replace(/[?#]/g, encodeURIComponent)}`
    : undefined;
}

const KIND_LABELS: Readonly<Record<string, string>> = { ...EVIDENCE_LABELS, title: 'title', tag: 'tag' };

/** Returns the label of a kind of evidence. A kind unknown to this page is its own label. */
export function kindLabel(kind: string): string {
  return KIND_LABELS[kind] ?? kind;
}

/** Returns where to start playing a hit: at its evidence, because the hit may contain an earlier line. */
export function playStart({ startMs, endMs, evidence }: Pick<Hit, 'startMs' | 'endMs' | 'evidence'>): Ms {
  const starts = evidence
    .filter(({ kind }) => kind !== 'title' && kind !== 'facts')
    .map((line) => line.startMs)
    .filter((ms) => startMs <= ms && ms < endMs);
  return starts.length > 0 ? Math.min(...starts) : startMs;
}

export interface TextPiece {
  readonly text: string;
  readonly isMatch: boolean;
}

/**
 * Returns whether two words differ only in their ending. They must share all but the last three letters of the longer
 * word, and at least four.
 */
function isSameWord(a: string, b: string): boolean {
  const sharedLength = Math.max(4, Math.max(a.length, b.length) - 3);
  return (
    a === b || (Math.min(a.length, b.length) > 4 && a.slice(0, sharedLength) === b.slice(0, sharedLength))
  );
}

/**
 * Splits a text and marks the pieces that match a word of the query. Endings may differ, as in the search. Short words
 * must be equal, and stop words are ignored.
 */
export function markMatches(text: string, query: string): readonly TextPiece[] {
  const queryWords = splitWords(query).filter((word) => word.length > 2 && !STOP_WORDS.has(word));
  const pieces: TextPiece[] = [];
  for (const part of text.split(/([\p{L}\p{N}]+)/u)) {
    if (part === '') continue;
    const word = part.toLowerCase();
    const isMarked = queryWords.some((candidate) => isSameWord(candidate, word));
    const previous = pieces.at(-1);
    if (previous?.isMatch === isMarked)
      pieces[pieces.length - 1] = { text: previous.text + part, isMatch: isMarked };
    else pieces.push({ text: part, isMatch: isMarked });
  }
  return pieces;
}

const splitWords = (text: string) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

const STOP_WORDS = new Set(
  'about and any are can did does for from had has have how into its not off one our out said say shown that the their them then there they this was were what when where which who why will with you your'.split(
    ' ',
  ),
);

/** Splits an answer at its citations `[n]`. Returns text and the numbers of known citations. */
export function splitCitations(
  answer: string,
  knownNumbers: ReadonlySet<number>,
): readonly (string | number)[] {
  return answer
    .split(/(\[\d+\])/)
    .filter((part) => part !== '')
    .map((part) => {
      const n = /^\[(\d+)\]$/.exec(part)?.[1];
      return n !== undefined && knownNumbers.has(Number(n)) ? Number(n) : part;
    });
}

/** Returns what a stage does, as the beginning of a line: "Reading subtitles". */
export function stageTitle(stage: string): string {
  const label = stageLabel(stage);
  return `${label.charAt(0).toUpperCase()}${label.slice(1)}`;
}

const MINUTE_MS = 60_000;

/** Says that a file is still being recorded, and how long it is so far. */
export function recordingText(isReadable: boolean, durationMs: number): string {
  if (!isReadable) return 'Still being recorded; indexed when complete';
  const minutes = Math.floor(durationMs / MINUTE_MS);
  const length = minutes === 0 ? `${Math.floor(durationMs / 1000)} s` : `${minutes} min`;
  return `Still being recorded, ${length} so far`;
}
