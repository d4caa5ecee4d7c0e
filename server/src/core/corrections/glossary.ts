import type { Correction } from '../../../protocol/corrections.ts';
import { toComparableText } from '../ranking/query-filter.ts';

const MAX_TERMS = 50;
const MAX_TERM_CHARS = 60;

/** Returns the runs of words that a corrected text has and the original lacks. */
function findNewTerms(original: string, corrected: string): readonly string[] {
  const known = new Set(toComparableText(original).split(' '));
  const terms: string[] = [];
  let run: string[] = [];
  const endRun = () => {
    if (run.length > 0) terms.push(run.join(' '));
    run = [];
  };
  for (const word of corrected.split(/\s+/)) {
    const bareWord = word.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '');
    const comparableWord = toComparableText(bareWord);
    if (comparableWord === '' || known.has(comparableWord)) endRun();
    else {
      run.push(bareWord);
      if (!word.endsWith(bareWord)) endRun();
    }
  }
  endRun();
  return terms;
}

/**
 * Returns the terms and names that people corrected in a video, as they spelled them, newest first: what a model would
 * get wrong again.
 */
export function findGlossary(corrections: readonly Correction[]): readonly string[] {
  const terms = corrections.toReversed().flatMap((correction): readonly string[] => {
    if (correction.change === 'speaker') return [correction.speaker];
    if (correction.change === 'tag') return [];
    const { text = '', speaker = '', was } = correction;
    return [...findNewTerms(was.text, text), speaker];
  });
  return [...new Set(terms)]
    .filter((term) => term.trim() !== '' && term.length <= MAX_TERM_CHARS)
    .slice(0, MAX_TERMS);
}
