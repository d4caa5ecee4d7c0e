export interface Position {
  /** From 0. */
  readonly line: number;
  /** UTF-16 units from the line's start. */
  readonly character: number;
}

/** Where the lines of a text stand. Lines end as LSP has it: `\n`, `\r\n` or `\r`. */
export interface LineIndex {
  readonly count: number;
  /** Offset of a line's first unit; past the last line the text's end. */
  startOf(line: number): number;
  /** Offset behind its last unit, before what ends it. */
  endOf(line: number): number;
  positionAt(offset: number): Position;
  /** Past the end of a line or of the text is its end. */
  offsetAt(position: Position): number;
}

function lineStarts(text: string): readonly number[] {
  if (text.includes('\r'))
    return [0, ...[...text.matchAll(/\r\n|\n|\r/g)].map((end) => end.index + end[0].length)];
  const starts = [0];
  for (let index = text.indexOf('\n'); index >= 0; index = text.indexOf('\n', index + 1))
    starts.push(index + 1);
  return starts;
}

export function createLineIndex(text: string): LineIndex {
  const starts = lineStarts(text);
  const startOf = (line: number) => starts[line] ?? text.length;
  /** Before what ends it. */
  const endOf = (line: number) => {
    const next = starts[line + 1];
    if (next === undefined) return text.length;
    return text[next - 1] === '\n' && text[next - 2] === '\r' ? next - 2 : next - 1;
  };
  return {
    count: starts.length,
    startOf,
    endOf,
    positionAt(offset) {
      let low = 0;
      let high = starts.length - 1;
      while (low < high) {
        const middle = Math.ceil((low + high) / 2);
        if (startOf(middle) <= offset) low = middle;
        else high = middle - 1;
      }
      return { line: low, character: offset - startOf(low) };
    },
    offsetAt({ line, character }) {
      if (line >= starts.length) return text.length;
      return Math.min(startOf(line) + character, endOf(line));
    },
  };
}

/** A piece of a text that ends where a line does. */
export interface TextChunk {
  readonly text: string;
  readonly offset: number;
  /** Of its first unit, from 0. */
  readonly line: number;
}

/** Of a stretch, UTF-16 units; lines longer than `LONGEST` are cut there. */
const TARGET_CHUNK_CHARS = 2048;
const MAX_CHUNK_CHARS = 65_536;

/** A text piece by piece, for what is done with long ones a little at a time; none starts inside of a line. */
export function* splitIntoChunks(text: string, { startOf, count }: LineIndex): Generator<TextChunk> {
  for (let line = 0; line < count; ) {
    const offset = startOf(line);
    let next = line + 1;
    while (next < count && startOf(next + 1) - offset <= TARGET_CHUNK_CHARS) next += 1;
    yield { text: text.slice(offset, Math.min(startOf(next), offset + MAX_CHUNK_CHARS)), offset, line };
    line = next;
  }
}
