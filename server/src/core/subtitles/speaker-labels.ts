import { ITEMS_PER_STEP, mapInSteps, type Steps } from '../text/steps.ts';

/** A line that may name its speaker. */
export interface SpokenLine {
  readonly text: string;
  readonly speaker?: string;
}

/** Words before a colon that are not names. */
const NOT_NAMES = new Set(
  (
    'note notes warning warnings caution example examples tip tips question questions answer answers step steps chapter ' +
    'part section figure table summary update edit todo hint result results output input error info important remember ' +
    'definition theorem lemma proof exercise problem solution option options http https file time date today tomorrow ' +
    'q a ps fyi music narration translation subtitles captions title url email first second third finally next so and ' +
    'but because remember think here there this that now then ok okay yes no well look listen'
  ).split(' '),
);

const TURN_MARK = /^(?:>{1,3}|»|[-–—•])\s*/;
/** Matches particles inside names: José da Silva, Anna van der Berg, Omar ibn Said. */
const NAME_PARTICLE =
  '(?:d[aeiou]s?|del|della|von|zu[mr]?|van|der|den|ter|la|le|el|al|bin|ibn|bint|ben|af|av|of|the|[ye])';
const NAME_WORD = String.raw`[\p{L}\p{N}][\p{L}\p{M}\p{N}.'’_-]*`;
const CAPITALISED_WORD = String.raw`[\p{Lu}\p{Lo}\p{N}][\p{L}\p{M}\p{N}.'’_-]*`;
/** Matches notes after a name: `(he/him)`, `(laughing)`, `[host]`. */
const NAME_NOTE = String.raw`(?: ?[([][^)\]]{1,30}[)\]]){0,2}`;
const LABEL_COLON = String.raw`[\])]?\s?[:：](?!\/\/)\s*(?=\S)`;
const CAPITALISED_LABEL = new RegExp(
  String.raw`^[[(]?([\p{Lu}\p{Lo}][\p{L}\p{M}\p{N}.'’_-]*(?: (?:${NAME_PARTICLE} ){0,3}${CAPITALISED_WORD}){0,4})${NAME_NOTE}${LABEL_COLON}`,
  'u',
);
const UNCASED_LABEL = new RegExp(`^[[(]?(${NAME_WORD}(?: ${NAME_WORD}){0,3})${NAME_NOTE}${LABEL_COLON}`, 'u');

/** Maximum length of the part that may contain a name, in characters. */
const MAX_HEAD_CHARS = 90;
/**
 * Treats any words before a colon as a speaker if they start at least this many lines and this share of them.
 */
const MIN_TURNS = 3;
const MIN_TURN_SHARE = 0.1;

/**
 * Removes `Ana: `, `>> ANA:` and `[Ana]:` from the start of lines and sets the speaker. A name in a script
 * without capitals must start two lines of the track, and one in lower case several. Otherwise it may be any
 * words before a colon.
 */
export function* splitSpeakerLabels(
  tracks: readonly (readonly SpokenLine[])[],
): Steps<readonly (readonly SpokenLine[])[]> {
  const counts = new Map<string, number>();
  let lines = 0;
  for (const { text, speaker } of tracks.flat()) {
    if (lines % ITEMS_PER_STEP === 0) yield;
    lines += 1;
    const name = speaker === undefined ? parseSpeakerLabel(text)?.name : undefined;
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const isSpeaker = (name: string, isNamed: boolean) => {
    const count = counts.get(name) ?? 0;
    if (isNamed) return /^\p{Lu}/u.test(name) || count >= 2;
    return count >= MIN_TURNS && count >= lines * MIN_TURN_SHARE;
  };
  return yield* mapInSteps(tracks, (cue) =>
    cue.map((line) => {
      const bareText = line.text.replace(TURN_MARK, '') || line.text;
      const label = line.speaker === undefined ? parseSpeakerLabel(line.text) : undefined;
      if (label === undefined || !isSpeaker(label.name, label.isNamed)) return { ...line, text: bareText };
      return { text: label.rest, speaker: label.name };
    }),
  );
}

interface SpeakerLabel {
  readonly name: string;
  readonly rest: string;
  /** True if written like a name: capitalised, or in a script without capitals. */
  readonly isNamed: boolean;
}

function parseSpeakerLabel(text: string): SpeakerLabel | undefined {
  const bareText = text.replace(TURN_MARK, '');
  const head = bareText.slice(0, MAX_HEAD_CHARS);
  const capitalisedMatch = CAPITALISED_LABEL.exec(head);
  const match = capitalisedMatch ?? UNCASED_LABEL.exec(head);
  const name = match?.[1];
  if (match === null || name === undefined || name.length > 40 || !/\p{L}/u.test(name)) return undefined;
  if (NOT_NAMES.has((name.split(' ')[0] ?? '').toLowerCase())) return undefined;
  if (/^\d/.test(bareText.slice(match[0].length)) && /\d$/.test(name)) return undefined;
  return { name, rest: bareText.slice(match[0].length), isNamed: capitalisedMatch !== null };
}
