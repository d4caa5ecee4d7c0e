import type { Ms } from '../../server/protocol/base.ts';
import type { Hit } from '../../server/protocol/search.ts';

/** `1:02:03` or `2:03`. */
export function clock(ms: Ms): string {
  const all = Math.floor(ms / 1000);
  const [hours, minutes, seconds] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60];
  const two = (n: number) => String(n).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

/** The last part of a path of either kind. */
export function nameOf(path: string): string {
  return path.split(/[\\/]/).pop() || path;
}

/** The file name that a URI ends with, for people. */
export function nameOfUri(uri: string): string {
  const name = nameOf(uri);
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** A path typed by a person as a file: URI; undefined where it is not absolute. */
export function uriOfPath(path: string): string | undefined {
  const typed = path.trim();
  const slashed = /^[a-z]:[\\/]/i.test(typed) ? `/${typed.replaceAll('\\', '/')}` : typed;
  return slashed.startsWith('/')
    ? `file://${encodeURI(slashed).replace(/[?#]/g, encodeURIComponent)}`
    : undefined;
}

const KINDS: Readonly<Record<string, string>> = {
  speech: 'said',
  description: 'described',
  screenText: 'on screen',
  caption: 'seen',
  facts: 'measured',
  title: 'title',
  tag: 'tag',
  frame: 'looks alike',
};

/** A kind of evidence in a word; one that a newer daemon names, by that name. */
export function kindName(kind: string): string {
  return KINDS[kind] ?? kind;
}

/** Where to play a hit from: where its evidence begins, for the hit may hold a line before it. */
export function playFrom({ startMs, endMs, evidence }: Pick<Hit, 'startMs' | 'endMs' | 'evidence'>): Ms {
  const starts = evidence
    .filter(({ kind }) => kind !== 'title' && kind !== 'facts')
    .map((line) => line.startMs)
    .filter((ms) => startMs <= ms && ms < endMs);
  return starts.length > 0 ? Math.min(...starts) : startMs;
}

export interface Piece {
  readonly text: string;
  readonly marked: boolean;
}

/** The same word but for its ending: all but the last three letters of the longer one are shared, and at least four. */
function alike(a: string, b: string): boolean {
  const shared = Math.max(4, Math.max(a.length, b.length) - 3);
  return a === b || (Math.min(a.length, b.length) > 4 && a.slice(0, shared) === b.slice(0, shared));
}

/**
 * Cuts a text into pieces, those marked that hold a word of the query. Endings may differ, as the search allows; short
 * words must be the same and very common ones do not count.
 */
export function mark(text: string, query: string): readonly Piece[] {
  const wanted = wordsOf(query).filter((word) => word.length > 2 && !COMMON.has(word));
  const pieces: Piece[] = [];
  for (const part of text.split(/([\p{L}\p{N}]+)/u)) {
    if (part === '') continue;
    const word = part.toLowerCase();
    const marked = wanted.some((one) => alike(one, word));
    const before = pieces.at(-1);
    if (before?.marked === marked) pieces[pieces.length - 1] = { text: before.text + part, marked };
    else pieces.push({ text: part, marked });
  }
  return pieces;
}

const wordsOf = (text: string) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

const COMMON = new Set(
  'about and any are can did does for from had has have how into its not off one our out said say shown that the their them then there they this was were what when where which who why will with you your'.split(
    ' ',
  ),
);

/** An answer cut at its `[n]`: text, and numbers of citations that are there. */
export function citedPieces(answer: string, known: ReadonlySet<number>): readonly (string | number)[] {
  return answer
    .split(/(\[\d+\])/)
    .filter((part) => part !== '')
    .map((part) => {
      const n = /^\[(\d+)\]$/.exec(part)?.[1];
      return n !== undefined && known.has(Number(n)) ? Number(n) : part;
    });
}
