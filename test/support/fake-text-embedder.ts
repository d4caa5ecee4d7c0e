import { ModelUnavailableError } from '../../server/src/core/errors/model-unavailable.ts';
import { hashText } from '../../server/src/core/text/hash-text.ts';
import type { TextEmbedder } from '../../server/src/ports/text-embedder.ts';

/** Words that mean the same to the fake; the first names them. */
const MEANINGS = `
car cars automobile automobiles vehicle
house houses building home
dog dogs puppy hound
cat cats kitten feline
doctor physician medic
child kid boy girl children
sick ill unwell
buy bought purchase purchased
money cash budget finance
start begin begins starts
cook bake bakes cooking
meal dinner supper lunch
fish salmon trout
water sea river ocean
mistake error bug fault
photo picture image
road street
happy glad cheerful
song tune melody
boat ship vessel
`
  .trim()
  .split('\n')
  .map((line) => line.split(' '));
const CONCEPTS = new Map(MEANINGS.flatMap((words) => words.map((word) => [word, words[0] ?? word] as const)));
const EMPTY = new Set(
  'a an the is are was were be do does did of in on at by to from with for and or not no it its this that i we you he she they what which who where when why how her his their'.split(
    ' ',
  ),
);
const DIMENSION = 256;
/** Words that are read; the rest is cut. */
const LONGEST = 256;

export interface FakeTextEmbedder extends TextEmbedder {
  /** Texts embedded so far, in order. */
  readonly asked: readonly { readonly text: string; readonly purpose: 'query' | 'passage' }[];
}

/** The places of a text's words, each word by its meaning. */
function vectorOf(text: string): Float32Array {
  const vector = new Float32Array(DIMENSION);
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  for (const word of words.slice(0, LONGEST)) {
    if (EMPTY.has(word)) continue;
    const at = Number.parseInt(hashText(CONCEPTS.get(word) ?? word).slice(0, 8), 16) % DIMENSION;
    vector[at] = 1;
  }
  const length = Math.hypot(...vector);
  // Nothing in it has a meaning: as far from everything as can be.
  if (length === 0) return vector.fill(1 / Math.sqrt(DIMENSION));
  return vector.map((value) => value / length);
}

/** A TextEmbedder that counts words by their meaning: deterministic, without a model. */
export function fakeTextEmbedder(
  options: {
    readonly name?: string;
    /** Awaited by each call: a model that loads, or is busy. */
    readonly busy?: () => Promise<void>;
  } = {},
): FakeTextEmbedder {
  let closed = false;
  const asked: { text: string; purpose: 'query' | 'passage' }[] = [];
  const check = (signal: AbortSignal) => {
    signal.throwIfAborted();
    if (closed) throw new ModelUnavailableError('The embedder is closed.', 'Open it again.');
  };
  return {
    name: options.name ?? 'fake',
    revision: '1',
    batch: 4,
    loaded: undefined,
    asked,
    async embed(texts, purpose, signal) {
      check(signal);
      // A turn of the loop, in which a caller may give up.
      await new Promise((resolve) => setImmediate(resolve));
      await options.busy?.();
      check(signal);
      asked.push(...texts.map((text) => ({ text, purpose })));
      return texts.map(vectorOf);
    },
    async health(signal) {
      check(signal);
      return { device: 'fake', steps: [{ device: 'fake', taken: true, reason: 'it is the only one' }] };
    },
    async close() {
      closed = true;
    },
  };
}
