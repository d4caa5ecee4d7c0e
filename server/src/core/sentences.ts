import type { Line, LineKind } from './description.ts';
import { byTime, isMoment } from './lines.ts';
import type { TimeRange } from './range.ts';

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
const LONGEST = 240;
const SPACELESS = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}。！？、]$/u;

/** What goes between two lines of one sentence. */
function joint(before: string, after: string): string {
  return SPACELESS.test(before) &&
    /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u.test(after)
    ? ''
    : ' ';
}

function follows(before: Line, after: Line): boolean {
  return (
    before.source === after.source &&
    before.kind === after.kind &&
    before.speaker === after.speaker &&
    after.startMs - before.endMs < PAUSE_MS
  );
}

/** Lines that one voice speaks without a pause. */
function turns(lines: readonly Line[]): readonly (readonly Line[])[] {
  const found: Line[][] = [];
  for (const line of lines) {
    const open = found.at(-1);
    const last = open?.at(-1);
    if (open && last && isMoment(line) && follows(last, line)) open.push(line);
    else found.push([line]);
  }
  return found;
}

function cutTurn(turn: readonly Line[]): readonly Sentence[] {
  const [first] = turn;
  if (!first) return [];
  let text = '';
  const starts = turn.map((line) => {
    const clean = line.text.trim();
    text += text === '' ? clean : joint(text, clean) + clean;
    return text.length - clean.length;
  });
  const lineAt = (offset: number) =>
    turn[
      Math.max(
        0,
        starts.findLastIndex((start) => start <= offset),
      )
    ] ?? first;
  return [...segmenter.segment(text)]
    .flatMap(({ segment, index }) => shorter(segment, index, starts))
    .flatMap(({ from, to }) => {
      const cut = text.slice(from, to).trim();
      if (cut === '') return [];
      const { kind, source, speaker, language } = first;
      const startMs = lineAt(from).startMs;
      const endMs = Math.max(lineAt(from + cut.length - 1).endMs, startMs + 1);
      return [
        {
          text: cut,
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
function shorter(segment: string, index: number, starts: readonly number[]) {
  const end = index + segment.length;
  const cuts: { from: number; to: number }[] = [];
  let from = index;
  starts.forEach((start, i) => {
    const next = starts[i + 1] ?? end;
    if (start > from && start < end && next - from > LONGEST) {
      cuts.push({ from, to: start });
      from = start;
    }
  });
  return [...cuts, { from, to: end }];
}

/** The sentences of lines, in time order; a line that is no cue (a slide, a caption) is one of its own. */
export function sentences(lines: readonly Line[]): readonly Sentence[] {
  const ordered = [...lines].sort((a, b) => byTime(a, b));
  const bySource = Map.groupBy(ordered.filter(isMoment), (line) => `${line.kind} ${line.source}`);
  const spoken = [...bySource.values()].flatMap((all) => turns(all).flatMap(cutTurn));
  const lasting = ordered
    .filter((line) => !isMoment(line))
    .map(({ text, ...line }) => ({ ...line, text: text.replace(/\s*\n\s*/g, ' ').trim() }));
  return [...spoken, ...lasting].sort(byTime);
}

/** True where a sentence asks rather than tells. */
export function asks(sentence: Pick<Sentence, 'text'>): boolean {
  return /[?？]["'”’」]*$/.test(sentence.text);
}
