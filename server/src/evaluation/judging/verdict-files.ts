import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { EvaluationError } from '../evaluation-error.ts';
import type { EvalPrediction } from '../item.ts';
import { type JsonLineLog, openJsonLineLog, readJsonLines } from '../json-lines.ts';
import { fromEvalFileName, toEvalFileName } from '../paths.ts';
import type { JudgingCost } from './judge-answers.ts';
import { parseVerdict } from './judge-prompt.ts';
import type { Verdict } from './verdict.ts';

/** `judged.JUDGE.json`: the verdicts of a run by one judge, and what they cost. */
export interface JudgedFile {
  readonly verdicts: readonly Verdict[];
  readonly cost?: JudgingCost;
}

const toFileName = (judge: string) => `judged.${toEvalFileName(judge)}.json`;

/** Writes the verdicts of a run by one judge, whole or not at all. */
export function writeVerdicts(runFolder: string, judge: string, file: JudgedFile): void {
  const path = join(runFolder, toFileName(judge));
  const partial = `${path}.${process.pid}`;
  writeFileSync(partial, `${JSON.stringify(file)}\n`);
  renameSync(partial, path);
}

/** Reads the verdicts of a judge. Throws EvaluationError if it has not judged the run. */
export function readVerdicts(runFolder: string, judge: string): JudgedFile {
  try {
    return JSON.parse(readFileSync(join(runFolder, toFileName(judge)), 'utf8')) as JudgedFile;
  } catch (error) {
    throw new EvaluationError(
      `${judge} has not judged this run.`,
      `Run "goldfish eval judge RUN --judge ${judge}" first. Judges so far: ${listJudges(runFolder).join(', ') || 'none'}.`,
      { cause: error },
    );
  }
}

/** Returns what a judge's verdicts on a run have cost so far; undefined if it has not judged it, or for free. */
export function readJudgingCost(runFolder: string, judge: string): JudgingCost | undefined {
  try {
    return readVerdicts(runFolder, judge).cost;
  } catch {
    return undefined;
  }
}

/** Lists the judges whose verdicts are stored. */
function listJudges(runFolder: string): readonly string[] {
  return readdirSync(runFolder).flatMap((name) => /^judged\.(.+)\.json$/.exec(name)?.[1] ?? []);
}

/** The verdicts of one judge of a panel. */
export interface PanelJudge {
  readonly judge: string;
  readonly verdicts: readonly Verdict[];
}

/** Reads the verdicts of all judges of a run. */
export function readPanel(runFolder: string): readonly PanelJudge[] {
  return listJudges(runFolder)
    .toSorted()
    .map((name) => {
      const path = join(runFolder, `judged.${name}.json`);
      const { verdicts } = JSON.parse(readFileSync(path, 'utf8')) as JudgedFile;
      return { judge: fromEvalFileName(name), verdicts };
    });
}

/** Verdicts of all runs by one judge, so that no answer is judged twice. */
export interface VerdictCache {
  readonly known: ReadonlyMap<string, Verdict>;
  add(key: string, verdict: Verdict): void;
  close(): void;
}

export function openVerdictCache(folder: string, judge: string): VerdictCache {
  const path = join(folder, `${toEvalFileName(judge)}.jsonl`);
  mkdirSync(dirname(path), { recursive: true });
  const lines = readJsonLines(path) as readonly { readonly key: string; readonly verdict: Verdict }[];
  const log: JsonLineLog = openJsonLineLog(path);
  return {
    known: new Map(lines.map(({ key, verdict }) => [key, verdict])),
    add: (key, verdict) => log.append({ key, verdict }),
    close: () => log.close(),
  };
}

/** Finds the verdicts for predictions in files of the original scripts: `{video}_{n}.json` = [verdict, {q, a, pred}]. */
export function importVerdicts(folder: string, predictions: readonly EvalPrediction[]): readonly Verdict[] {
  const byContent = new Map<string, Verdict>();
  const toKey = (question: string, gold: string, pred: string) => JSON.stringify([question, gold, pred]);
  let files: readonly string[];
  try {
    files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  } catch (error) {
    throw new EvaluationError(
      `Cannot read ${folder}.`,
      'Name the folder with the verdict files of the original script.',
      { cause: error },
    );
  }
  for (const name of files) {
    const content: unknown = JSON.parse(readFileSync(join(folder, name), 'utf8'));
    if (!Array.isArray(content) || content.length < 2) continue;
    const [verdict, sample]: readonly unknown[] = content;
    const parsed = parseVerdict(JSON.stringify(verdict));
    if (parsed === undefined || typeof sample !== 'object' || sample === null) continue;
    // The number in the name counts the file's order, which changes. The texts do not.
    const member = (key: string) => String(Reflect.get(sample, key) ?? '');
    byContent.set(toKey(member('q'), member('a'), member('pred')), { id: '', outcome: 'judged', ...parsed });
  }
  return predictions.map(({ id, question, gold, pred }) => {
    const verdict = byContent.get(toKey(question, gold.text ?? '', pred));
    return verdict ? { ...verdict, id } : { id, outcome: 'unjudged', reason: 'no imported verdict' };
  });
}
