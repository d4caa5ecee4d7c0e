import type { EvalPrediction } from '../item.ts';
import { toJudgedText } from '../judging/verdict.ts';

/** Formats of other evaluators' prediction files. */
export const EVALUATOR_FORMATS = ['video-chatgpt', 'qvhighlights', 'charades'] as const;
export type EvaluatorFormat = (typeof EVALUATOR_FORMATS)[number];

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
  return `${JSON.stringify(records, null, 1)}\n`;
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
        qid: toNumberIfOne(id.slice(id.indexOf(':') + 1)),
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

/** Writes predictions in the format of another evaluator. */
export function exportPredictions(predictions: readonly EvalPrediction[], format: EvaluatorFormat): string {
  const answered = predictions.filter(({ failure }) => failure === undefined);
  if (format === 'video-chatgpt') return toVideoChatGpt(answered);
  return format === 'qvhighlights' ? toQvHighlights(answered) : toCharades(answered);
}
