/** Endings that British and American English spell differently, each way round. */
const ENDINGS: readonly (readonly [RegExp, string])[] = [
  [/our(s|ed|ing|ful|less|ite|ites|able|hood|er|ers)?$/, 'or$1'],
  [/or(s|ed|ing|ful|less|ite|ites|able|hood)?$/, 'our$1'],
  [/is(e|es|ed|ing|er|ers|ation|ations)$/, 'iz$1'],
  [/iz(e|es|ed|ing|er|ers|ation|ations)$/, 'is$1'],
  [/ys(e|es|ed|ing|er|ers)$/, 'yz$1'],
  [/yz(e|es|ed|ing|er|ers)$/, 'ys$1'],
  [/(cent|met|lit|theat|fib|calib|spect|somb|meag|lust)re(s?)$/, '$1er$2'],
  [/(cent|met|lit|theat|fib|calib|spect|somb|meag|lust)er(s?)$/, '$1re$2'],
  [/(catal|dial|anal|monol|prol)ogue(s?)$/, '$1og$2'],
  [/(catal|dial|anal|monol|prol)og(s?)$/, '$1ogue$2'],
  [/(def|off|lic|pret)ence(s?)$/, '$1ense$2'],
  [/(def|off|lic|pret)ense(s?)$/, '$1ence$2'],
  [/([a-z]{3})ll(ing|ed|er|ers)$/, '$1l$2'],
  [/([a-z]{2}[aeiou])l(ing|ed|er|ers)$/, '$1ll$2'],
];

/** Words that follow no rule: British, then American. */
const WORDS: readonly (readonly [string, string])[] = [
  ['grey', 'gray'],
  ['tyre', 'tire'],
  ['aluminium', 'aluminum'],
  ['mould', 'mold'],
  ['plough', 'plow'],
  ['programme', 'program'],
  ['jewellery', 'jewelry'],
  ['sulphur', 'sulfur'],
  ['kerb', 'curb'],
  ['pyjamas', 'pajamas'],
  ['sceptic', 'skeptic'],
  ['draught', 'draft'],
  ['mum', 'mom'],
  ['maths', 'math'],
  ['anaesthetic', 'anesthetic'],
  ['anaemia', 'anemia'],
  ['oestrogen', 'estrogen'],
  ['manoeuvre', 'maneuver'],
];
const OTHER_SPELLINGS = new Map(WORDS.flatMap(([a, b]) => [[a, b] as const, [b, a] as const]));

/**
 * Returns other spellings of an English word of a question, lower-case: "color" for "colour". Some are no words: they are
 * found nowhere, and cost nothing. [] in other languages.
 */
export function findSpellingVariants(word: string, language: string): readonly string[] {
  if (language !== 'en' || word.length < 3) return [];
  const plural = word.endsWith('s') ? OTHER_SPELLINGS.get(word.slice(0, -1)) : undefined;
  const listed = OTHER_SPELLINGS.get(word) ?? (plural && `${plural}s`);
  const byEnding = ENDINGS.filter(([ending]) => ending.test(word)).map(([ending, other]) =>
    word.replace(ending, other),
  );
  return listed ? [listed, ...byEnding] : byEnding;
}

/** Words joined by hyphens, each of letters and digits. */
const HYPHENATED = /(?<![\p{L}\p{N}])([\p{L}\p{N}]+)(?:[-‐‑][\p{L}\p{N}]+)+(?![\p{L}\p{N}])/gu;
/** Longer chains are no spelling of one word. */
const MAX_JOINED_CHARS = 24;

/** Returns what words with hyphens are as one word, "fly-out" as "flyout" and "3-D" as "3d", each with its first part. */
export function joinHyphenated(text: string): readonly { readonly first: string; readonly joined: string }[] {
  if (!/[-‐‑]/.test(text)) return [];
  return [...text.toLowerCase().matchAll(HYPHENATED)].flatMap(([whole, first = '']) => {
    const joined = whole.replace(/[-‐‑]/g, '');
    return joined.length <= MAX_JOINED_CHARS && /\p{L}/u.test(joined) ? [{ first, joined }] : [];
  });
}
