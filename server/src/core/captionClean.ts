import { bare, cutLoops } from './loops.ts';

/** What a caption may rest its names on, and how the model stopped. */
export interface CaptionContext {
  /** Speech and screen text of the clip and its neighbours. */
  readonly evidence: readonly string[];
  /** False where the model was cut at its token budget: the last, broken sentence is dropped. */
  readonly complete: boolean;
  /** BCP 47 of the caption; names are not looked for in languages that capitalise all nouns. */
  readonly language: string;
}

const OPENERS: readonly RegExp[] = [
  /^(?:sure|certainly|of course|okay|ok|absolutely|great question)\s*[!,.:]+\s*/i,
  /^(?:here(?:'s| is| are)|this is|below is)\s+(?:a|an|the|my)?\s*(?:\w+\s+){0,3}(?:description|caption|summary|answer|breakdown)\b[^:.\n]*[:.\n]\s*/i,
  /^(?:assistant|answer|caption|description|summary)\s*:\s*/i,
  /^(?:in|throughout)\s+(?:this|the|these)\s+(?:short\s+|given\s+|provided\s+)?(?:video|clip|video clip|scene|footage|frames?|images?)\s*,\s*/i,
  /^(?:the|this|these)\s+(?:short\s+|given\s+|provided\s+)?(?:video|clip|video clip|scene|footage|frames?|images?)(?:\s+(?:of|from)\s+(?:the|this)\s+(?:video|clip))?\s+(?:shows?|depicts?|displays?|features?|captures?|presents?)\s+(?:that\s+)?/i,
];
const CLOSERS =
  /^(?:let me know|i hope (?:this|that)|is there anything|feel free|if you (?:have|need|want)|please let me)/i;
const REFUSAL =
  /^(?:i(?:'m| am) (?:sorry|unable|not able)|i (?:cannot|can't|can not|do not have|don't have)|as an ai\b|sorry,)/i;
/** Words that are capitalised without being anybody's name. */
const NO_NAMES = new Set(
  (
    'i tv usb pc dvd cd led lcd ui url pdf ok am pm ceo diy gps ' +
    'monday tuesday wednesday thursday friday saturday sunday january february march april may june july august ' +
    'september october november december christmas easter halloween ' +
    'english german french spanish italian chinese japanese korean russian arabic american british european asian african indian'
  ).split(' '),
);
/** So many times in a row are a loop. */
const LOOP = 3;
const NOUNS_CAPITALISED = /^(?:de|lb|nds)\b/;

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function stripOpeners(text: string): string {
  let left = text;
  for (let before = ''; before !== left; ) {
    before = left;
    for (const opener of OPENERS) left = left.replace(opener, '');
  }
  return left === text ? text : upperFirst(left);
}

/** Captions are in one language, seldom in a few. */
const segmenters = new Map<string, Intl.Segmenter>();

function sentencesOf(text: string, language: string): readonly string[] {
  const segmenter = segmenters.get(language) ?? new Intl.Segmenter(language, { granularity: 'sentence' });
  segmenters.set(language, segmenter);
  return [...segmenter.segment(text)].map(({ segment }) => segment.trim()).filter(Boolean);
}

const NAME = /(?<![\p{L}\p{N}'’-])\p{Lu}[\p{L}'’-]+(?:\s+(?:of|the|von|van|de|la)?\s*\p{Lu}[\p{L}'’-]+)*/gu;
const OPENING_WORD =
  /^(?:the|an?|this|that|in|on|at|from|near|with|two|three|some|its|his|her|their|when|as|while|then)\s+/i;
const WHOSE = /['’]s$/;

/** Is every word of the name heard or read? */
function stands(name: string, known: ReadonlySet<string>): boolean {
  return name
    .split(/\s+/)
    .map((word) => bare(word.replace(WHOSE, '')))
    .every((word) => /^(?:of|the|von|van|de|la)$/.test(word) || known.has(word) || NO_NAMES.has(word));
}

/**
 * Takes names that nobody said or wrote out of a sentence. People become `someone`; a place or thing, told by the
 * word before it, is kept as what it looks like.
 */
function withoutStrangeNames(sentence: string, known: ReadonlySet<string>): string {
  const named =
    /[ ,]+(?:who is |whose name is )?(?:named|called|known as|nicknamed)\s+["'“]?(\p{L}[\p{L}'’-]*(?:\s+\p{Lu}[\p{L}'’-]+)*)["'”]?,?/gu;
  const once = sentence.replace(named, (whole, name: string) => {
    const strange = name.split(/\s+/).some((word) => !known.has(bare(word)));
    return strange ? '' : whole;
  });
  return once.replace(NAME, (whole, from: number) => {
    const opener = from === 0 ? (OPENING_WORD.exec(whole)?.[0] ?? '') : '';
    const name = whole.slice(opener.length);
    if (!name || stands(name, known)) return whole;
    const opens = from === 0 && !opener;
    // One capitalised word that opens a sentence is mostly no name.
    if (opens && !name.includes(' ') && !WHOSE.test(name)) return whole;
    const before = once.slice(0, from) + opener;
    // A thing with an article may well be known by its looks: the Eiffel Tower.
    if (/\b(?:the|an?|two|three|some|its|his|her|their)\s+$/i.test(before)) return whole;
    if (/\b(?:in|at|from|near|to|towards?|outside|inside)\s+$/i.test(before)) {
      return `${opener}what looks like ${name}`;
    }
    const someone = opens ? 'Someone' : 'someone';
    return opener + (WHOSE.test(name) ? `${someone}'s` : someone);
  });
}

/**
 * A caption as it is stored: chat filler, markup and loops gone, whole sentences only, no name that nobody said or
 * wrote. Empty where nothing is left, such as after a refusal.
 */
export function cleanCaption(text: string, { evidence, complete, language }: CaptionContext): string {
  const plain = text
    .replace(/<[^<>\s]{1,40}>/g, ' ')
    .replace(/[*_#`]+/g, '')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .replace(/ +([.,;:!?])/g, '$1')
    .trim();
  const opened = stripOpeners(plain);
  if (REFUSAL.test(opened)) return '';
  const looped = cutLoops(opened, LOOP);
  const all = sentencesOf(looped, language);
  const whole =
    complete || all.length < 2 || /[.!?。！？]["'”)]?$/.test(all.at(-1) ?? '') ? all : all.slice(0, -1);
  const known = new Set(
    evidence.flatMap((line) => line.split(/[\s"“”.,;:!?()]+/).map((word) => bare(word.replace(WHOSE, '')))),
  );
  known.delete('');
  const seen = new Set<string>();
  const kept: string[] = [];
  for (const sentence of whole) {
    if (CLOSERS.test(sentence)) continue;
    const key = bare(sentence);
    if (!key || seen.has(key)) continue;
    seen.add(key);
    kept.push(NOUNS_CAPITALISED.test(language) ? sentence : withoutStrangeNames(sentence, known));
  }
  return kept.join(' ').replace(/ {2,}/g, ' ').trim();
}
