import assert from 'node:assert/strict';
import test, { after, before, describe } from 'node:test';
import { cosineSimilarity } from '../../server/src/core/domain/vector.ts';
import { ModelUnavailableError } from '../../server/src/core/errors/model-unavailable.ts';
import type { ModelHealth } from '../../server/src/ports/captioner.ts';
import type { Picture } from '../../server/src/ports/decoder.ts';
import type { FrameEmbedder } from '../../server/src/ports/frame-embedder.ts';
import type { Reranker } from '../../server/src/ports/reranker.ts';
import type { TextEmbedder } from '../../server/src/ports/text-embedder.ts';

const never = new AbortController().signal;

/** Half precision and batches of other shapes differ in the last digits. */
const SAME = 0.999;

function checkUnit(vectors: readonly Float32Array[], count: number, dimension: number): void {
  assert.equal(vectors.length, count);
  for (const vector of vectors) {
    assert.ok(vector instanceof Float32Array);
    assert.equal(vector.length, dimension);
    assert.ok(Math.abs(Math.hypot(...vector) - 1) < 1e-3, `length ${Math.hypot(...vector)}`);
  }
}

function checkSame(a: readonly (Float32Array | undefined)[], b: readonly (Float32Array | undefined)[]): void {
  assert.equal(a.length, b.length);
  for (const [i, vector] of a.entries()) {
    const other = b[i];
    assert.ok(vector && other);
    assert.ok(cosineSimilarity(vector, other) > SAME, `vector ${i}: ${cosineSimilarity(vector, other)}`);
  }
}

interface Model {
  health(signal: AbortSignal): Promise<ModelHealth>;
  close(): Promise<void>;
}

/** What holds for every model: health, giving up, being closed. */
function common<T extends Model>(
  make: () => Promise<T>,
  use: (model: T, signal: AbortSignal) => Promise<unknown>,
  model: () => T,
): void {
  test('given an aborted call, then it rejects with the reason and the next one works', async () => {
    const reason = new Error('no longer wanted');
    await assert.rejects(use(model(), AbortSignal.abort(reason)), reason);
    const stop = new AbortController();
    const pending = use(model(), stop.signal);
    stop.abort(reason);
    await assert.rejects(pending, reason);
    await use(model(), never);
  });

  test('given a model, when its health is read, then the device in use is the step taken, and each step has a reason', async () => {
    const { device, steps } = await model().health(never);
    assert.deepEqual(
      steps.filter(({ taken }) => taken).map((step) => step.device),
      [device],
    );
    for (const step of steps) assert.ok(step.reason);
  });

  test('given a closed model, when called, then it rejects as unavailable', async () => {
    const other = await make();
    await other.close();
    await assert.rejects(use(other, never), ModelUnavailableError);
    await other.close();
  });
}

/** What every TextEmbedder keeps. `alike` mean the same in other words, `other` something else. */
export function textEmbedderContract(
  name: string,
  make: () => Promise<TextEmbedder>,
  { alike, other }: { readonly alike: readonly [string, string]; readonly other: string } = {
    alike: ['a dog near the house', 'a puppy near the building'],
    other: 'two fish in the water',
  },
): void {
  describe(`text embedder: ${name}`, () => {
    let embedder: TextEmbedder;
    before(async () => {
      embedder = await make();
    });
    after(() => embedder.close());
    const embed = (texts: readonly string[]) => embedder.embed(texts, 'passage', never);

    test('given texts, when embedded, then they have unit vectors of one dimension, in order', async () => {
      const texts = [...alike, other, alike[0], '', ' \n', '东京 🐟 Straße'];
      const vectors = await embed(texts);
      const dimension = vectors[0]?.length ?? 0;
      assert.ok(dimension > 0);
      checkUnit(vectors, texts.length, dimension);
      checkUnit(await embedder.embed([alike[0]], 'query', never), 1, dimension);
      checkSame([vectors[0]], [vectors[3]]);
      const [a, b, c] = vectors;
      assert.ok(a && b && c);
      assert.ok(
        cosineSimilarity(a, b) > cosineSimilarity(a, c) + 0.05,
        `${cosineSimilarity(a, b)} ${cosineSimilarity(a, c)}`,
      );
    });

    test('given equal texts, when embedded alone or in any batch, then their vectors are equal', async () => {
      const texts = Array.from(
        { length: embedder.batch * 2 + 1 },
        (_, i) => [alike[0], other, `${alike[1]} `.repeat(1 + (i % 7))][i % 3] ?? '',
      );
      const together = await embed(texts);
      checkSame(together, await embed(texts));
      const singles: Float32Array[] = [];
      for (const text of texts.slice(0, 6)) singles.push(...(await embed([text])));
      checkSame(together.slice(0, 6), singles);
    });

    test('given no text, then there is no vector', async () => {
      assert.deepEqual(await embed([]), []);
    });

    test('given a text longer than the context, when embedded, then it is cut and the next is unchanged', async () => {
      const [long, next] = await embed([`${alike[0]} `.repeat(5_000), other]);
      assert.ok(long && next);
      checkUnit([long, next], 2, next.length);
      checkSame([next], await embed([other]));
    });

    test('given calls at once, then each gets its own vectors', async () => {
      const [a, b, c] = await Promise.all([embed([alike[0]]), embed([other]), embed([alike[0], other])]);
      checkSame([...a, ...b], c);
    });

    common(
      make,
      (model, signal) => model.embed([alike[0], other], 'passage', signal),
      () => embedder,
    );
  });
}

/** A picture in one colour. */
export function plainPicture(colour: readonly [number, number, number], size = 32, timeMs = 0): Picture {
  const data = new Uint8Array(size * size * 3);
  for (let i = 0; i < data.length; i += 1) data[i] = colour[i % 3] ?? 0;
  return { timeMs, width: size, height: size, data };
}

/** What every FrameEmbedder keeps. `words` tell of the first picture and not of the second. */
export function frameEmbedderContract(
  name: string,
  make: () => Promise<FrameEmbedder>,
  {
    pictures: [first, second],
    words,
  }: { readonly pictures: readonly [Picture, Picture]; readonly words: string } = {
    pictures: [plainPicture([220, 30, 30]), plainPicture([40, 60, 220])],
    words: 'red',
  },
): void {
  describe(`frame embedder: ${name}`, () => {
    let embedder: FrameEmbedder;
    before(async () => {
      embedder = await make();
    });
    after(() => embedder.close());

    test('given pictures and words, when embedded, then they are unit vectors in one space, in order', async () => {
      assert.ok(embedder.framePx > 0);
      const vectors = await embedder.embedPictures([first, second, first], never);
      const [told] = await embedder.embedTexts([words], never);
      assert.ok(told);
      checkUnit([...vectors, told], 4, told.length);
      checkSame([vectors[0]], [vectors[2]]);
      const [a, b] = vectors;
      assert.ok(a && b);
      assert.ok(
        cosineSimilarity(told, a) > cosineSimilarity(told, b) + 0.02,
        `${cosineSimilarity(told, a)} ${cosineSimilarity(told, b)}`,
      );
    });

    test('given equal pictures or words, when embedded alone or in any batch, then their vectors are equal', async () => {
      const many = Array.from({ length: embedder.batch * 2 + 1 }, (_, i) => (i % 2 === 0 ? first : second));
      const together = await embedder.embedPictures(many, never);
      checkSame(together.slice(0, 2), [
        ...(await embedder.embedPictures([first], never)),
        ...(await embedder.embedPictures([second], never)),
      ]);
      const texts = [words, `${words} `.repeat(3), 'x'];
      const told = await embedder.embedTexts(texts, never);
      checkSame([told[0]], await embedder.embedTexts([words], never));
    });

    test('given pictures of any shape and words of any length, when embedded, then they have unit vectors', async () => {
      const wide = { timeMs: 0, width: 64, height: 3, data: new Uint8Array(64 * 3 * 3).fill(200) };
      const dot = { timeMs: 0, width: 1, height: 1, data: Uint8Array.of(1, 2, 3) };
      const vectors = await embedder.embedPictures([wide, first, dot], never);
      const dimension = vectors[1]?.length ?? 0;
      checkUnit(vectors, 3, dimension);
      checkUnit(await embedder.embedTexts([`${words} `.repeat(5_000), '', '东京'], never), 3, dimension);
    });

    test('given no pictures or words, then there are no vectors', async () => {
      assert.deepEqual(await embedder.embedPictures([], never), []);
      assert.deepEqual(await embedder.embedTexts([], never), []);
    });

    common(
      make,
      (model, signal) => model.embedPictures([first, second], signal),
      () => embedder,
    );
    common(
      make,
      (model, signal) => model.embedTexts([words], signal),
      () => embedder,
    );
  });
}

/** What every Reranker keeps. `right` answers the question, `wrong` does not. */
export function rerankerContract(
  name: string,
  make: () => Promise<Reranker>,
  {
    question,
    right,
    wrong,
  }: { readonly question: string; readonly right: string; readonly wrong: string } = {
    question: 'which dog sleeps in the house',
    right: 'the old dog sleeps in the house at night',
    wrong: 'two fish swim in cold water',
  },
): void {
  describe(`reranker: ${name}`, () => {
    let reranker: Reranker;
    before(async () => {
      reranker = await make();
    });
    after(() => reranker.close());

    test('given passages, when ranked, then each has a score from 0 to 1, in order, and the right one the highest', async () => {
      const scores = await reranker.rank(question, [wrong, right, wrong, ''], never);
      assert.equal(scores.length, 4);
      for (const score of scores) assert.ok(score >= 0 && score <= 1, String(score));
      assert.ok((scores[1] ?? 0) > (scores[0] ?? 1));
      assert.ok(Math.abs((scores[0] ?? 0) - (scores[2] ?? 1)) < 1e-3);
      const [alone] = await reranker.rank(question, [right], never);
      assert.ok(Math.abs((alone ?? 0) - (scores[1] ?? 1)) < 1e-2);
    });

    test('given no passage, then there is no score; given a very long one, then it is cut', async () => {
      assert.deepEqual(await reranker.rank(question, [], never), []);
      const scores = await reranker.rank(question, [`${right} `.repeat(2_000)], never);
      assert.equal(scores.length, 1);
    });

    common(
      make,
      (model, signal) => model.rank(question, [right, wrong], signal),
      () => reranker,
    );
  });
}
