import type { Description, Line } from '../domain/description.ts';
import type { TimeRange } from '../domain/time-range.ts';
import { TEXT_KINDS, type VectorKind } from '../domain/vector.ts';
import { orderLines } from '../language/lines.ts';
import { hashText } from '../text/hash-text.ts';

/** One piece of text to embed, with its time range. */
export interface EmbeddingChunk extends TimeRange {
  readonly kind: VectorKind;
  readonly text: string;
  /** Hash of kind and text. */
  readonly made: string;
}

/** Maximum estimated number of tokens per chunk. Small models read 256 tokens and silently drop the rest. */
const MAX_CHUNK_TOKENS = 160;
const SPACELESS_SCRIPT =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/gu;
/**
 * Characters per token in scripts with spaces. A low estimate, because an error would lose the end of a text.
 */
const CHARS_PER_TOKEN = 4;

/** Estimates the number of tokens of a text. */
export function estimateTokens(text: string): number {
  const spacelessChars = text.match(SPACELESS_SCRIPT)?.length ?? 0;
  return spacelessChars + Math.ceil((text.length - spacelessChars) / CHARS_PER_TOKEN);
}

/** Splits an overlong line at spaces, or anywhere in scripts without spaces. Its time is divided evenly. */
function splitLongLine(line: Line): readonly Line[] {
  const tokens = estimateTokens(line.text);
  if (tokens <= MAX_CHUNK_TOKENS) return [line];
  const count = Math.ceil(tokens / MAX_CHUNK_TOKENS);
  const size = Math.ceil(line.text.length / count);
  const parts: string[] = [];
  let remaining = line.text;
  while (remaining.length > size) {
    const space = remaining.lastIndexOf(' ', size);
    const splitAt = space > size / 2 ? space : size;
    parts.push(remaining.slice(0, splitAt).toWellFormed());
    remaining = remaining.slice(splitAt).trimStart();
  }
  parts.push(remaining);
  const lengthMs = (line.endMs - line.startMs) / parts.length;
  return parts.map((text, i) => ({
    ...line,
    text,
    startMs: Math.round(line.startMs + i * lengthMs),
    endMs: Math.round(line.startMs + (i + 1) * lengthMs),
  }));
}

/** Groups lines into runs of similar length that fit the model's input. */
function groupIntoRuns(lines: readonly Line[]): readonly (readonly Line[])[] {
  const total = lines.reduce((sum, { text }) => sum + estimateTokens(text), 0);
  const targetTokens = total / Math.ceil(total / MAX_CHUNK_TOKENS);
  const lineGroups: Line[][] = [];
  let runTokens = 0;
  for (const line of lines) {
    const tokens = estimateTokens(line.text);
    const lastRun = lineGroups.at(-1);
    if (lastRun && runTokens + tokens <= MAX_CHUNK_TOKENS && runTokens < targetTokens) {
      lastRun.push(line);
      runTokens += tokens;
    } else {
      lineGroups.push([line]);
      runTokens = tokens;
    }
  }
  return lineGroups;
}

/**
 * Returns the chunks to embed for the rows of a content or a copy: captions, speech, descriptions and text on
 * screen, separately per clip. Long texts are split so that nothing is lost. Facts and titles are searched by
 * words only.
 */
export function toEmbeddingChunks(rows: readonly Description[]): readonly EmbeddingChunk[] {
  const chunks: EmbeddingChunk[] = [];
  for (const row of rows) {
    for (const kind of TEXT_KINDS) {
      const lines = orderLines(row.lines.filter((line) => line.kind === kind && line.text.trim() !== ''));
      for (const run of groupIntoRuns(lines.flatMap(splitLongLine))) {
        const distinctTexts = run
          .map(({ text }) => text.trim())
          .filter((text, i, allTexts) => allTexts.indexOf(text) === i);
        const text = distinctTexts.join(kind === 'screenText' ? '\n' : ' ');
        // Limits the range to the clip: text on screen may last far longer.
        const startMs = Math.max(row.startMs, Math.min(...run.map((line) => line.startMs)));
        const endMs = Math.min(row.endMs, Math.max(...run.map((line) => line.endMs)));
        if (endMs <= startMs) continue;
        chunks.push({ kind, text, startMs, endMs, made: hashText(`${kind}\n${text}`) });
      }
    }
  }
  return chunks;
}
