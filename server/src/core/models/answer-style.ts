/**
 * How a model is asked. `cited`: it gets numbered evidence and rules, and its sentences cite numbers. `plain`: it gets a
 * few lines and one instruction, and adds a sentence to quotes; small models can do no more.
 */
export type AnswerStyle = 'cited' | 'plain';

/** Models with fewer weights cannot keep to the format of cited answers: tried with 135 and 500 million. */
const MIN_CITED_WEIGHTS = 1_200_000_000;

/** Chooses how to ask a model with a number of weights. */
export function chooseAnswerStyle(weights: number): AnswerStyle {
  return weights < MIN_CITED_WEIGHTS ? 'plain' : 'cited';
}

/** Matches a number of weights in a model's name: `0.5b` in `qwen2.5-coder-0.5b`, `135m` in `smollm2:135m`. */
const WEIGHTS_IN_NAME = /(?<![\d.])(\d+(?:\.\d+)?)([bm])(?![\p{L}\d])/giu;

/** Chooses how to ask a model of a host, by the number of weights in its name: the host does not state it. */
export function chooseStyleByName(name: string): AnswerStyle {
  const [last] = [...name.matchAll(WEIGHTS_IN_NAME)].slice(-1);
  const [, count, unit = ''] = last ?? [];
  if (count === undefined) return 'cited';
  return chooseAnswerStyle(Number(count) * (unit.toLowerCase() === 'b' ? 1e9 : 1e6));
}
