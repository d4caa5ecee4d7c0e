/** Matches the end of a sentence with closing quotes. A citation may come before or after the full stop. */
const SENTENCE_END =
  /(?:[.!?…]["'”’)]*|[。！？]["'”’）」』]*)(?:\s*(?:\[|【)[\d\s,;–-]+(?:\]|】))*(?=(\s*)(\S))|\n+/gu;
const ABBREVIATION = /(?:^|[\s(])(?:\p{L}|\d{1,2}|Mr|Mrs|Ms|Dr|Prof|St|Jr|Sr|vs|etc|e\.g|i\.e|No|approx)\.$/u;

/** Returns the end of the first sentence of a growing text; -1 if it cannot be determined yet. */
export function findSentenceEnd(text: string): number {
  for (const match of text.matchAll(SENTENCE_END)) {
    const [matchedText, space = '', next = ''] = match;
    const end = match.index + matchedText.length;
    if (matchedText.startsWith('\n')) return end;
    // Skips a full stop inside a number or name, after an abbreviation, before a lower-case letter, and
    // before a citation that may still follow.
    if ((space === '' && !/[。！？]/.test(matchedText)) || next === '[' || next === '【' || next === '\n')
      continue;
    if (/\p{Ll}/u.test(next) || ABBREVIATION.test(text.slice(0, end))) continue;
    return end;
  }
  return -1;
}
