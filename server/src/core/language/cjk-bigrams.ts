import { isStopWord } from './stop-words.ts';

/** Scripts written without spaces (or, Hangul, with particles glued on), matched by overlapping pairs of characters. */
export const CJK_CHARS = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}ー々]/u;

const segmenter = new Intl.Segmenter('ja', { granularity: 'word' });
const SCRIPT_RUN =
  /[\p{Script=Han}々]+|[\p{Script=Katakana}ー]+|[\p{Script=Hangul}]+|[\p{Script=Hiragana}]+/gu;
const HIRAGANA = /^\p{Script=Hiragana}/u;
const KANA = /[\p{Script=Hiragana}\p{Script=Katakana}]/u;
/** Shorter words of hiragana alone are particles and endings. */
const MIN_HIRAGANA_CHARS = 3;

/** Content characters in a row, and where in it the segmenter sees one word end and the next start. */
interface CjkRun {
  readonly text: string;
  readonly borders: readonly number[];
}

/** Stop words and Japanese endings cut a run, word borders do not. */
function splitCjkRuns(text: string): readonly CjkRun[] {
  const language = KANA.test(text) ? 'ja' : /\p{Script=Hangul}/u.test(text) ? 'ko' : 'zh';
  const runs: CjkRun[] = [];
  let currentRun: CjkRun | undefined;
  const endRun = () => {
    if (currentRun) runs.push(currentRun);
    currentRun = undefined;
  };
  for (const { segment } of segmenter.segment(text)) {
    if (isStopWord(segment, language) || !CJK_CHARS.test(segment)) {
      endRun();
      continue;
    }
    for (const [run] of segment.matchAll(SCRIPT_RUN)) {
      if (HIRAGANA.test(run)) {
        endRun();
        if (run.length >= MIN_HIRAGANA_CHARS && run.length === segment.length)
          runs.push({ text: run, borders: [] });
      } else if (currentRun && isSameScript(currentRun.text, run))
        currentRun = {
          text: currentRun.text + run,
          borders: [...currentRun.borders, [...currentRun.text].length],
        };
      else {
        endRun();
        currentRun = { text: run, borders: [] };
      }
    }
  }
  endRun();
  return runs;
}

function isSameScript(a: string, b: string): boolean {
  const han = /[\p{Script=Han}々]$/u.test(a) && /^[\p{Script=Han}々]/u.test(b);
  const katakana = /[\p{Script=Katakana}ー]$/u.test(a) && /^[\p{Script=Katakana}ー]/u.test(b);
  return han || katakana;
}

/**
 * Returns the words of a run. Single characters in a row are one word: the segmenter does not know "七号线" and cuts it into
 * its characters.
 */
function toWordRanges(
  borders: readonly number[],
  length: number,
): readonly { readonly from: number; readonly to: number }[] {
  const starts = [0, ...borders];
  const ranges: { from: number; to: number; isSingles: boolean }[] = [];
  starts.forEach((from, i) => {
    const to = starts[i + 1] ?? length;
    const last = ranges.at(-1);
    if (to - from === 1 && last?.isSingles) last.to = to;
    else ranges.push({ from, to, isSingles: to - from === 1 });
  });
  return ranges;
}

export interface CjkBigram {
  readonly text: string;
  /** It holds the end of one word and the start of the next: less sure to stand in an answer. */
  readonly crossesWords: boolean;
  /** Share of its word that it stands for, 0..1: half for each pair of a word of three characters. */
  readonly share: number;
}

/**
 * Pairs of neighbouring characters of each run, and the single character of a run of one: segmenters cut the
 * same word differently by what stands around it, pairs do not. `singles` are the characters that a question
 * of one character must find.
 */
export function toCjkBigrams(text: string): { readonly pairs: CjkBigram[]; readonly singles: string[] } {
  const pairs: CjkBigram[] = [];
  const singles: string[] = [];
  for (const run of splitCjkRuns(text)) {
    const characters = [...run.text];
    const [first = ''] = characters;
    if (HIRAGANA.test(first) || characters.length === 1) {
      pairs.push({ text: run.text, crossesWords: false, share: 1 });
      continue;
    }
    const words = toWordRanges(run.borders, characters.length);
    for (let i = 0; i + 1 < characters.length; i += 1) {
      const pair = `${characters[i] ?? ''}${characters[i + 1] ?? ''}`;
      const word = words.find(({ from, to }) => from <= i && i + 1 < to);
      pairs.push({ text: pair, crossesWords: !word, share: word ? 1 / (word.to - word.from - 1) : 1 });
    }
    if (/\p{Script=Han}/u.test(first)) singles.push(...characters);
  }
  return { pairs, singles };
}
