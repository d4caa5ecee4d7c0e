// Cross-validation of the ranking by meeting: weights are tuned on the other meetings, and the reported figures are those
// of the meetings left out. `node server/bin/run-node.mjs test/bench/qmsum-tuning.mjs [--qmsum FOLDER] [--folds N]` takes
// about two minutes. It prints what the weights in the code reach, what tuned weights reach out of fold, and the tuned
// weights themselves, for a person to choose from.
import { parseArgs } from 'node:util';
import { isAnswerable } from '../../server/src/core/ranking/answerability.ts';
import { findBestSpan } from '../../server/src/core/ranking/best-span.ts';
import { mergeOverlapping } from '../../server/src/core/ranking/merge-overlapping.ts';
import {
  ANSWER_WEIGHTS,
  SCORE_WEIGHTS,
  scorePassages,
} from '../../server/src/core/ranking/score-passages.ts';
import { conceptWeights, measureLexically } from '../../server/src/search/lexical-search.ts';
import { createSearchRun } from '../../server/src/search/search-run.ts';
import { FOREIGN_QUESTIONS } from './foreign-questions.mjs';
import { catalogueOf, createMeetingStore, qmsumFolder, rankOf, readMeetings } from './qmsum-data.mjs';

const K = 10;
const RANKS = [1, 3, 5, 10];
/** A right answer that is refused counts as this many foreign questions that are answered. */
const REFUSAL_COST = 1.5;
const signal = new AbortController().signal;

/** Values that the search tries for each weight; all others keep their value in the code. */
const GRID = {
  exact: [0, 0.5, 1, 1.5, 2],
  weakExact: [0, 0.15, 0.3, 0.6],
  pair: [0, 0.5, 1, 1.5, 2],
  near: [0, 0.2, 0.4, 0.8],
  gram: [0, 0.15, 0.3, 0.45],
  video: [0, 0.25, 0.5, 0.75, 1],
  coverage: [0, 5, 10, 20, 30],
  speaker: [0, 0.75, 1.5, 3],
  speakerShare: [0, 10, 20, 30],
  surroundings: [0, 0.05, 0.1, 0.15, 0.2],
};
/** Where tuning starts: plain BM25, so that nothing chosen on all meetings leaks into a fold. */
const PLAIN_BM25 = { ...SCORE_WEIGHTS, ...Object.fromEntries(Object.keys(GRID).map((kind) => [kind, 0])) };

/** Measures the candidates of questions in an index of some meetings; scoring them is left to the weights. */
async function measure(videos, questions) {
  const catalogue = catalogueOf(videos);
  const languages = { list: () => ['en'], refresh: async () => false };
  const deps = { store: createMeetingStore(videos), catalogue, languages, models: { patienceMs: 0 } };
  const measured = [];
  for (const asked of questions) {
    const run = createSearchRun(catalogue, asked.text, K, {}, signal);
    const { question, result } = await measureLexically(deps, run);
    const weights = conceptWeights(question, result.conceptIdf);
    const spans = new Map();
    const locate = ({ passage }) => {
      if (!spans.has(passage)) spans.set(passage, findBestSpan(question, passage.lines, weights, passage));
      return spans.get(passage);
    };
    measured.push({ ...asked, result, locate });
  }
  return measured;
}

const placesOf = ({ result, locate }, weights, answerWeights) =>
  mergeOverlapping(scorePassages(result, weights, answerWeights), K, locate);

/** Creates a function that ranks all questions by weights, once for each set of weights. */
function createRanker(questions) {
  const known = new Map();
  return (weights) => {
    const key = JSON.stringify(weights);
    if (!known.has(key))
      known.set(
        key,
        questions.map((one) => rankOf(placesOf(one, weights), one.videoId, one.spans)),
      );
    return known.get(key);
  };
}

const mean = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / Math.max(1, numbers.length);
const shareWithin = (ranks, k) => mean(ranks.map((rank) => (rank <= k ? 1 : 0)));
const goal = (ranks) => mean(RANKS.map((k) => shareWithin(ranks, k)));
const MIN_GAIN = 0.001;

/** Coordinate search: one weight after the other, three times. A new value must gain something. */
function tuneScore(rankAll, isTraining, start) {
  const rate = (weights) => goal(rankAll(weights).filter((_, i) => isTraining[i]));
  let best = { weights: start, value: rate(start) };
  for (const _ of [1, 2, 3])
    for (const [kind, values] of Object.entries(GRID))
      for (const value of values) {
        const weights = { ...best.weights, [kind]: value };
        const reached = rate(weights);
        if (reached > best.value + MIN_GAIN) best = { weights, value: reached };
      }
  return best.weights;
}

const ANSWER_KINDS = ['coverage', 'surroundings', 'strength'];
const NO_WEIGHTS = { coverage: 0, surroundings: 0, strength: 0, bias: 0 };

/** The measures that the odds of an answer are a sum of, for the best place; undefined if nothing is found. */
function answerMeasures(one, weights) {
  const rows = ANSWER_KINDS.map(
    (kind) => placesOf(one, weights, { ...NO_WEIGHTS, [kind]: 1 })[0]?.answerOdds,
  );
  return rows.includes(undefined) ? undefined : rows;
}

/** Logistic regression by Newton's method; both classes weigh the same. Returns the weights, then the bias. */
function fitLogistic(rows, labels) {
  const size = ANSWER_KINDS.length + 1;
  const positives = labels.filter(Boolean).length;
  const weightOf = (label) => 50 / (label ? positives : labels.length - positives);
  let theta = new Array(size).fill(0);
  for (let step = 0; step < 30; step += 1) {
    const gradient = theta.map((value) => 0.01 * value);
    const hessian = theta.map((_, i) => theta.map((__, j) => (i === j ? 0.01 : 0)));
    rows.forEach((row, n) => {
      const x = [...row, 1];
      const odds = x.reduce((sum, value, i) => sum + value * theta[i], 0);
      const chance = 1 / (1 + Math.exp(-odds));
      const weight = weightOf(labels[n]);
      x.forEach((value, i) => {
        gradient[i] += weight * (chance - (labels[n] ? 1 : 0)) * value;
        x.forEach((other, j) => {
          hessian[i][j] += weight * chance * (1 - chance) * value * other;
        });
      });
    });
    const change = solve(hessian, gradient);
    theta = theta.map((value, i) => value - change[i]);
  }
  return theta;
}

function solve(matrix, values) {
  const rows = matrix.map((row, i) => [...row, values[i]]);
  rows.forEach((pivotRow, pivot) => {
    for (const row of rows.slice(pivot + 1)) {
      const factor = row[pivot] / pivotRow[pivot];
      row.forEach((_, i) => {
        row[i] -= factor * pivotRow[i];
      });
    }
  });
  const solution = new Array(rows.length).fill(0);
  for (let i = rows.length - 1; i >= 0; i -= 1) {
    const known = solution.reduce((sum, value, j) => (j > i ? sum + value * rows[i][j] : sum), 0);
    solution[i] = (rows[i].at(-1) - known) / rows[i][i];
  }
  return solution;
}

/** Fits the odds of an answer: rightly found against foreign. */
function tuneAnswer(right, foreign, weights) {
  const rightRows = right.flatMap((one) => [answerMeasures(one, weights) ?? []]).filter((row) => row.length);
  const foreignRows = foreign
    .flatMap((one) => [answerMeasures(one, weights) ?? []])
    .filter((row) => row.length);
  const rows = [...rightRows, ...foreignRows];
  const theta = fitLogistic(
    rows,
    rows.map((_, i) => i < rightRows.length),
  );
  const bias = theta[ANSWER_KINDS.length] + Math.log(REFUSAL_COST);
  return { ...Object.fromEntries(ANSWER_KINDS.map((kind, i) => [kind, theta[i]])), bias };
}

const isAnswered = (one, weights, answerWeights) => isAnswerable(placesOf(one, weights, answerWeights));
const percent = (share) => `${(100 * share).toFixed(1)} %`;
const round = (weights) =>
  Object.fromEntries(Object.entries(weights).map(([kind, value]) => [kind, Number(value.toFixed(2))]));

function print(title, ranks, refused, other, everyday) {
  console.log(`\n${title}`);
  for (const k of RANKS) console.log(`  R@${k}\t${percent(shareWithin(ranks, k))}`);
  console.log(`  rightly found and refused\t${percent(mean(refused))} of ${refused.length}`);
  console.log(`  questions about other meetings answered\t${percent(mean(other))} of ${other.length}`);
  console.log(`  everyday questions answered\t${percent(mean(everyday))} of ${everyday.length}`);
}

/** Results of questions for one set of weights, in the order of the questions. */
function evaluate({ own, other, everyday }, weights, answerWeights) {
  const answered = (list) => list.map((one) => (isAnswered(one, weights, answerWeights) ? 1 : 0));
  const ranks = own.map((one) => rankOf(placesOf(one, weights), one.videoId, one.spans));
  const refused = answered(own).flatMap((value, i) => (ranks[i] === 1 ? [1 - value] : []));
  return { ranks, refused, other: answered(other), everyday: answered(everyday) };
}

/** Tunes on the meetings of the other folds and evaluates the fold's own, for each fold. */
function crossValidate(title, sets, foldCount, chooseWeights) {
  const results = [];
  const foldOf = (videoId) => Number(videoId.slice(1)) % foldCount;
  for (let fold = 0; fold < foldCount; fold += 1) {
    const isTraining = sets.own.map(({ videoId }) => foldOf(videoId) !== fold);
    const { weights, ranks } = chooseWeights(isTraining);
    const right = sets.own.filter((_, i) => isTraining[i] && ranks[i] === 1);
    const foreign = [
      ...sets.other.filter(({ videoId }) => foldOf(videoId) !== fold),
      ...sets.everyday.filter((_, i) => i % foldCount !== fold),
    ];
    const answerWeights = tuneAnswer(right, foreign, weights);
    console.log(
      `fold ${fold + 1}\t${JSON.stringify(round(weights))}\t${JSON.stringify(round(answerWeights))}`,
    );
    const heldOut = {
      own: sets.own.filter((_, i) => !isTraining[i]),
      other: sets.other.filter(({ videoId }) => foldOf(videoId) === fold),
      everyday: sets.everyday.filter((_, i) => i % foldCount === fold),
    };
    results.push(evaluate(heldOut, weights, answerWeights));
  }
  const all = (key) => results.flatMap((result) => result[key]);
  print(title, all('ranks'), all('refused'), all('other'), all('everyday'));
}

const { values: options } = parseArgs({
  options: { qmsum: { type: 'string' }, folds: { type: 'string', default: '5' } },
});
const meetings = readMeetings(qmsumFolder(options.qmsum));
const questionsOf = (videos) =>
  videos.flatMap(({ videoId, questions }) => questions.map((question) => ({ videoId, ...question })));
const halves = [0, 1].map((half) => meetings.filter((_, i) => i % 2 === half));
const sets = {
  own: await measure(meetings, questionsOf(meetings)),
  // Each half of the meetings is asked the other half's questions.
  other: (
    await Promise.all([0, 1].map((half) => measure(halves[half], questionsOf(halves[1 - half]))))
  ).flat(),
  everyday: await measure(
    meetings,
    FOREIGN_QUESTIONS.map((text) => ({ text })),
  ),
};
const shipped = evaluate(sets, SCORE_WEIGHTS, ANSWER_WEIGHTS);
print('Weights in the code', shipped.ranks, shipped.refused, shipped.other, shipped.everyday);
const foldCount = Number(options.folds);
const rankAll = createRanker(sets.own);
crossValidate('Out of fold, only the odds of an answer tuned', sets, foldCount, () => ({
  weights: SCORE_WEIGHTS,
  ranks: rankAll(SCORE_WEIGHTS),
}));
crossValidate('Out of fold, all weights tuned from plain BM25', sets, foldCount, (isTraining) => {
  const weights = tuneScore(rankAll, isTraining, PLAIN_BM25);
  return { weights, ranks: rankAll(weights) };
});
