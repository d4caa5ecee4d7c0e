import { isStopWord } from './stopWords.ts';

/** Scripts written without spaces (or, Hangul, with particles glued on), matched by overlapping pairs of characters. */
export const IDEOGRAPHS = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}ー々]/u;

const segmenter = new Intl.Segmenter('ja', { granularity: 'word' });
const RUN = /[\p{Script=Han}々]+|[\p{Script=Katakana}ー]+|[\p{Script=Hangul}]+|[\p{Script=Hiragana}]+/gu;
const HIRAGANA = /^\p{Script=Hiragana}/u;
const KANA = /[\p{Script=Hiragana}\p{Script=Katakana}]/u;
/** Shorter words of hiragana alone are particles and endings. */
const LEAST_HIRAGANA = 3;

/** Content characters in a row, and where in it the segmenter sees one word end and the next start. */
interface Run {
  readonly text: string;
  readonly borders: readonly number[];
}

/** Stop words and Japanese endings cut a run, word borders do not. */
function runs(text: string): readonly Run[] {
  const language = KANA.test(text) ? 'ja' : /\p{Script=Hangul}/u.test(text) ? 'ko' : 'zh';
  const found: Run[] = [];
  let open: Run | undefined;
  const close = () => {
    if (open) found.push(open);
    open = undefined;
  };
  for (const { segment } of segmenter.segment(text)) {
    if (isStopWord(segment, language) || !IDEOGRAPHS.test(segment)) {
      close();
      continue;
    }
    for (const [run] of segment.matchAll(RUN)) {
      if (HIRAGANA.test(run)) {
        close();
        if (run.length >= LEAST_HIRAGANA && run.length === segment.length)
          found.push({ text: run, borders: [] });
      } else if (open && sameScript(open.text, run))
        open = { text: open.text + run, borders: [...open.borders, [...open.text].length] };
      else {
        close();
        open = { text: run, borders: [] };
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

export interface Pair {
  readonly text: string;
  /** It holds the end of one word and the start of the next: less sure to stand in an answer. */
  readonly loose: boolean;
}

/**
 * Pairs of neighbouring characters of each run, and the single character of a run of one: segmenters cut the
 * same word differently by what stands around it, pairs do not. `singles` are the characters that a question
 * of one character must find.
 */
export function ideographTerms(text: string): { readonly pairs: Pair[]; readonly singles: string[] } {
  const pairs: Pair[] = [];
  const singles: string[] = [];
  for (const run of runs(text)) {
    const characters = [...run.text];
    const [first = ''] = characters;
    if (HIRAGANA.test(first) || characters.length === 1) {
      pairs.push({ text: run.text, loose: false });
      continue;
    }
    for (let i = 0; i + 1 < characters.length; i += 1) {
      const pair = `${characters[i] ?? ''}${characters[i + 1] ?? ''}`;
      pairs.push({ text: pair, loose: run.borders.includes(i + 1) });
    }
    if (/\p{Script=Han}/u.test(first)) singles.push(...characters);
  }
  return { pairs, singles };
}
