import { removeRepetition, toBareWord } from '../subtitles/repetition.ts';
import { stripThoughts } from './strip-thoughts.ts';

/** Describes the evidence for names in a caption, and how generation ended. */
export interface CaptionContext {
  /** Speech and text on screen of the clip and its neighbours. */
  readonly evidence: readonly string[];
  /** False if the token budget cut the text; the incomplete last sentence is then dropped. */
  readonly complete: boolean;
  /** BCP 47 language of the caption. Names are not checked in languages that capitalise all nouns. */
  readonly language: string;
}

const FILLER_OPENERS: readonly RegExp[] = [
  /^(?:sure|certainly|of course|okay|ok|absolutely|great question)\s*[!,.:]+\s*/i,
  /^(?:here(?:'s| is| are)|this is|below is)\s+(?:a|an|the|my)?\s*(?:\w+\s+){0,3}(?:description|caption|summary|answer|breakdown)\b[^:.\n]*[:.\n]\s*/i,
  /^(?:assistant|answer|caption|description|summary)\s*:\s*/i,
  /^(?:in|throughout)\s+(?:this|the|these)\s+(?:short\s+|given\s+|provided\s+)?(?:video|clip|video clip|scene|footage|frames?|images?)\s*,\s*/i,
  /^(?:the|this|these)\s+(?:short\s+|given\s+|provided\s+)?(?:video|clip|video clip|scene|footage|frames?|images?)(?:\s+(?:of|from)\s+(?:the|this)\s+(?:video|clip))?\s+(?:shows?|depicts?|displays?|features?|captures?|presents?)\s+(?:that\s+)?/i,
];
const FILLER_CLOSERS =
  /^(?:let me know|i hope (?:this|that)|is there anything|feel free|if you (?:have|need|want)|please let me)/i;
const REFUSAL =
  /^(?:i(?:'m| am) (?:sorry|unable|not able)|i (?:cannot|can't|can not|do not have|don't have)|as an ai\b|sorry,)/i;
/** Lists words that are capitalised but are not names. */
const CAPITALISED_NON_NAMES = new Set(
  (
    'i tv usb pc dvd cd led lcd ui url pdf ok am pm ceo diy gps ' +
    'monday tuesday wednesday thursday friday saturday sunday january february march april may june july august ' +
    'september october november december christmas easter halloween ' +
    'english german french spanish italian chinese japanese korean russian arabic american british european asian african indian'
  ).split(' '),
);
/** Treats this many repetitions in a row as a loop. */
const MIN_REPETITIONS = 3;
const CAPITALISES_NOUNS = /^(?:de|lb|nds)\b/;

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function stripOpeners(text: string): string {
  let remaining = text;
  for (let previous = ''; previous !== remaining; ) {
    previous = remaining;
    for (const opener of FILLER_OPENERS) remaining = remaining.replace(opener, '');
  }
  return remaining === text ? text : upperFirst(remaining);
}

/** Caches segmenters: captions are in one or a few languages. */
const segmenters = new Map<string, Intl.Segmenter>();

function segmentSentences(text: string, language: string): readonly string[] {
  const segmenter = segmenters.get(language) ?? new Intl.Segmenter(language, { granularity: 'sentence' });
  segmenters.set(language, segmenter);
  return [...segmenter.segment(text)].map(({ segment }) => segment.trim()).filter(Boolean);
}

const NAME_PATTERN =
  /(?<![\p{L}\p{N}'’-])\p{Lu}[\p{L}'’-]+(?:\s+(?:of|the|von|van|de|la)?\s*\p{Lu}[\p{L}'’-]+)*/gu;
const OPENING_WORD =
  /^(?:the|an?|this|that|in|on|at|from|near|with|two|three|some|its|his|her|their|when|as|while|then)\s+/i;
const POSSESSIVE = /['’]s$/;

/** Returns whether every word of a name is heard or read in the video. */
function isEvidencedName(name: string, evidenceWords: ReadonlySet<string>): boolean {
  return name
    .split(/\s+/)
    .map((word) => toBareWord(word.replace(POSSESSIVE, '')))
    .every(
      (word) =>
        /^(?:of|the|von|van|de|la)$/.test(word) || evidenceWords.has(word) || CAPITALISED_NON_NAMES.has(word),
    );
}

/**
 * Removes names without evidence from a sentence. A person becomes `someone`. A place or thing, recognised by
 * the preceding word, becomes "what looks like ...".
 */
function removeUnsupportedNames(sentence: string, evidenceWords: ReadonlySet<string>): string {
  const namedClause =
    /[ ,]+(?:who is |whose name is )?(?:named|called|known as|nicknamed)\s+["'“]?(\p{L}[\p{L}'’-]*(?:\s+\p{Lu}[\p{L}'’-]+)*)["'”]?,?/gu;
  const withoutNamedClauses = sentence.replace(namedClause, (clause, name: string) => {
    const isUnsupported = name.split(/\s+/).some((word) => !evidenceWords.has(toBareWord(word)));
    return isUnsupported ? '' : clause;
  });
  return withoutNamedClauses.replace(NAME_PATTERN, (matchedName, from: number) => {
    const opener = from === 0 ? (OPENING_WORD.exec(matchedName)?.[0] ?? '') : '';
    const name = matchedName.slice(opener.length);
    if (!name || isEvidencedName(name, evidenceWords)) return matchedName;
    const opensSentence = from === 0 && !opener;
    // Keeps a single capitalised word at the start of a sentence: it is rarely a name.
    if (opensSentence && !name.includes(' ') && !POSSESSIVE.test(name)) return matchedName;
    const textBefore = withoutNamedClauses.slice(0, from) + opener;
    // Keeps a thing with an article: it may be recognisable by sight, like the Eiffel Tower.
    if (/\b(?:the|an?|two|three|some|its|his|her|their)\s+$/i.test(textBefore)) return matchedName;
    if (/\b(?:in|at|from|near|to|towards?|outside|inside)\s+$/i.test(textBefore)) {
      return `${opener}what looks like ${name}`;
    }
    const someone = opensSentence ? 'Someone' : 'someone';
    return opener + (POSSESSIVE.test(name) ? `${someone}'s` : someone);
  });
}

/**
 * Cleans a caption for storage. Removes a model's thoughts, chat filler, markup, loops, incomplete sentences and names without
 * evidence. Returns '' if nothing is left, for example after a refusal.
 */
export function cleanCaption(text: string, { evidence, complete, language }: CaptionContext): string {
  const plainText = stripThoughts(text)
    .replace(/<[^<>\s]{1,40}>/g, ' ')
    .replace(/[*_#`]+/g, '')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .replace(/ +([.,;:!?])/g, '$1')
    .trim();
  const withoutOpeners = stripOpeners(plainText);
  if (REFUSAL.test(withoutOpeners)) return '';
  const withoutRepetition = removeRepetition(withoutOpeners, MIN_REPETITIONS);
  const allSentences = segmentSentences(withoutRepetition, language);
  const completeSentences =
    complete || allSentences.length < 2 || /[.!?。！？]["'”)]?$/.test(allSentences.at(-1) ?? '')
      ? allSentences
      : allSentences.slice(0, -1);
  const evidenceWords = new Set(
    evidence.flatMap((line) =>
      line.split(/[\s"“”.,;:!?()]+/).map((word) => toBareWord(word.replace(POSSESSIVE, ''))),
    ),
  );
  evidenceWords.delete('');
  const seenKeys = new Set<string>();
  const cleanSentences: string[] = [];
  for (const sentence of completeSentences) {
    if (FILLER_CLOSERS.test(sentence)) continue;
    const key = toBareWord(sentence);
    if (!key || seenKeys.has(key)) continue;
    seenKeys.add(key);
    cleanSentences.push(
      CAPITALISES_NOUNS.test(language) ? sentence : removeUnsupportedNames(sentence, evidenceWords),
    );
  }
  return cleanSentences.join(' ').replace(/ {2,}/g, ' ').trim();
}
