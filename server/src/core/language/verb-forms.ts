import { oncePerLocale, splitWordList } from './locale-patterns.ts';
import { findLocale } from './locales/all-locales.ts';

const SEPARABLE_VERB =
  /^(?:ab|an|auf|aus|bei|ein|fest|her|hin|los|mit|nach|um|vor|weg|weiter|zurück|zusammen|zu)(\p{L}{3,}e?n)$/u;

const irregularFormsOf = oncePerLocale(({ irregularVerbs = '' }) => {
  const forms = new Map<string, readonly string[]>();
  for (const verb of irregularVerbs.split(',')) {
    const words = splitWordList(verb);
    for (const word of words) forms.set(word, [...(forms.get(word) ?? []), ...words]);
  }
  return forms;
});

/**
 * Returns other forms of a verb in a question, which a stemmer does not know: "spent" for "spend", "gegossen" for "gießt". []
 * for other words and in languages without such a list.
 */
export function findVerbForms(word: string, language: string): readonly string[] {
  const locale = findLocale(language);
  const irregular = (locale && irregularFormsOf(locale).get(word)) ?? [];
  return language === 'de' ? [...irregular, ...findGermanForms(word)] : irregular;
}

/**
 * Returns other regular forms of a German verb: "lagert" for "lagern", "gedüngt" for "düngt", and "säen" for "aussäen", which
 * stands apart from its prefix in "wir säen sie aus".
 */
function findGermanForms(word: string): readonly string[] {
  const separated = SEPARABLE_VERB.exec(word)?.[1];
  const participle = /^(?!ge)\p{L}{3,}t$/u.test(word) ? `ge${word}` : undefined;
  const withoutPrefix = /^ge(\p{L}{3,}t)$/u.exec(word)?.[1];
  const stemOfPresent = /^(\p{L}{3,}?)e?t$/u.exec(word)?.[1];
  const stemOfInfinitive = /^(\p{L}{3,}?)e?n$/u.exec(word)?.[1];
  const infinitive = stemOfPresent && `${stemOfPresent}en`;
  const present = stemOfInfinitive && `${stemOfInfinitive}t`;
  return [separated, participle, withoutPrefix, infinitive, present].flatMap((form) => form || []);
}
