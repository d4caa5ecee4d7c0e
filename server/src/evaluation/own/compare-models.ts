import type { Client } from '../../daemon/connect.ts';
import { digestOf } from '../digest.ts';
import type { EvaluationTools } from '../evaluation-tools.ts';
import { judgeWithoutModel } from '../judging/judge-run.ts';
import { evaluationPaths } from '../paths.ts';
import { readPreparedSet } from '../preparing/prepared-set.ts';
import { type Comparison, compareRuns } from '../reporting/compare-runs.ts';
import { readPredictions } from '../running/prediction-store.ts';
import { runSet } from '../running/run-set.ts';
import { DEFAULT_RUN_SETTINGS, type RunSettings } from '../running/run-settings.ts';
import { readLibraryVideos } from './library-videos.ts';
import { OWN_SET } from './own-questions.ts';
import { NothingToAskError, prepareOwnSet } from './prepare-own-set.ts';

/** Two values of a model's setting, and what the new model was trained on. */
export interface ModelComparison {
  /** Such as `models.captioner`. */
  readonly key: string;
  readonly before: string;
  readonly after: string;
  /** Ids of the videos' contents that are not fit to compare on. */
  readonly trainedOn: readonly string[];
  readonly dataDir: string;
}

/** Settings of the library that the runs share: everything that decides captions, transcripts and search. */
const isShared = (key: string) => /^(?:models|clips|screenText)\./.test(key) && key !== 'models.keyVariable';

async function readSharedSettings(client: Client, signal: AbortSignal): Promise<RunSettings['daemon']> {
  const { settings } = await client.request('goldfish/settings/get', {}, { signal });
  return Object.fromEntries(
    Object.entries(settings).flatMap(([key, value]) =>
      isShared(key) && value !== null ? [[key, value] as const] : [],
    ),
  );
}

/**
 * Compares two models on the user's own tags and corrections, without videos that the new one has seen. Undefined if
 * nothing is left to compare on.
 */
export async function compareModels(
  client: Client,
  { key, before, after, trainedOn, dataDir }: ModelComparison,
  tools: EvaluationTools,
): Promise<Comparison | undefined> {
  const paths = evaluationPaths(dataDir);
  try {
    await prepareOwnSet(client, paths.set(OWN_SET), undefined, tools.signal);
  } catch (error) {
    if (error instanceof NothingToAskError) return undefined;
    throw error;
  }
  const set = readPreparedSet(paths.set(OWN_SET), OWN_SET);
  const seen = new Set(trainedOn);
  const videos = await readLibraryVideos(client, tools.signal);
  const seenPaths = new Set(videos.filter(({ content }) => seen.has(content)).map(({ path }) => path));
  const items = set.usableItems.filter(({ video }) => !seenPaths.has(video));
  if (items.length === 0) return undefined;
  const shared = await readSharedSettings(client, tools.signal);
  const measure = async (part: string, value: string) => {
    const settings = { ...DEFAULT_RUN_SETTINGS, daemon: { ...shared, [key]: value } };
    // A name of its own for each question set and model: runs of other settings have other names.
    const name = `train-use-${part}-${digestOf([set.digest, items.length, settings]).slice(0, 12)}`;
    await runSet({ name, set, settings, items, seed: 0, dataDir }, tools);
    const predictions = [...readPredictions(paths.run(name)).values()];
    return { name, predictions, verdicts: judgeWithoutModel(predictions) };
  };
  return compareRuns(await measure('before', before), await measure('after', after));
}
