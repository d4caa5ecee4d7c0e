import { findSentenceEnd } from './sentence-end.ts';

/** Filters streamed text: keeps sentences with valid citations and renumbers them in order of appearance. */
export interface CitationFilter {
  /** Takes a piece of text; returns the text that may be shown now, or ''. */
  push(delta: string): string;
  /** Returns the rest after the text has ended. */
  end(): string;
  /** Returns the cited claims, ordered by their new numbers, which start at 1. */
  citations(): readonly CitedClaim[];
}

export interface CitationFilterOptions {
  readonly isSupported?: (claim: string, numbers: readonly number[]) => boolean;
  /** Finds sources for a sentence without citations. The sentence is dropped if it returns []. */
  readonly attach?: (claim: string) => readonly number[];
  /** False keeps the original numbers. */
  readonly renumber?: boolean;
}

export interface CitedClaim {
  /** The original number. */
  readonly n: number;
  /** The first sentence that cites it, without citation marks. */
  readonly claim: string;
}

const CITATION_MARK = /\s*(?:\[|【)\s*(\d{1,6}(?:\s*(?:,|;|-|–|and)\s*\d{1,6})*)\s*(?:\]|】)/g;
function parseCitationNumbers(mark: string): readonly number[] {
  return mark.split(/,|;|and/).flatMap((part) => {
    const [from = 0, to = from] = part.split(/[-–]/).map(Number);
    return Array.from({ length: Math.max(0, Math.min(to - from, 100)) + 1 }, (_, i) => from + i);
  });
}

/**
 * Creates a filter for text that cites evidence numbered from 1 to `count`. Drops sentences without a valid
 * citation and those that `isSupported` rejects. A lead-in that ends with a colon stays if the next sentence
 * does.
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
    const citationMarks = [...new Set(numbers)]
      .map((n) => `[${renumber ? citationIndex(n) + 1 : n}]`)
      .join('');
    const terminator = /([.!?…。！？]["'”’)]*)$/u.exec(claim)?.[0] ?? '';
    const text = `${pendingLead}${claim.slice(0, claim.length - terminator.length)} ${citationMarks}${terminator}`;
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
