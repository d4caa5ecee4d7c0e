const SEPARABLE_VERB =
  /^(?:ab|an|auf|aus|bei|ein|fest|her|hin|los|mit|nach|um|vor|weg|weiter|zurück|zusammen|zu)(\p{L}{3,}e?n)$/u;

/**
 * Returns other forms of a German verb in a question: "lagert" for "lagern", "gedüngt" for "düngt", and "säen" for "aussäen", which
 * stands apart from its prefix in "wir säen sie aus". [] in other languages.
 */
export function findVerbForms(word: string, language: string): readonly string[] {
  if (language !== 'de') return [];
  const separated = SEPARABLE_VERB.exec(word)?.[1];
  const participle = /^(?!ge)\p{L}{3,}t$/u.test(word) ? `ge${word}` : undefined;
  const withoutPrefix = /^ge(\p{L}{3,}t)$/u.exec(word)?.[1];
  const stemOfPresent = /^(\p{L}{3,}?)e?t$/u.exec(word)?.[1];
  const stemOfInfinitive = /^(\p{L}{3,}?)e?n$/u.exec(word)?.[1];
  const infinitive = stemOfPresent && `${stemOfPresent}en`;
  const present = stemOfInfinitive && `${stemOfInfinitive}t`;
  return [separated, participle, withoutPrefix, infinitive, present].flatMap((form) => form || []);
}
