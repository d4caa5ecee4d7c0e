const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  lrm: '',
  rlm: '',
  hellip: '…',
  ndash: '–',
  mdash: '—',
  lsquo: '‘',
  rsquo: '’',
  ldquo: '“',
  rdquo: '”',
  laquo: '«',
  raquo: '»',
};

/** Lines of one cue as they were shown, without markup; `voice` where a `<v>` names who speaks from there on. */
export interface PlainLine {
  readonly text: string;
  readonly voice?: string;
}

/** Strips the markup of srt, vtt and ass, decodes character references, and drops what cannot be seen. */
export function plainLines(raw: string): readonly PlainLine[] {
  // A drawing is not text.
  if (/\{[^}]*\\p[1-9]/.test(raw)) return [];
  const text = raw
    .replace(/\{\\[^}]*\}/g, '')
    .replace(/\{\/?[biu]\}/gi, '')
    .replace(/\\[Nn]/g, '\n')
    .replace(/\\h/g, ' ')
    .replace(/<br\s*\/?>/gi, '\n');
  const lines: PlainLine[] = [];
  let voice: string | undefined;
  for (const line of text.split('\n')) {
    // A voice holds until it is closed, over line ends too.
    for (const part of line.split(/(?=<v[.\s])|(?<=<\/v>)/)) {
      const named = /^<v(?:\.[^\s>]*)?\s+([^>]*)>/.exec(part);
      if (named) voice = visible(decoded(named[1] ?? '')) || undefined;
      const plain = visible(decoded(part.replace(/<\/?[a-zA-Z][^<>]*>|<\d+:[\d:.,]+>|<\/?>/g, '')));
      if (plain !== '') lines.push({ text: plain, voice });
      if (part.endsWith('</v>')) voice = undefined;
    }
  }
  return lines;
}

function decoded(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]+));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return NAMED[String(name).toLowerCase()] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '';
  });
}

/** One line of text: no control, bidirectional or other invisible characters, one space between words, composed. */
export function visible(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\u00AD\u061C\u200B\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF\uFFF9-\uFFFC]/g, '')
    .replace(/[\u0000-\u001F\u007F-\u009F\s]+/g, ' ')
    .trim()
    .normalize('NFC');
}
