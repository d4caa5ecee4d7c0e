/** A subtitle text in the strict form of a format, and what its header says. */
export interface Mended {
  readonly text: string;
  /** `kind`, `language`: keys in lower case. */
  readonly header: ReadonlyMap<string, string>;
}

/**
 * Longer texts are cut, in characters: subtitle files are untrusted, and the library's patterns take time that grows
 * with the square of a cue's length.
 */
export const MOST_TEXT = 5000;

const CLOCK = String.raw`(?:\d{1,3}:)?\d{1,2}:\d{1,2}(?:[.,:]\d{1,3})?`;
const ARROW = new RegExp(String.raw`^\s*(${CLOCK})\s*-{1,2}>\s*(${CLOCK})(?:\s.*)?$`);
const COMMA = new RegExp(String.raw`^\s*(${CLOCK})\s*[,;]\s*(${CLOCK})\s*$`);

/** Splits a text of any line ends, a byte order mark taken off. */
export function linesOf(text: string): readonly string[] {
  return text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r|\u2028|\u2029|\u0085/);
}

/**
 * Writes srt, vtt and sbv texts as plain WebVTT: times in full, one blank line between cues, none inside, no notes,
 * styles, regions or settings. Cues that end before they begin, or whose times cannot be read, are left out.
 */
export function mendBlocks(text: string): Mended {
  const lines = linesOf(text);
  const header = new Map<string, string>();
  const isVtt = /^WEBVTT(\s|$)/.test(lines[0] ?? '');
  let at = 0;
  if (isVtt) {
    for (; at < lines.length && !ARROW.test(lines[at] ?? ''); at += 1) {
      const line = (lines[at] ?? '').replace(/^WEBVTT\s*-?\s*/, '');
      if (line.trim() === '' && at > 0) break;
      for (const part of line.split(';')) {
        const colon = part.indexOf(':');
        if (colon > 0) header.set(part.slice(0, colon).trim().toLowerCase(), part.slice(colon + 1).trim());
      }
    }
  }
  const blocks: string[] = ['WEBVTT'];
  let open: { readonly head: string | undefined; readonly lines: string[] } | undefined;
  const close = () => {
    const body = open?.lines.filter((line) => line.trim() !== '') ?? [];
    if (open?.head !== undefined && body.length > 0) {
      blocks.push(`${open.head}\n${body.join('\n').slice(0, MOST_TEXT)}`);
    }
    open = undefined;
  };
  for (; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const match = ARROW.exec(line) ?? (isVtt ? null : COMMA.exec(line));
    if (match) {
      if (open !== undefined && endsWithId(open.lines, isVtt)) open.lines.pop();
      close();
      open = { head: headOf(match[1] ?? '', match[2] ?? ''), lines: [] };
    } else if (isVtt && line.includes('-->')) {
      // A timing that cannot be read: its text must not fall to the cue before.
      close();
    } else if (isVtt && line === '') {
      close();
    } else open?.lines.push(line);
  }
  close();
  return { text: `${blocks.join('\n\n')}\n`, header };
}

/** Whether the last line belongs to the timing that follows it: a number, alone or (srt without blank lines) not. */
function endsWithId(lines: readonly string[], isVtt: boolean): boolean {
  const last = lines.at(-1) ?? '';
  return !isVtt && lines.length > 1 && /^\s*\d+\s*$/.test(last);
}

function headOf(start: string, end: string): string | undefined {
  const from = clockMs(start);
  const to = clockMs(end);
  if (from === undefined || to === undefined || to <= from) return undefined;
  return `${clock(from)} --> ${clock(to)}`;
}

/** `h:mm:ss.fff`, `mm:ss,f`, ...: a fraction counts by its digits. Undefined past 99 hours or 59 minutes or seconds. */
export function clockMs(text: string): number | undefined {
  const match = /^(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})(?:[.,:](\d{1,3}))?$/.exec(text.trim());
  if (!match) return undefined;
  const [hours, minutes, seconds] = [match[1] ?? '0', match[2] ?? '', match[3] ?? ''].map(Number) as [
    number,
    number,
    number,
  ];
  if (hours > 99 || minutes > 59 || seconds > 59) return undefined;
  return ((hours * 60 + minutes) * 60 + seconds) * 1000 + Number((match[4] ?? '').padEnd(3, '0'));
}

function clock(ms: number): string {
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const rest = String(ms % 1000).padStart(3, '0');
  return `${two(ms / 3_600_000)}:${two((ms / 60_000) % 60)}:${two((ms / 1000) % 60)}.${rest}`;
}

/** The letter put before each ass text: the library drops the first one. */
export const FILLER = '~';

/**
 * Writes the spoken lines of an ass or ssa text as one `[Events]` section with the columns Start, End, Name, Text, in
 * the library's own time form. Comments, styles, blank lines and lines that cannot be read are left out.
 */
export function mendEvents(text: string): string {
  const out = ['[Events]', 'Format: Start, End, Name, Text'];
  let columns = 'layer start end style name marginl marginr marginv effect text'.split(' ');
  for (const line of linesOf(text)) {
    const match = /^\s*(Format|Dialogue)\s*:(.*)$/i.exec(line);
    if (!match) continue;
    const rest = match[2] ?? '';
    if (/^format$/i.test(match[1] ?? '')) {
      const named = rest.split(',').map((name) => name.trim().toLowerCase());
      if (named.includes('start') && named.at(-1) === 'text') columns = named;
      continue;
    }
    const values = rest.split(',');
    const field = (name: string) =>
      columns.includes(name) ? (values[columns.indexOf(name)] ?? '').trim() : '';
    const spoken = values
      .slice(columns.length - 1)
      .join(',')
      .trim();
    const from = clockMs(field('start'));
    const to = clockMs(field('end'));
    if (from === undefined || to === undefined || to <= from || spoken === '') continue;
    const name = field('name') || field('actor');
    out.push(`Dialogue: ${hundredths(from)},${hundredths(to)},${name},${FILLER}${spoken}`);
  }
  return `${out.join('\n')}\n`;
}

function hundredths(ms: number): string {
  return clock(Math.round(ms / 10) * 10).slice(0, -1);
}
