import { ModelUnavailableError } from '../../server/src/core/errors/model-unavailable.ts';
import type { Picture } from '../../server/src/ports/decoder.ts';
import type { FrameEmbedder } from '../../server/src/ports/frame-embedder.ts';

/** What the fake sees: one colour of these in each picture, the one nearest to the mean. */
const COLOURS: readonly (readonly [string, readonly [number, number, number]])[] = [
  ['red', [220, 30, 30]],
  ['green', [30, 200, 40]],
  ['blue', [40, 60, 220]],
  ['yellow', [230, 220, 40]],
  ['white', [240, 240, 240]],
  ['black', [15, 15, 15]],
  ['gray', [128, 128, 128]],
];
/** One place a colour, and one for everything else that is said. */
const DIMENSION = COLOURS.length + 1;
/** What a picture has of the place that stands for none of the colours. */
const REST = 0.2;

export interface FakeFrameEmbedder extends FrameEmbedder {
  /** Times of the pictures embedded so far, in order. */
  readonly looked: readonly number[];
}

const unit = (vector: Float32Array) => {
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
};

function lookOf({ data }: Picture): Float32Array {
  const mean = [0, 0, 0].map((_, channel) => {
    let sum = 0;
    for (let i = channel; i < data.length; i += 3) sum += data[i] ?? 0;
    return sum / (data.length / 3);
  });
  const vector = new Float32Array(DIMENSION).fill(0);
  vector[COLOURS.length] = REST;
  for (const [at, [, colour]] of COLOURS.entries()) {
    const far = Math.hypot(...colour.map((value, channel) => value - (mean[channel] ?? 0)));
    vector[at] = Math.exp(-((far / 60) ** 2)) + 1e-4;
  }
  return unit(vector);
}

function wordsOf(text: string): Float32Array {
  const vector = new Float32Array(DIMENSION);
  const words: readonly string[] = text.toLowerCase().match(/\p{L}+/gu) ?? [];
  for (const [at, [name]] of COLOURS.entries()) if (words.includes(name)) vector[at] = 1;
  if (vector.every((value) => value === 0)) vector[COLOURS.length] = 1;
  return unit(vector);
}

/** A FrameEmbedder that knows seven colours and their names: deterministic, without a model. */
export function fakeFrameEmbedder(options: { readonly name?: string } = {}): FakeFrameEmbedder {
  let closed = false;
  const looked: number[] = [];
  const check = async (signal: AbortSignal) => {
    for (let turn = 0; turn < 2; turn += 1) {
      signal.throwIfAborted();
      if (closed) throw new ModelUnavailableError('The embedder is closed.', 'Open it again.');
      // A turn of the loop, in which a caller may give up.
      await new Promise((resolve) => setImmediate(resolve));
    }
    signal.throwIfAborted();
  };
  return {
    name: options.name ?? 'fake',
    revision: '1',
    batch: 4,
    framePx: 32,
    loaded: undefined,
    looked,
    async embedPictures(pictures, signal) {
      await check(signal);
      looked.push(...pictures.map(({ timeMs }) => timeMs));
      return pictures.map(lookOf);
    },
    async embedTexts(texts, signal) {
      await check(signal);
      return texts.map(wordsOf);
    },
    async health(signal) {
      await check(signal);
      return { device: 'fake', steps: [{ device: 'fake', taken: true, reason: 'it is the only one' }] };
    },
    async close() {
      closed = true;
    },
  };
}
