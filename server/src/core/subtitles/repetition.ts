/** Maximum length of a repeated phrase, in words. */
const MAX_LOOP_WORDS = 12;

/** Normalises a word for comparison: lower case, letters and digits only. */
export const toBareWord = (word: string): string => word.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');

/** Reduces a phrase that occurs at least `minRepetitions` times in a row to one occurrence. */
export function removeRepetition(text: string, minRepetitions: number): string {
  const words = text.split(' ');
  const bareWords = words.map(toBareWord);
  for (let length = 1; length <= MAX_LOOP_WORDS; length += 1) {
    for (let at = 0; at + minRepetitions * length <= words.length; at += 1) {
      const repeatsAt = (from: number) =>
        bareWords.slice(at, at + length).every((word, i) => word === bareWords[from + i]);
      let end = at + length;
      while (end + length <= words.length && repeatsAt(end)) end += length;
      if (end < at + minRepetitions * length) continue;
      const isTruncated = bareWords.slice(end).every((word, i) => bareWords[at + i]?.startsWith(word));
      const loopWords = words.slice(at, at + length);
      const rest = isTruncated ? [] : words.slice(end);
      if (rest.length === 0) loopWords.push((loopWords.pop() ?? '').replace(/[,;:]*$/, ''));
      words.splice(at, words.length - at, ...loopWords, ...rest);
      bareWords.splice(0, bareWords.length, ...words.map(toBareWord));
    }
  }
  return words.join(' ');
}
