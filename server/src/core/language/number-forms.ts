import { oncePerLocale } from './locale-patterns.ts';
import { findLocale } from './locales/all-locales.ts';

/** Names of numbers that have one; 1 is left out, because its names are articles. */
const namesOf = oncePerLocale(({ numbers }) =>
  Map.groupBy(
    Object.entries(numbers).filter(([, value]) => value > 1),
    ([, value]) => String(value),
  ),
);

/** Returns how else a number of a question is written: "nine" for "9", and the other way round. [] for other words. */
export function findNumberForms(word: string, language: string): readonly string[] {
  const locale = findLocale(language);
  if (!locale) return [];
  const names = namesOf(locale)
    .get(word)
    ?.map(([name]) => name);
  if (names) return names;
  const value = locale.numbers[word];
  return value === undefined || value < 2 ? [] : [String(value)];
}
