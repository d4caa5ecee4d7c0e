import { asksForAmount, tellsAmount } from './amounts.ts';
import { plainText } from './demands.ts';
import type { Line } from './description.ts';
import { LONGEST_HIT_MS } from './moment.ts';
import type { Question } from './question.ts';
import { overlapMs, type TimeRange } from './range.ts';
import { asksForRate, tellsRate } from './rates.ts';
import { holds } from './rescore.ts';
import { asks, type Sentence, sentences } from './sentences.ts';
import { analyse } from './words.ts';

/** Less is no answer by itself: the sentence after it comes along. */
const FEWEST_WORDS = 4;
/** What is left of a sentence's gain where it lies outside the hit, and where it asks and does not tell. */
const OUTSIDE = 0.8;
const ASKING = 0.8;
const PAIR = 0.5;
/** A word that says little, and one that only names who speaks: all that they say carries it. */
const WEAK = 0.2;
const SPEAKER = 0.3;
/** What a word loses that every sentence here says. */
const COMMON = 0.5;
/** What two words in a row count for that stand so in the question, small words too: "how long", "does it". */
const ECHO = 0.25;
const MOST_ECHOES = 3;
/** What a number, a date or a rate counts for where one is asked for. */
const AMOUNT = 0.3;
/** Characters of a screen that are quoted. */
const MOST_SCREEN = 200;

/** Between two lines of a screen. */
const BREAK = ' · ';

interface Gain {
  readonly sentence: Sentence;
  readonly at: number;
  readonly gain: number;
}

function echoes(question: Question, text: string): number {
  const asked = ` ${plainText(question.text)} `;
  const words = plainText(text).split(' ');
  return words.filter((word, i) => i > 0 && asked.includes(` ${words[i - 1]} ${word} `)).length;
}

/** A sentence's terms, its speaker's, and both in order: "what did Ben agree on" finds Ben's "agreed". */
interface Analysed {
  readonly sentence: Sentence;
  readonly ordered: readonly string[];
  readonly said: ReadonlySet<string>;
  readonly speaker: ReadonlySet<string>;
}

function analysed(sentence: Sentence): Analysed {
  const said = analyse(sentence.text, sentence.language).split(' ');
  const speaker = analyse(sentence.speaker ?? '', sentence.language).split(' ');
  return { sentence, ordered: [...speaker, ...said], said: new Set(said), speaker: new Set(speaker) };
}

/** What each word of the question counts for: a little less where many sentences say it. */
function weightsOf(question: Question, all: readonly Analysed[]): readonly number[] {
  return question.concepts.map(({ weak }, id) => {
    const share = all.filter(({ said }) => holds(question, id, said)).length / Math.max(1, all.length);
    return (weak ? WEAK : 1) * (1 - COMMON * share);
  });
}

function gainOf(
  question: Question,
  { sentence, ordered, said, speaker }: Analysed,
  weights: readonly number[],
): number {
  const gain = weights.reduce((sum, weight, id) => {
    if (holds(question, id, said)) return sum + weight;
    return sum + (holds(question, id, speaker) ? weight * SPEAKER : 0);
  }, 0);
  const places = ordered.map((term) =>
    question.concepts.findIndex(({ terms: forms }) => forms.includes(term)),
  );
  const pairs = places.filter(
    (id, i) => id >= 0 && question.order.some((a, o) => a === id && question.order[o + 1] === places[i + 1]),
  );
  if (gain === 0) return 0;
  const tells = asksForRate(question.text) ? tellsRate : tellsAmount;
  const amount = asksForAmount(question.text) && tells(sentence.text) ? AMOUNT : 0;
  const echoed = ECHO * Math.min(MOST_ECHOES, echoes(question, sentence.text));
  return gain + amount + echoed + PAIR * Math.min(2, pairs.length);
}

/** The sentence and the next one of its source, where both fit and one voice goes on or another one replies. */
function together(sentence: Sentence, next: Sentence | undefined): readonly Sentence[] {
  if (!next || next.endMs - sentence.startMs > LONGEST_HIT_MS) return [sentence];
  return next.speaker === sentence.speaker || asks(sentence) ? [sentence, next] : [sentence];
}

/** A line on screen with those it stands among: the whole slide, or what follows it on a fuller screen. */
function screen(line: Sentence, all: readonly Sentence[]): Sentence {
  const beside = all.filter(
    (other) => other.kind === 'screenText' && other.source === line.source && overlapMs(other, line) > 0,
  );
  const slide = beside.filter(({ startMs }) => startMs === line.startMs).map(({ text }) => text);
  const cut = { ...line, endMs: Math.min(line.endMs, line.startMs + LONGEST_HIT_MS) };
  const whole = slide.join(BREAK);
  if (whole.length <= MOST_SCREEN) return { ...cut, text: whole };
  let text = line.text;
  for (const after of beside.slice(beside.indexOf(line) + 1)) {
    if (text.length + after.text.length > MOST_SCREEN) break;
    text += BREAK + after.text;
  }
  return { ...cut, text };
}

/**
 * The sentence of a hit's surroundings that answers best: the one that holds most of what is asked, told rather
 * than asked. A question comes with what follows it, and so does a scrap. Names and
 * chapters only where nothing else holds any of it; [] where nothing does. At most 30 s.
 */
export function excerpt(question: Question, lines: readonly Line[], hit: TimeRange): readonly Sentence[] {
  const words = lines.filter(({ kind }) => kind !== 'frame');
  const told = words.filter(({ kind }) => kind !== 'facts' && kind !== 'title');
  return best(question, sentences(told), hit) ?? best(question, sentences(words), hit) ?? [];
}

function best(question: Question, all: readonly Sentence[], hit: TimeRange): readonly Sentence[] | undefined {
  const analysedAll = all.map(analysed);
  const weights = weightsOf(question, analysedAll);
  const first = analysedAll
    .map((one, at): Gain => {
      const { sentence } = one;
      const inside = overlapMs(sentence, hit) > 0 ? 1 : OUTSIDE;
      // Someone who asks the same thing is about to be told.
      const told = asks(sentence) && echoes(question, sentence.text) === 0 ? ASKING : 1;
      return { sentence, at, gain: gainOf(question, one, weights) * inside * told };
    })
    .filter(({ gain }) => gain > 0)
    .sort((a, b) => b.gain - a.gain || a.at - b.at)[0];
  if (!first) return undefined;
  const { sentence } = first;
  if (sentence.kind === 'screenText') return [screen(sentence, all)];
  const next = all
    .slice(first.at + 1)
    .find(({ source, kind }) => source === sentence.source && kind === sentence.kind);
  const words = analyse(sentence.text, sentence.language).split(' ').length;
  const cut = { ...sentence, endMs: Math.min(sentence.endMs, sentence.startMs + LONGEST_HIT_MS) };
  return asks(sentence) || words < FEWEST_WORDS ? together(cut, next) : [cut];
}
