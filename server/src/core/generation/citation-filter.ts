/** Keeps of a streamed text the sentences that cite what was given, renumbered in the order of their citing. */
export interface CitationFilter {
  /** Takes a piece; returns what may be shown by now, or ''. */
  push(delta: string): string;
  /** The rest, once the text has ended. */
  end(): string;
  /** In the order of the new numbers, which count from 1. */
  citations(): readonly CitedClaim[];
}

export interface CitationFilterOptions {
  readonly isSupported?: (claim: string, numbers: readonly number[]) => boolean;
  /** The numbers of what a sentence without a citation surely rests on; it is left out where there are none. */
  readonly attach?: (claim: string) => readonly number[];
  /** False: numbers stay as they were given. */
  readonly renumber?: boolean;
}

export interface CitedClaim {
  /** The number as given. */
  readonly n: number;
  /** The first sentence that cites it, without its marks. */
  readonly claim: string;
}

const CITATION_MARK = /\s*(?:\[|【)\s*(\d{1,6}(?:\s*(?:,|;|-|–|and)\s*\d{1,6})*)\s*(?:\]|】)/g;
/** The end of a sentence with what may close it; a citation may come before or after the stop. */
const SENTENCE_END =
  /(?:[.!?…]["'”’)]*|[。！？]["'”’）」』]*)(?:\s*(?:\[|【)[\d\s,;–-]+(?:\]|】))*(?=(\s*)(\S))|\n+/gu;
const ABBREVIATION = /(?:^|[\s(])(?:\p{L}|\d{1,2}|Mr|Mrs|Ms|Dr|Prof|St|Jr|Sr|vs|etc|e\.g|i\.e|No|approx)\.$/u;

function parseCitationNumbers(mark: string): readonly number[] {
  return mark.split(/,|;|and/).flatMap((part) => {
    const [from = 0, to = from] = part.split(/[-–]/).map(Number);
    return Array.from({ length: Math.max(0, Math.min(to - from, 100)) + 1 }, (_, i) => from + i);
  });
}

/** Where the first sentence of a text that may go on ends; -1 while that cannot be told. */
function findSentenceEnd(text: string): number {
  for (const match of text.matchAll(SENTENCE_END)) {
    const [matched, space = '', next = ''] = match;
    const end = match.index + matched.length;
    if (matched.startsWith('\n')) return end;
    // A stop inside a number or name, a citation that may still come, an abbreviation, a small letter after it.
    if ((space === '' && !/[。！？]/.test(matched)) || next === '[' || next === '【' || next === '\n')
      continue;
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
export function createCitationFilter(
  count: number,
  { isSupported = () => true, attach = () => [], renumber = true }: CitationFilterOptions = {},
): CitationFilter {
  const citedClaims: CitedClaim[] = [];
  const citationIndex = (n: number) => citedClaims.findIndex((each) => each.n === n);
  let buffer = '';
  let pendingLead = '';
  let hasOutput = false;

  const filterSentence = (sentence: string): string => {
    const citedNumbers = [...sentence.matchAll(CITATION_MARK)].flatMap((match) =>
      parseCitationNumbers(match[1] ?? ''),
    );
    const claim = sentence.replace(CITATION_MARK, '').trim();
    const numbers = citedNumbers.length > 0 ? citedNumbers : attach(claim);
    if (numbers.length === 0 || numbers.some((n) => n < 1 || n > count)) {
      pendingLead = numbers.length === 0 && /[:：]$/.test(claim) ? `${claim} ` : '';
      return '';
    }
    if (!/[\p{L}\p{N}]/u.test(claim) || !isSupported(claim, numbers)) return '';
    for (const n of numbers) if (citationIndex(n) < 0) citedClaims.push({ n, claim: claim });
    const marks = [...new Set(numbers)].map((n) => `[${renumber ? citationIndex(n) + 1 : n}]`).join('');
    const terminator = /([.!?…。！？]["'”’)]*)$/u.exec(claim)?.[0] ?? '';
    const text = `${pendingLead}${claim.slice(0, claim.length - terminator.length)} ${marks}${terminator}`;
    const separator = hasOutput ? (/\n/.test(sentence) ? '\n' : ' ') : '';
    pendingLead = '';
    hasOutput = true;
    return separator + text;
  };
  const flushSentences = (): string => {
    let output = '';
    for (let end = findSentenceEnd(buffer); end >= 0; end = findSentenceEnd(buffer)) {
      output += filterSentence(buffer.slice(0, end));
      buffer = buffer.slice(end);
    }
    return output;
  };
  return {
    push(delta) {
      buffer += delta;
      return flushSentences();
    },
    end() {
      const output = flushSentences() + filterSentence(buffer);
      buffer = '';
      return output;
    },
    citations: () => citedClaims,
  };
}
