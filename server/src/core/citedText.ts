/** Keeps of a streamed text the sentences that cite what was given, renumbered in the order of their citing. */
export interface CitedText {
  /** Takes a piece; returns what may be shown by now, or ''. */
  push(delta: string): string;
  /** The rest, once the text has ended. */
  end(): string;
  /** In the order of the new numbers, which count from 1. */
  cited(): readonly Cited[];
}

export interface CitedOptions {
  readonly stands?: (claim: string, numbers: readonly number[]) => boolean;
  /** The numbers of what a sentence without a citation surely rests on; it is left out where there are none. */
  readonly attach?: (claim: string) => readonly number[];
  /** False: numbers stay as they were given. */
  readonly renumber?: boolean;
}

export interface Cited {
  /** The number as given. */
  readonly n: number;
  /** The first sentence that cites it, without its marks. */
  readonly claim: string;
}

const MARK = /\s*(?:\[|【)\s*(\d{1,6}(?:\s*(?:,|;|-|–|and)\s*\d{1,6})*)\s*(?:\]|】)/g;
/** The end of a sentence with what may close it; a citation may come before or after the stop. */
const END =
  /(?:[.!?…]["'”’)]*|[。！？]["'”’）」』]*)(?:\s*(?:\[|【)[\d\s,;–-]+(?:\]|】))*(?=(\s*)(\S))|\n+/gu;
const ABBREVIATION = /(?:^|[\s(])(?:\p{L}|\d{1,2}|Mr|Mrs|Ms|Dr|Prof|St|Jr|Sr|vs|etc|e\.g|i\.e|No|approx)\.$/u;

function numbersOf(mark: string): readonly number[] {
  return mark.split(/,|;|and/).flatMap((part) => {
    const [from = 0, to = from] = part.split(/[-–]/).map(Number);
    return Array.from({ length: Math.max(0, Math.min(to - from, 100)) + 1 }, (_, i) => from + i);
  });
}

/** Where the first sentence of a text that may go on ends; -1 while that cannot be told. */
function sentenceEnd(text: string): number {
  for (const match of text.matchAll(END)) {
    const [found, space = '', next = ''] = match;
    const end = match.index + found.length;
    if (found.startsWith('\n')) return end;
    // A stop inside a number or name, a citation that may still come, an abbreviation, a small letter after it.
    if ((space === '' && !/[。！？]/.test(found)) || next === '[' || next === '【' || next === '\n') continue;
    if (/\p{Ll}/u.test(next) || ABBREVIATION.test(text.slice(0, end))) continue;
    return end;
  }
  return -1;
}

/**
 * `count`: evidence is numbered from 1 to this. A sentence without a citation, or with one of something that was
 * not given, is left out, and so is one that `stands` rejects; one that leads to the next (it ends with a colon) stays
 * if that one does.
 */
export function createCitedText(
  count: number,
  { stands = () => true, attach = () => [], renumber = true }: CitedOptions = {},
): CitedText {
  const order: Cited[] = [];
  const place = (n: number) => order.findIndex((each) => each.n === n);
  let waiting = '';
  let lead = '';
  let shown = false;

  const take = (sentence: string): string => {
    const own = [...sentence.matchAll(MARK)].flatMap((match) => numbersOf(match[1] ?? ''));
    const plain = sentence.replace(MARK, '').trim();
    const numbers = own.length > 0 ? own : attach(plain);
    if (numbers.length === 0 || numbers.some((n) => n < 1 || n > count)) {
      lead = numbers.length === 0 && /[:：]$/.test(plain) ? `${plain} ` : '';
      return '';
    }
    if (!/[\p{L}\p{N}]/u.test(plain) || !stands(plain, numbers)) return '';
    for (const n of numbers) if (place(n) < 0) order.push({ n, claim: plain });
    const marks = [...new Set(numbers)].map((n) => `[${renumber ? place(n) + 1 : n}]`).join('');
    const stop = /([.!?…。！？]["'”’)]*)$/u.exec(plain)?.[0] ?? '';
    const text = `${lead}${plain.slice(0, plain.length - stop.length)} ${marks}${stop}`;
    const gap = shown ? (/\n/.test(sentence) ? '\n' : ' ') : '';
    lead = '';
    shown = true;
    return gap + text;
  };
  const drain = (): string => {
    let out = '';
    for (let end = sentenceEnd(waiting); end >= 0; end = sentenceEnd(waiting)) {
      out += take(waiting.slice(0, end));
      waiting = waiting.slice(end);
    }
    return out;
  };
  return {
    push(delta) {
      waiting += delta;
      return drain();
    },
    end() {
      const out = drain() + take(waiting);
      waiting = '';
      return out;
    },
    cited: () => order,
  };
}
