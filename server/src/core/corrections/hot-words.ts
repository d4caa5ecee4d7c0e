import { toComparableText } from '../ranking/query-filter.ts';
import type { Correction } from './correction.ts';

/** Maximum number of words in the prompt of a transcriber. With a longer list, it writes words that nobody says. */
const MAX_HOT_WORDS = 24;
const MAX_WORDS_OF_NAME = 8;
/** Minimum length of a name in an alphabet: models rarely miss shorter ones. Chinese names are shorter. */
const MIN_LETTERS = 4;
const MIN_HAN_CHARS = 2;
/** Words of file names that cameras, phones and people give to any video. */
const COMMON_NAME_WORDS = new Set(
  (
    'aufnahme audio camera capture clip copy dscn edit episode export file film final gopr record recording screen ' +
    'screencast screenrecording teil test untitled version video videos whatsapp zoom'
  ).split(' '),
);
const wordSegmenter = new Intl.Segmenter('und', { granularity: 'word' });

/** Returns the words of a text in letters, without short ones and those with digits. */
function splitHotWords(text: string): readonly string[] {
  return [...wordSegmenter.segment(text.normalize('NFC'))]
    .map(({ segment }) => segment)
    .filter((word) => {
      if (!/^[\p{L}\p{M}'’-]+$/u.test(word)) return false;
      return word.length >= (/\p{Script=Han}/u.test(word) ? MIN_HAN_CHARS : MIN_LETTERS);
    });
}

/** Returns each word once, ignoring case and accents, in order. */
function uniqueWords(words: readonly string[]): readonly string[] {
  return [...new Map(words.toReversed().map((word) => [toComparableText(word), word])).values()].reverse();
}

/**
 * Returns words that people have corrected transcripts to, newest first: words of the corrected text that the transcriber
 * did not write, and names of speakers.
 */
export function collectLearnedWords(corrections: readonly Correction[]): readonly string[] {
  const newestFirst = corrections.toSorted((a, b) => b.madeMs - a.madeMs);
  const words = newestFirst.flatMap((correction): readonly string[] => {
    if (correction.change === 'tag') return [];
    const names = splitHotWords(correction.speaker ?? '');
    if (correction.change === 'speaker' || correction.kind !== 'speech') return names;
    const written = new Set(splitHotWords(correction.was.text).map(toComparableText));
    return [
      ...splitHotWords(correction.text ?? '').filter((word) => !written.has(toComparableText(word))),
      ...names,
    ];
  });
  return uniqueWords(words).slice(0, MAX_HOT_WORDS);
}

/**
 * Returns the words that a transcriber may expect in a video: those of its file name, and those that people have
 * corrected other transcripts to.
 */
export function chooseHotWords(path: string, learnedWords: readonly string[]): readonly string[] {
  // A worker may run another system than the computer that the path is of.
  const name = (path.split(/[\\/]/).at(-1) ?? '')
    .replace(/\.[^.]*$/, '')
    .replace(/(?<=\p{Ll})(?=\p{Lu})|[_.]+/gu, ' ')
    .replaceAll('-', ' ');
  const nameWords = splitHotWords(name).filter((word) => !COMMON_NAME_WORDS.has(word.toLowerCase()));
  return uniqueWords([...nameWords.slice(0, MAX_WORDS_OF_NAME), ...learnedWords]).slice(0, MAX_HOT_WORDS);
}

/** Formats hot words as a model reads them before the sound; '' if there are none. */
export function toHotWordPrompt(words: readonly string[]): string {
  return words.length === 0 ? '' : `${words.join(', ')}.`;
}

/** A text that contains this many hot words in the order of the list is read off it. */
const MIN_COPIED_WORDS = 3;

/** Returns whether a transcribed text only repeats the list of hot words, as models do over noise. */
export function repeatsHotWords(text: string, words: readonly string[]): boolean {
  const written = toComparableText(text);
  if (written === '') return false;
  const list = ` ${toComparableText(words.join(' '))} `;
  const isPart = list.includes(` ${written} `);
  return isPart && written.split(' ').length >= Math.min(MIN_COPIED_WORDS, words.length);
}

/** Returns whether a text has a hot word that another one lacks. */
export function containsNewHotWord(text: string, other: string, words: readonly string[]): boolean {
  const [written, before] = [text, other].map((each) => ` ${toComparableText(each)} `);
  return words.map(toComparableText).some((word) => {
    // Chinese has no spaces between words.
    const sought = /\p{Script=Han}/u.test(word) ? word : ` ${word} `;
    return word !== '' && written?.includes(sought) === true && before?.includes(sought) === false;
  });
}
