import { isStopWord } from './stopWords.ts';

/** Scripts written without spaces (or, Hangul, with particles glued on), matched by overlapping pairs of characters. */
export const IDEOGRAPHS = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}ー々]/u;

const segmenter = new Intl.Segmenter('ja', { granularity: 'word' });
const RUN = /[\p{Script=Han}々]+|[\p{Script=Katakana}ー]+|[\p{Script=Hangul}]+|[\p{Script=Hiragana}]+/gu;
const HIRAGANA = /^\p{Script=Hiragana}/u;
const KANA = /[\p{Script=Hiragana}\p{Script=Katakana}]/u;
/** Shorter words of hiragana alone are particles and endings. */
const LEAST_HIRAGANA = 3;

/** Runs of content characters: stop words and Japanese endings cut them, word borders do not. */
function runs(text: string): string[] {
  const language = KANA.test(text) ? 'ja' : /\p{Script=Hangul}/u.test(text) ? 'ko' : 'zh';
  const found: string[] = [];
  let open = '';
  const close = () => {
    if (open) found.push(open);
    open = '';
  };
  for (const { segment } of segmenter.segment(text)) {
    if (isStopWord(segment, language) || !IDEOGRAPHS.test(segment)) {
      close();
      continue;
    }
    for (const [run] of segment.matchAll(RUN)) {
      if (HIRAGANA.test(run)) {
        close();
        if (run.length >= LEAST_HIRAGANA && run.length === segment.length) found.push(run);
      } else if (open && sameScript(open, run)) open += run;
      else {
        close();
        open = run;
      }
    }
  }
  close();
  return found;
}

function sameScript(a: string, b: string): boolean {
  const han = /[\p{Script=Han}々]$/u.test(a) && /^[\p{Script=Han}々]/u.test(b);
  const katakana = /[\p{Script=Katakana}ー]$/u.test(a) && /^[\p{Script=Katakana}ー]/u.test(b);
  return han || katakana;
}

/**
 * Pairs of neighbouring characters of each run, and the single character of a run of one: segmenters cut the
 * same word differently by what stands around it, pairs do not. `singles` are the characters that a question
 * of one character must find.
 */
export function ideographTerms(text: string): { readonly pairs: string[]; readonly singles: string[] } {
  const pairs: string[] = [];
  const singles: string[] = [];
  for (const run of runs(text)) {
    if (HIRAGANA.test(run)) {
      pairs.push(run);
      continue;
    }
    const characters = [...run];
    const [first = ''] = characters;
    if (characters.length === 1) pairs.push(first);
    for (let i = 0; i + 1 < characters.length; i += 1)
      pairs.push(`${characters[i] ?? ''}${characters[i + 1] ?? ''}`);
    if (characters.length > 1 && /\p{Script=Han}/u.test(first)) singles.push(...characters);
  }
  return { pairs, singles };
}
