import { judgeWithoutModel } from '../judging/judge-run.ts';
import { readLabels } from '../judging/label-file.ts';
import { readVerdicts } from '../judging/verdict-files.ts';
import { readIndexingCosts, readItemCosts, readPredictions } from '../running/prediction-store.ts';
import { readRunInfo } from '../running/run-set.ts';
import type { RunRecord } from './run-report.ts';

/** Reads a run with the verdicts of a judge. The exact judge needs no verdict file. */
export function loadRun(folder: string, name: string, judge: string): RunRecord {
  const info = readRunInfo(folder, name);
  const order = new Map(info.items.map((id, i) => [id, i]));
  const predictions = [...readPredictions(folder).values()].sort(
    (a, b) => (order.get(a.id) ?? 0) - (order.get(b.id) ?? 0),
  );
  const costs = readItemCosts(folder);
  const indexing = readIndexingCosts(folder);
  const labels = readLabels(folder);
  if (judge === 'exact')
    return { info, predictions, judge, verdicts: judgeWithoutModel(predictions), costs, indexing, labels };
  const { verdicts, cost } = readVerdicts(folder, judge);
  return { info, predictions, judge, verdicts, costs, indexing, labels, ...(cost ? { judging: cost } : {}) };
}
