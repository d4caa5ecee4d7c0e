import assert from 'node:assert/strict';
import test from 'node:test';
import { cosineSimilarity } from '../../server/src/core/domain/vector.ts';
import { CALIBRATION_PAIRS } from '../../server/src/core/ranking/calibration-pairs.ts';
import {
  applyBackground,
  calibrateSimilarity,
  measureBackground,
  scoreImageFit,
  standsOut,
  toAnswerableStrength,
  toMatchPosition,
  toMatchStrength,
} from '../../server/src/core/ranking/similarity-calibration.ts';
import { fakeTextEmbedder } from '../support/fake-text-embedder.ts';

const unit = (...values: readonly number[]) => {
  const length = Math.hypot(...values);
  return Float32Array.from(values, (value) => value / length);
};
const close = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-6, `${a} is not ${b}`);

test('given questions and answers, when calibrated, then related and unrelated similarity are known and map to strength', () => {
  const questions = [unit(1, 0, 0), unit(0, 1, 0), unit(0, 0, 1)];
  const answers = [unit(3, 4, 0), unit(0, 1, 0), unit(0, 0, 1)];
  const nearness = calibrateSimilarity(questions, answers);
  assert.ok(nearness);
  close(nearness.unrelated, 0.8 / 6);
  close(nearness.related, 1);
  close(toMatchStrength(nearness, nearness.unrelated), 0);
  close(toMatchStrength(nearness, -1), 0);
  close(toMatchStrength(nearness, (nearness.unrelated + nearness.related) / 2), 0.5);
  close(toMatchStrength(nearness, nearness.related), 0.75);
  close(toMatchPosition(0), 0);
  close(toMatchPosition(0.5), 0.5);
  close(toMatchPosition(0.75), 1);
  close(toMatchPosition(1), 2);
});

test('given a model that does not separate answers, when calibrated, then there is no result', () => {
  const same = [unit(1, 1), unit(1, 1), unit(1, 1)];
  assert.equal(calibrateSimilarity(same, same), undefined);
  assert.equal(calibrateSimilarity([], []), undefined);
  assert.equal(calibrateSimilarity([unit(1, 0)], [unit(1, 0)]), undefined);
});

test('given more texts, then an answer must be more similar', () => {
  // As a model of the size of MiniLM may be: answers at 0.6, the rest at 0.05 give or take 0.08.
  const nearness = { unrelated: 0.05, spread: 0.08, related: 0.6 };
  const least = (among: number) => toAnswerableStrength(nearness, among);
  assert.equal(least(10), 0.5);
  assert.ok(least(10) <= least(10_000) && least(10_000) < least(1_000_000));
  // 0.05 + 0.08 * sqrt(2 ln 1e6) = 0.4706
  assert.ok(toMatchStrength(nearness, 0.48) > least(1_000_000));
  assert.ok(toMatchStrength(nearness, 0.46) < least(1_000_000));
});

test('given a model with high similarities throughout, then its own calibration decides', () => {
  const nearness = { unrelated: 0.75, spread: 0.02, related: 0.86 };
  assert.ok(toMatchStrength(nearness, 0.78) < toAnswerableStrength(nearness, 10_000));
  assert.ok(toMatchStrength(nearness, 0.85) > toAnswerableStrength(nearness, 10_000));
});

test('given words and a picture, when scored, then they fit if nearer than everyday words', () => {
  const everyday = [unit(0.2, 1), unit(0.1, 1)];
  close(scoreImageFit(unit(1, 0), unit(1, 0), []), 1);
  assert.ok(scoreImageFit(unit(1, 0.1), unit(1, 0), everyday) > 0.99);
  assert.ok(scoreImageFit(unit(0, 1), unit(1, 0), everyday) < 0.01);
  close(scoreImageFit(unit(1, 1), unit(0, 1), [unit(0, 1)]), 0.5);
});

test('given the calibration pairs, when embedded, then they can be calibrated; vectors of two spaces have similarity 0', async () => {
  const embedder = fakeTextEmbedder();
  const never = new AbortController().signal;
  const questions = await embedder.embed(
    CALIBRATION_PAIRS.map(([question]) => question),
    'query',
    never,
  );
  const answers = await embedder.embed(
    CALIBRATION_PAIRS.map(([, answer]) => answer),
    'passage',
    never,
  );
  assert.ok(calibrateSimilarity(questions, answers));
  assert.equal(cosineSimilarity(unit(1, 0), unit(1, 0, 0)), 0);
});

const calibration = { unrelated: 0.1, spread: 0.05, related: 0.5 };
/** Vectors in a plane with these cosines to [1, 0]. */
const vectorsAt = (cosines: readonly number[]) =>
  cosines.map((cosine) => Float32Array.of(cosine, Math.sqrt(1 - cosine * cosine)));

test('given texts of the index, when the background is measured, then it is their mean and spread, and few say nothing', () => {
  const question = Float32Array.of(1, 0);
  const background = measureBackground(
    question,
    vectorsAt(Array.from({ length: 40 }, (_, i) => (i % 2 ? 0.3 : 0.2))),
  );
  assert.ok(Math.abs((background?.mean ?? 0) - 0.25) < 1e-6);
  assert.ok(Math.abs((background?.spread ?? 0) - 0.05) < 1e-6);
  assert.equal(measureBackground(question, vectorsAt([0.3, 0.2])), undefined);
});

test('given an index whose texts are all similar to a question, when a text is rated, then only what exceeds them counts', () => {
  const background = { mean: 0.3, spread: 0.05 };
  assert.ok(Math.abs(applyBackground(calibration, background).unrelated - 0.35) < 1e-9);
  assert.equal(applyBackground(calibration, { mean: 0, spread: 0.05 }).unrelated, 0.1, 'never less strict');
  assert.equal(applyBackground(calibration, undefined), calibration);
  assert.ok(applyBackground(calibration, { mean: 0.6, spread: 0.1 }).unrelated < calibration.related);
});

test('given a text halfway to an answer, when judged, then it must exceed what chance reaches in this index', () => {
  // The best of 100 unrelated texts is about 3 deviations above the mean by chance.
  assert.ok(
    standsOut(calibration, { mean: 0.1, spread: 0.05 }, 0.37, 100),
    'more than five deviations above',
  );
  assert.ok(!standsOut(calibration, { mean: 0.1, spread: 0.05 }, 0.34, 100), 'about the same topic');
  assert.ok(!standsOut(calibration, { mean: 0.1, spread: 0.1 }, 0.55, 100), 'other texts are as similar');
  assert.ok(standsOut(calibration, undefined, 0.5, 10), 'as similar as answers are, in a small index');
  assert.ok(!standsOut(calibration, undefined, 0.49, 10));
});
