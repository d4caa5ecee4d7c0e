import { detectAll, supportedLanguages } from 'tinyld/light';
import { baseLanguage } from '../language/stemmer.ts';
import { findLanguageCode, toEnglishName } from './language-names.ts';

/** Holds what the name of a sidecar file states. */
export interface NameHints {
  /** BCP 47 tag. */
  readonly language?: string;
  readonly isDescription: boolean;
  /** True for tracks that contain only some lines: signs and foreign speech. */
  readonly forced: boolean;
  /** True for thumbnails and other data that is not text to read. */
  readonly isMetadata: boolean;
}

/** Lists name parts that are not languages, although some are language codes. */
const FLAG_WORDS = new Set(
  'forced sdh cc hi default auto auto-generated orig original asr captions subtitles subs sub full foreign sync'.split(
    ' ',
  ),
);

/** Maps common language abbreviations that are not valid codes, or codes of something else. */
const ABBREVIATIONS: Readonly<Record<string, string>> = {
  chs: 'zh-Hans',
  sc: 'zh-Hans',
  gb: 'zh-Hans',
  cn: 'zh-Hans',
  cht: 'zh-Hant',
  tc: 'zh-Hant',
  big5: 'zh-Hant',
  tw: 'zh-Hant',
  jp: 'ja',
  jap: 'ja',
  kr: 'ko',
  pob: 'pt-BR',
  pb: 'pt-BR',
  ptbr: 'pt-BR',
  cz: 'cs',
  dk: 'da',
  gr: 'el',
  ua: 'uk',
  vn: 'vi',
  esp: 'es',
  spl: 'es-419',
  scr: 'hr',
  scc: 'sr',
};

/**
 * Parses names such as `talk.pt-BR.srt`, `talk.en.forced.vtt`, `chrome.descriptions.vtt` and `2_English.srt`.
 * The part shared with the video's name is removed first. If the video is unknown, the first part is removed,
 * so that `This.Is.Us.srt` is not Icelandic. `hi` means Hindi only if no other language is named.
 */
export function parseNameHints(name: string, video?: string): NameHints {
  const rest = removeStem(name, video);
  const parts = rest.split('.').slice(0, -1);
  const laterParts = parts.slice(1).map((part) => part.toLowerCase());
  const candidates = parts.slice(1).reverse();
  const numberedPart = parts.length === 1 ? /^\d+_(.+)$/.exec(parts[0] ?? '')?.[1] : undefined;
  if (numberedPart !== undefined) candidates.push(numberedPart);
  const languageCandidates = candidates.filter((part) => !FLAG_WORDS.has(part.toLowerCase()));
  const fallbackLanguage = candidates.some((part) => part.toLowerCase() === 'hi') ? 'hi' : undefined;
  return {
    language:
      languageCandidates.map(parseLanguage).find((language) => language !== undefined) ?? fallbackLanguage,
    isDescription: laterParts.some((part) => /^(?:(?:audio-?)?descriptions?|chapters)$/.test(part)),
    forced: laterParts.some((part) => /^(?:forced|foreign)$/.test(part)),
    isMetadata: laterParts.some((part) =>
      /^(metadata|thumbnails?|thumbs|sprites?|storyboard|telemetry)$/.test(part),
    ),
  };
}

/**
 * Returns the name after the video's stem, from the dot on; the whole name if it does not start with the
 * stem.
 */
function removeStem(name: string, video: string | undefined): string {
  if (video === undefined) return name;
  const fileName = name.normalize('NFC');
  const videoName = video.normalize('NFC');
  const dot = videoName.lastIndexOf('.');
  for (const stem of [videoName, dot > 0 ? videoName.slice(0, dot) : videoName]) {
    if (fileName.toLowerCase().startsWith(`${stem.toLowerCase()}.`)) return `_${fileName.slice(stem.length)}`;
  }
  return fileName;
}

/** BCP 47 for a tag (`pt-BR`, `pt_br`, `eng`), a mark (`chs`) or an English name (`German`); undefined for others. */
function parseLanguage(text: string): string | undefined {
  const lowerText = text.trim().toLowerCase();
  const markedLanguage = ABBREVIATIONS[lowerText];
  if (markedLanguage !== undefined) return markedLanguage;
  const code = findLanguageCode(lowerText);
  if (code !== undefined) return Intl.getCanonicalLocales(code)[0] ?? code;
  const tag = text.trim().replaceAll('_', '-');
  if (!/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/.test(tag)) return undefined;
  try {
    const [canonical] = Intl.getCanonicalLocales(tag);
    const primary = canonical?.split('-')[0] ?? '';
    return toEnglishName(primary) === undefined ? undefined : canonical;
  } catch {
    return undefined;
  }
}

/** Maximum length of the text sample, in characters; more does not improve the guess. */
const MAX_SAMPLE_CHARS = 1200;
/** Minimum number of letters for a guess. */
const MIN_LETTERS = 60;
/** Minimum accuracy of a guess that overrides a stated language, and of one without a stated language. */
const MIN_ACCURACY = 0.5;
const MIN_UNSTATED_ACCURACY = 0.6;

/**
 * Returns the language of a track, as BCP 47. The text decides if it is clearly in another language than
 * stated. Otherwise the file's statement counts, then its name, then the text.
 */
export function decideTrackLanguage(
  stated: string,
  nameLanguage: string | undefined,
  cues: readonly { readonly text: string }[],
): string | undefined {
  const claimed = parseLanguage(stated.slice(0, 40)) ?? nameLanguage;
  const sample = takeSample(cues);
  const languageGuess = guessFromText(sample);
  if (languageGuess === undefined) return claimed;
  if (claimed === undefined) return isDoubtful(languageGuess, sample) ? undefined : languageGuess.language;
  const base = baseLanguage(claimed);
  if (base === undefined || base === languageGuess.language) return claimed;
  // The detector takes unsupported languages for a related one, but never for English or another script.
  const isOther =
    SUPPORTED_LANGUAGES.has(base) ||
    languageGuess.language === 'en' ||
    (LATIN_LANGUAGES.has(base) && !LATIN_LANGUAGES.has(languageGuess.language));
  return isOther ? languageGuess.language : claimed;
}

interface LanguageGuess {
  readonly language: string;
  readonly accuracy: number;
}

/** Languages that the detector reports for related languages it does not support. */
const AMBIGUOUS_LANGUAGES = new Set(['no', 'id', 'ar']);
const SUPPORTED_LANGUAGES: ReadonlySet<string> = new Set(
  supportedLanguages
    .flatMap((code) => baseLanguage(code) ?? [])
    .filter((code) => !AMBIGUOUS_LANGUAGES.has(code)),
);
const LATIN_LANGUAGES = new Set(
  'en de es pt it nl fr ga la cs sr sk da sv no fi is hu ro pl lt et lv tr id ms vi tl af eo tk ca hr bs sl sq gl eu cy'.split(
    ' ',
  ),
);

function isDoubtful({ language, accuracy }: LanguageGuess, sample: string): boolean {
  if (accuracy < MIN_UNSTATED_ACCURACY || AMBIGUOUS_LANGUAGES.has(language)) return true;
  // Ukrainian, Bulgarian and Serbian do not use these letters.
  return language === 'ru' && !/[ыэ]/.test(sample);
}

function takeSample(cues: readonly { readonly text: string }[]): string {
  let sample = '';
  for (const { text } of cues) {
    if (sample.length >= MAX_SAMPLE_CHARS) break;
    sample += `${text}\n`;
  }
  return sample.slice(0, MAX_SAMPLE_CHARS);
}

function guessFromText(sample: string): LanguageGuess | undefined {
  const scriptLanguage = detectScriptLanguage(sample);
  if (scriptLanguage !== undefined) return { language: scriptLanguage, accuracy: 1 };
  if ((sample.match(/\p{L}/gu)?.length ?? 0) < MIN_LETTERS) return undefined;
  const [bestGuess] = detectAll(sample);
  const language = bestGuess && bestGuess.accuracy >= MIN_ACCURACY ? baseLanguage(bestGuess.lang) : undefined;
  return bestGuess && language ? { language, accuracy: bestGuess.accuracy } : undefined;
}

/** Returns the language that the script determines without its words, if most letters belong to it. */
function detectScriptLanguage(text: string): string | undefined {
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  const share = (script: RegExp) => (text.match(script)?.length ?? 0) / Math.max(1, letters);
  if (letters < MIN_LETTERS / 6) return undefined;
  if (share(/\p{Script=Thai}/gu) > 0.5) return 'th';
  if (share(/\p{Script=Hangul}/gu) > 0.5) return 'ko';
  const kana = share(/[\p{Script=Hiragana}\p{Script=Katakana}]/gu);
  if (kana > 0.1 && kana + share(/\p{Script=Han}/gu) > 0.5) return 'ja';
  return share(/\p{Script=Han}/gu) > 0.5 && kana < 0.01 ? 'zh' : undefined;
}
