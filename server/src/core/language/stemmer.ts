import snowball, { type Stemmer } from 'snowball-stemmers';
import { detectAll } from 'tinyld/light';

/** ISO 639-2 codes for bibliographies that Matroska and MP4 files carry and Intl does not know. */
const BIBLIOGRAPHIC_CODES: Readonly<Record<string, string>> = {
  alb: 'sq',
  arm: 'hy',
  baq: 'eu',
  bur: 'my',
  chi: 'zh',
  cze: 'cs',
  dut: 'nl',
  fre: 'fr',
  geo: 'ka',
  ger: 'de',
  gre: 'el',
  ice: 'is',
  mac: 'mk',
  may: 'ms',
  per: 'fa',
  rum: 'ro',
  slo: 'sk',
  wel: 'cy',
};

const STEMMER_ALGORITHMS: Readonly<Record<string, string>> = {
  ar: 'arabic',
  hy: 'armenian',
  eu: 'basque',
  ca: 'catalan',
  cs: 'czech',
  da: 'danish',
  nl: 'dutch',
  en: 'english',
  fi: 'finnish',
  fr: 'french',
  de: 'german',
  hu: 'hungarian',
  it: 'italian',
  ga: 'irish',
  no: 'norwegian',
  pt: 'portuguese',
  ro: 'romanian',
  ru: 'russian',
  es: 'spanish',
  sl: 'slovene',
  sv: 'swedish',
  ta: 'tamil',
  tr: 'turkish',
};

/** Languages that have a stemmer: the only ones whose words differ by analyser. */
export const STEMMED_LANGUAGES: readonly string[] = Object.keys(STEMMER_ALGORITHMS);

/** What analysis does with a text whose language nobody knows and no guess is sure of. */
export const DEFAULT_LANGUAGE = 'en';

const stemmers = new Map<string, Stemmer | null>();

/** Stems one lower-case word. A language without a stemmer gives it back unchanged. */
export function stem(word: string, language: string): string {
  let stemmer = stemmers.get(language);
  if (stemmer === undefined) {
    const algorithm = STEMMER_ALGORITHMS[language];
    stemmer = algorithm === undefined ? null : snowball.newStemmer(algorithm);
    stemmers.set(language, stemmer);
  }
  return stemmer === null ? word : stemmer.stem(word);
}

const baseLanguageCache = new Map<string, string | undefined>();
/** Tags come from files: more of them than there are languages are not worth remembering. */
const MAX_CACHED_TAGS = 1_000;

/** `deu`, `ger`, `de-CH` -> `de`; undefined for `und`, `zxx` and what is no language code at all. */
export function baseLanguage(tag: string | undefined): string | undefined {
  if (!tag) return undefined;
  if (!baseLanguageCache.has(tag)) {
    if (baseLanguageCache.size >= MAX_CACHED_TAGS) baseLanguageCache.clear();
    baseLanguageCache.set(tag, parseBaseLanguage(tag));
  }
  return baseLanguageCache.get(tag);
}

function parseBaseLanguage(tag: string): string | undefined {
  const first = tag.trim().toLowerCase().split(/[-_]/)[0] ?? '';
  const bibliographicCode = BIBLIOGRAPHIC_CODES[first];
  if (bibliographicCode) return bibliographicCode;
  if (!/^[a-z]{2,3}$/.test(first) || ['und', 'zxx', 'mis', 'mul'].includes(first)) return undefined;
  const base = new Intl.Locale(first).language;
  return base === 'nb' || base === 'nn' ? 'no' : base;
}

/** Text beyond this adds nothing to a guess, characters. */
const MAX_SAMPLE_CHARS = 2000;
/** Below this a guess among Latin languages is a coin toss, letters. */
const MIN_SAMPLE_LETTERS = 40;

/** Guesses of texts that were asked for last: passages and outlines of a video contain the same lines. */
const guesses = new Map<string, string | undefined>();
const MAX_CACHED_GUESSES = 100;

/**
 * The language of a text, by its script where that says it, else by its letters; undefined where too little
 * is known. With `among`, only those are considered and short texts are guessed as well.
 */
export function guessLanguage(text: string, candidates?: readonly string[]): string | undefined {
  const sample = text.slice(0, MAX_SAMPLE_CHARS);
  if (/[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(sample)) return 'ja';
  if (/\p{Script=Hangul}/u.test(sample)) return 'ko';
  if (/\p{Script=Han}/u.test(sample)) return 'zh';
  if (/\p{Script=Thai}/u.test(sample)) return 'th';
  const letters = sample.match(/\p{L}/gu)?.length ?? 0;
  if (candidates) return baseLanguage(detectAll(sample, { only: [...candidates] })[0]?.lang);
  if (letters < MIN_SAMPLE_LETTERS) return undefined;
  if (!guesses.has(sample)) {
    if (guesses.size >= MAX_CACHED_GUESSES) guesses.clear();
    guesses.set(sample, baseLanguage(detectAll(sample)[0]?.lang));
  }
  return guesses.get(sample);
}
