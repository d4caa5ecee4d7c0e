import type { Line } from './description.ts';
import { LONGEST_HIT_MS } from './moment.ts';
import type { Question } from './question.ts';
import { overlapMs, type TimeRange } from './range.ts';
import { holds } from './rescore.ts';
import { asks, joint, type Sentence, sentences } from './sentences.ts';
import { analyse } from './words.ts';

/** Less is no answer by itself: the sentence after it comes along. */
const FEWEST_WORDS = 4;
/** Share of a sentence's gain that is lost where it lies outside the hit. */
const OUTSIDE = 0.5;
const PAIR = 0.5;

interface Gain {
  readonly sentence: Sentence;
  readonly at: number;
  readonly gain: number;
}

function gainOf(question: Question, sentence: Sentence): number {
  const ordered = analyse(`${sentence.speaker ?? ''} ${sentence.text}`, sentence.language).split(' ');
  const terms = new Set(ordered);
  const gain = question.concepts.reduce(
    (sum, { weak }, id) => sum + (holds(question, id, terms) ? (weak ? 0.2 : 1) : 0),
    0,
  );
  const places = ordered.map((term) =>
    question.concepts.findIndex(({ terms: forms }) => forms.includes(term)),
  );
  const pairs = places.filter(
    (id, i) => id >= 0 && question.order.some((a, o) => a === id && question.order[o + 1] === places[i + 1]),
  );
  return gain + PAIR * Math.min(2, pairs.length);
}

function together(a: Sentence, b: Sentence | undefined): Sentence {
  if (!b || b.source !== a.source || b.endMs - a.startMs > LONGEST_HIT_MS) return a;
  if (b.speaker !== a.speaker && !asks(a)) return a;
  const voice = b.speaker !== a.speaker && b.speaker ? `${b.speaker}: ` : '';
  return {
    ...a,
    endMs: Math.max(a.endMs, b.endMs),
    text: `${a.text}${joint(a.text, voice + b.text)}${voice}${b.text}`,
  };
}

function clamp(sentence: Sentence): Sentence {
  return { ...sentence, endMs: Math.min(sentence.endMs, sentence.startMs + LONGEST_HIT_MS) };
}

/**
 * The sentence of a hit's surroundings that answers best: the one that holds most of what is asked, told rather
 * than asked; a question comes with what follows it, a scrap with its neighbour. Undefined where none holds anything.
 */
export function excerpt(question: Question, lines: readonly Line[], hit: TimeRange): Sentence | undefined {
  const all = sentences(lines.filter(({ kind }) => kind !== 'facts'));
  const best = all
    .map((sentence, at): Gain => {
      const inside = overlapMs(sentence, hit) > 0 ? 1 : OUTSIDE;
      return { sentence, at, gain: gainOf(question, sentence) * inside * (asks(sentence) ? 0.8 : 1) };
    })
    .filter(({ gain }) => gain > 0)
    .sort((a, b) => b.gain - a.gain || a.at - b.at)[0];
  if (!best) return undefined;
  const { sentence } = best;
  const next = all
    .slice(best.at + 1)
    .find(({ source, kind }) => source === sentence.source && kind === sentence.kind);
  const words = analyse(sentence.text, sentence.language).split(' ').length;
  return clamp(asks(sentence) || words < FEWEST_WORDS ? together(sentence, next) : sentence);
}
