import type { Description, Line } from './description.ts';
import { hashText } from './hash.ts';
import { orderLines } from './lines.ts';
import type { TimeRange } from './range.ts';
import { TEXT_KINDS, type VectorKind } from './vector.ts';

/** One piece of text to embed, with the time it stands for. */
export interface EmbedText extends TimeRange {
  readonly kind: VectorKind;
  readonly text: string;
  /** Hash of kind and text. */
  readonly made: string;
}

/** Tokens of a piece at most, as guessed below: small models read 256 and cut the rest off unseen. */
const MOST_TOKENS = 160;
const SPACELESS = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/gu;
/** Characters of a token in scripts with spaces: few, for a wrong guess costs the end of the text. */
const CHARACTERS = 4;

/** A guess at how many tokens a model makes of a text. */
export function tokensOf(text: string): number {
  const single = text.match(SPACELESS)?.length ?? 0;
  return single + Math.ceil((text.length - single) / CHARACTERS);
}

/** A line that alone is too long, cut at spaces (or anywhere where there are none), its time shared out. */
function cut(line: Line): readonly Line[] {
  const tokens = tokensOf(line.text);
  if (tokens <= MOST_TOKENS) return [line];
  const count = Math.ceil(tokens / MOST_TOKENS);
  const size = Math.ceil(line.text.length / count);
  const parts: string[] = [];
  let rest = line.text;
  while (rest.length > size) {
    const space = rest.lastIndexOf(' ', size);
    const at = space > size / 2 ? space : size;
    parts.push(rest.slice(0, at).toWellFormed());
    rest = rest.slice(at).trimStart();
  }
  parts.push(rest);
  const lengthMs = (line.endMs - line.startMs) / parts.length;
  return parts.map((text, i) => ({
    ...line,
    text,
    startMs: Math.round(line.startMs + i * lengthMs),
    endMs: Math.round(line.startMs + (i + 1) * lengthMs),
  }));
}

/** Lines in runs of about equal length, each within what a model reads. */
function runs(lines: readonly Line[]): readonly (readonly Line[])[] {
  const total = lines.reduce((sum, { text }) => sum + tokensOf(text), 0);
  const share = total / Math.ceil(total / MOST_TOKENS);
  const out: Line[][] = [];
  let held = 0;
  for (const line of lines) {
    const tokens = tokensOf(line.text);
    const last = out.at(-1);
    if (last && held + tokens <= MOST_TOKENS && held < share) {
      last.push(line);
      held += tokens;
    } else {
      out.push([line]);
      held = tokens;
    }
  }
  return out;
}

/**
 * What is embedded of the rows of a content or of a copy: caption, speech, description and screen text of each Clip
 * apart, long ones in pieces so that nothing is cut off. Measured Facts and names are left to words.
 */
export function embedTexts(rows: readonly Description[]): readonly EmbedText[] {
  const texts: EmbedText[] = [];
  for (const row of rows) {
    for (const kind of TEXT_KINDS) {
      const lines = orderLines(row.lines.filter((line) => line.kind === kind && line.text.trim() !== ''));
      for (const run of runs(lines.flatMap(cut))) {
        const said = run.map(({ text }) => text.trim()).filter((text, i, all) => all.indexOf(text) === i);
        const text = said.join(kind === 'screenText' ? '\n' : ' ');
        // Text on a screen may last far longer than the Clip it is told in.
        const startMs = Math.max(row.startMs, Math.min(...run.map((line) => line.startMs)));
        const endMs = Math.min(row.endMs, Math.max(...run.map((line) => line.endMs)));
        if (endMs <= startMs) continue;
        texts.push({ kind, text, startMs, endMs, made: hashText(`${kind}\n${text}`) });
      }
    }
  }
  return texts;
}
