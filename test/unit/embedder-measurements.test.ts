import assert from 'node:assert/strict';
import test from 'node:test';
import { cosineSimilarity, type VectorRow } from '../../server/src/core/domain/vector.ts';
import { measureBackground } from '../../server/src/core/ranking/similarity-calibration.ts';
import { createEmbedderMeasurements } from '../../server/src/search/embedder-measurements.ts';
import { createMemoryStore } from '../fakes/memory-store.ts';

const DIMENSION = 64;
const TOPICS = 40;
const TEXTS_PER_TOPIC = 40;
const SPACE = { role: 'text', model: 'm@1' } as const;

/** Pseudo-random numbers in -1..1, the same in every run. */
function createRandom(): () => number {
  let state = 7;
  return () => {
    state = (Math.imul(state, 48_271) >>> 0) % 2_147_483_647;
    return state / 2 ** 30 - 1;
  };
}

function unit(values: readonly number[]): Float32Array {
  const length = Math.hypot(...values);
  return Float32Array.from(values, (value) => value / length);
}

/** Texts of many topics: those of one topic are similar to each other. */
function makeTexts(): readonly Float32Array[] {
  const random = createRandom();
  const draw = () => Array.from({ length: DIMENSION }, random);
  return Array.from({ length: TOPICS }, draw).flatMap((topic) =>
    Array.from({ length: TEXTS_PER_TOPIC }, () => {
      const own = draw();
      return unit(topic.map((value, i) => value + 0.8 * (own[i] ?? 0)));
    }),
  );
}

test('given an index of many topics, when its background is sampled, then it holds most topics, and similarities vary as in all texts', async () => {
  const store = createMemoryStore();
  const texts = makeTexts();
  const rows = texts.map(
    (vector, i): VectorRow => ({
      id: String(i),
      videoId: 'v',
      uri: '',
      kind: 'speech',
      startMs: i,
      endMs: i + 1,
      made: String(i),
      vector,
    }),
  );
  await store.commit({ vectors: [{ ...SPACE, videoId: 'v', uri: '', rows }] });
  const measurements = createEmbedderMeasurements({ store, log: () => undefined });
  const sample = await measurements.sampleVectors(SPACE, DIMENSION, texts.length);
  assert.ok(sample.length >= 128 && sample.length <= 256, `${sample.length}`);
  const topics = new Set(
    sample.map((vector) =>
      Math.floor(texts.findIndex((text) => cosineSimilarity(text, vector) > 0.999) / TEXTS_PER_TOPIC),
    ),
  );
  assert.ok(topics.size >= 0.8 * TOPICS, `${topics.size} of ${TOPICS} topics`);
  const random = createRandom();
  const ratios = Array.from({ length: 20 }, () => {
    const question = unit(Array.from({ length: DIMENSION }, random));
    const [sampled, all] = [sample, texts].map(
      (vectors) => measureBackground(question, vectors)?.spread ?? 0,
    );
    return (sampled ?? 0) / (all ?? 1);
  });
  const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
  assert.ok(mean > 0.9 && mean < 1.2, `${mean} of the spread of all texts`);
  assert.equal(await measurements.sampleVectors(SPACE, DIMENSION, texts.length), sample, 'sampled once');
});
