import { join } from 'node:path';
import type { EvalPrediction } from '../item.ts';
import { type JsonLineLog, openJsonLineLog, readJsonLines } from '../json-lines.ts';
import { createSeededRandom } from '../statistics/random.ts';

/** A person's verdict on an answer. */
export interface HumanLabel {
  readonly id: string;
  /** Key of the prediction: a label counts only for the answer that was shown. */
  readonly key: string;
  readonly right: boolean;
}

const labelPath = (runFolder: string) => join(runFolder, 'labels.jsonl');

export const readLabels = (runFolder: string) => readJsonLines(labelPath(runFolder)) as readonly HumanLabel[];

export const openLabelLog = (runFolder: string): JsonLineLog => openJsonLineLog(labelPath(runFolder));

/** Returns up to `count` answers without a label, drawn with a seed, so that the labels are a sample of the run. */
export function drawForLabels(
  predictions: readonly EvalPrediction[],
  labels: readonly HumanLabel[],
  count: number,
): readonly EvalPrediction[] {
  const labelled = new Set(labels.map(({ key }) => key));
  const candidates = predictions.filter(
    ({ task, pred, failure, abstained }) =>
      (task === 'open' || task === 'axis') && pred !== '' && !abstained && failure === undefined,
  );
  const random = createSeededRandom(0);
  const ranked = candidates.map((prediction) => ({ prediction, rank: random() }));
  return ranked
    .sort((a, b) => a.rank - b.rank)
    .slice(0, count)
    .flatMap(({ prediction }) => (labelled.has(prediction.key) ? [] : [prediction]));
}
