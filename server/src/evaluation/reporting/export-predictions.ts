import { toOptionLetter } from '../../core/generation/option-shares.ts';
import type { EvalPrediction } from '../item.ts';
import { toJudgedText } from '../judging/verdict.ts';

/** Formats of other evaluators' prediction files. */
export const EVALUATOR_FORMATS = [
  'video-chatgpt',
  'lmms-eval',
  'qvhighlights',
  'charades',
  'lvbench',
  'hourvideo',
  'egoschema',
] as const;
export type EvaluatorFormat = (typeof EVALUATOR_FORMATS)[number];

/** Returns the id of an item in its set, without the name of the set. */
const idInSet = (id: string) => id.slice(id.indexOf(':') + 1);

const toJson = (value: unknown) => `${JSON.stringify(value, null, 1)}\n`;

/** Records of Video-ChatGPT's and the reference's scripts: an array of one object for each answer. */
function toVideoChatGpt(predictions: readonly EvalPrediction[]): string {
  const records = predictions
    .filter(({ task }) => task !== 'moment')
    .map(({ video, question, pairedQuestion, gold, pred, pairedPred }) => {
      const answer = { video_name: video, A: gold.text ?? '' };
      if (pairedQuestion === undefined) return { ...answer, Q: question, pred: toJudgedText(pred) };
      const pair = { pred1: toJudgedText(pred), pred2: toJudgedText(pairedPred ?? '') };
      return { ...answer, Q1: question, Q2: pairedQuestion, ...pair };
    });
  return toJson(records);
}

const toNumberIfOne = (text: string) => (/^\d+$/.test(text) ? Number(text) : text);

/** JSON lines of QVHighlights' evaluator. Queries without hits get an empty range, which it would otherwise leave out. */
function toQvHighlights(predictions: readonly EvalPrediction[]): string {
  return predictions
    .filter(({ task }) => task === 'moment')
    .map(({ id, video, question, hits }) => {
      const windows = hits
        .filter((hit) => hit.video === video)
        .map(({ startMs, endMs, score }) => [startMs / 1000, endMs / 1000, score]);
      const line = {
        qid: toNumberIfOne(idInSet(id)),
        query: question,
        vid: video,
        pred_relevant_windows: windows.length > 0 ? windows : [[0, 0, 0]],
      };
      return `${JSON.stringify(line)}\n`;
    })
    .join('');
}

/** Lines in the form of Charades-STA's annotations, of the first hit: `VIDEO START END##sentence`. */
function toCharades(predictions: readonly EvalPrediction[]): string {
  return predictions
    .filter(({ task }) => task === 'moment')
    .map(({ video, question, hits }) => {
      const first = hits.find((hit) => hit.video === video);
      const [start, end] = [(first?.startMs ?? 0) / 1000, (first?.endMs ?? 0) / 1000];
      return `${video} ${start} ${end}##${question.replace(/\s+/g, ' ')}\n`;
    })
    .join('');
}

/** Choices that name an option. The evaluators of these sets count a missing item as wrong, and have no word for one. */
const chosen = (predictions: readonly EvalPrediction[]) =>
  predictions.flatMap(({ task, id, video, choice }) =>
    task === 'choice' && choice !== undefined ? [{ id: idInSet(id), video, choice }] : [],
  );

/** LVBench's answers: `{"uid": "B"}`. */
const toLvBench = (predictions: readonly EvalPrediction[]) =>
  toJson(Object.fromEntries(chosen(predictions).map(({ id, choice }) => [id, toOptionLetter(choice)])));

/** EgoSchema's submission: `{"q_uid": 3}`, from 0. */
const toEgoSchema = (predictions: readonly EvalPrediction[]) =>
  toJson(Object.fromEntries(chosen(predictions).map(({ id, choice }) => [id, choice])));

/** HourVideo's submission: the form of its annotations, with the predicted letters. */
function toHourVideo(predictions: readonly EvalPrediction[]): string {
  const byVideo = [...Map.groupBy(chosen(predictions), ({ video }) => video)].map(
    ([video, answers]) =>
      [
        video,
        {
          benchmark_dataset: answers.map(({ id, choice }) => ({
            qid: id,
            predicted_answer_label: toOptionLetter(choice),
          })),
        },
      ] as const,
  );
  return toJson(Object.fromEntries(byVideo));
}

/** Lines as lmms-eval logs samples (`--log_samples`), so that its own tools and scripts for such logs read them. */
function toLmmsEval(predictions: readonly EvalPrediction[]): string {
  return predictions
    .map(({ id, video, question, options, gold, pred, choice }, i) => {
      const filtered = choice === undefined ? toJudgedText(pred) : toOptionLetter(choice);
      const target = gold.index === undefined ? (gold.text ?? '') : toOptionLetter(gold.index);
      const doc = { id: idInSet(id), video, question, ...(options ? { options } : {}) };
      const line = { doc_id: i, doc, target, resps: [[pred]], filtered_resps: [filtered] };
      return `${JSON.stringify(line)}\n`;
    })
    .join('');
}

const WRITERS: Readonly<Record<EvaluatorFormat, (predictions: readonly EvalPrediction[]) => string>> = {
  'video-chatgpt': toVideoChatGpt,
  'lmms-eval': toLmmsEval,
  qvhighlights: toQvHighlights,
  charades: toCharades,
  lvbench: toLvBench,
  hourvideo: toHourVideo,
  egoschema: toEgoSchema,
};

/** Writes predictions in the format of another evaluator. */
export function exportPredictions(predictions: readonly EvalPrediction[], format: EvaluatorFormat): string {
  return WRITERS[format](predictions.filter(({ failure }) => failure === undefined));
}
