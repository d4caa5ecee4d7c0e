import { readTime } from '../parse-time.ts';
import {
  linesOf,
  MAX_CUE_TEXT,
  MAX_CUES,
  type RawCue,
  type ReadFile,
  STEP,
  type Steps,
  UnreadCount,
} from '../raw-cue.ts';

/** Columns of an `[Events]` section without a Format line. */
const COLUMNS = 'layer start end style name marginl marginr marginv effect text'.split(' ');

/**
 * Reads the Dialogue lines of an ass or ssa text. Comments, styles and lines that scripts made for effects (karaoke
 * drawn syllable by syllable) are left out.
 */
export function* readEvents(text: string): Steps<ReadFile> {
  const cues: RawCue[] = [];
  const unread = new UnreadCount();
  let columns: readonly string[] = COLUMNS;
  for (const [at, line] of (yield* linesOf(text)).entries()) {
    if (at % STEP === 0) yield;
    const key = /^\s{0,20}(Format|Dialogue)\s{0,20}:/i.exec(line);
    if (key === null) continue;
    const rest = line.slice(key[0].length);
    if (/^format$/i.test(key[1] ?? '')) {
      const named = rest.split(',', 50).map((name) => name.trim().toLowerCase());
      if (named.includes('start') && named.at(-1) === 'text') columns = named;
      continue;
    }
    const fields = fieldsOf(rest, columns.length);
    const field = (name: string) => fields[columns.indexOf(name)]?.trim() ?? '';
    const startMs = readTime(field('start'));
    if (startMs === undefined || fields.length < columns.length || cues.length >= MAX_CUES) {
      unread.add(line, at + 1);
      if (cues.length >= MAX_CUES) break;
      continue;
    }
    const spoken = field('text').slice(0, MAX_CUE_TEXT);
    if (spoken === '' || /^(?:fx|karaoke)$/i.test(field('effect'))) continue;
    const speaker = field('name') || field('actor') || undefined;
    cues.push({ startMs, endMs: readTime(field('end')) ?? startMs, text: spoken, speaker });
  }
  return { cues, unread: unread.unread };
}

/** Splits a line at its first commas; the last field keeps the others. */
function fieldsOf(line: string, count: number): readonly string[] {
  const fields: string[] = [];
  let from = 0;
  while (fields.length < count - 1) {
    const comma = line.indexOf(',', from);
    if (comma < 0) break;
    fields.push(line.slice(from, comma));
    from = comma + 1;
  }
  fields.push(line.slice(from));
  return fields;
}
