/** A run that repeats is at most so long, words. */
const LONGEST_LOOP = 12;

/** A word as it is compared: lower case, letters and digits alone. */
export const bare = (word: string): string => word.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');

/** Cuts a run of words that comes `times` times or more in a row down to once. */
export function cutLoops(text: string, times: number): string {
  const words = text.split(' ');
  const plain = words.map(bare);
  for (let length = 1; length <= LONGEST_LOOP; length += 1) {
    for (let at = 0; at + times * length <= words.length; at += 1) {
      const same = (from: number) =>
        plain.slice(at, at + length).every((word, i) => word === plain[from + i]);
      let end = at + length;
      while (end + length <= words.length && same(end)) end += length;
      if (end < at + times * length) continue;
      const broken = plain.slice(end).every((word, i) => plain[at + i]?.startsWith(word));
      const kept = words.slice(at, at + length);
      const rest = broken ? [] : words.slice(end);
      if (rest.length === 0) kept.push((kept.pop() ?? '').replace(/[,;:]*$/, ''));
      words.splice(at, words.length - at, ...kept, ...rest);
      plain.splice(0, plain.length, ...words.map(bare));
    }
  }
  return words.join(' ');
}
