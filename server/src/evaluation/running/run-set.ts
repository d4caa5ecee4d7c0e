import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileUri } from '../../base/file-uri.ts';
import type { Client } from '../../daemon/connect.ts';
import { digestOf } from '../digest.ts';
import { EvaluationError } from '../evaluation-error.ts';
import type { EvaluationTools } from '../evaluation-tools.ts';
import type { EvalItem, EvalPrediction, ItemCost } from '../item.ts';
import { evaluationPaths } from '../paths.ts';
import type { PreparedSet } from '../preparing/prepared-set.ts';
import { askItem, type IndexedSet } from './ask-item.ts';
import { fingerprintModels, type ModelFingerprint } from './model-fingerprint.ts';
import {
  findCachedPredictions,
  type IndexingCost,
  openPredictionWriter,
  readPredictions,
  type Shard,
  settlePredictions,
  videosOfShard,
  writeIndexingCost,
} from './prediction-store.ts';
import { type RunSettings, toIndexRecipe } from './run-settings.ts';

/** `run.json`: what a run is made of. */
export interface RunInfo {
  readonly name: string;
  readonly set: string;
  readonly setDigest: string;
  /** Ids of the items, in the set's order. */
  readonly items: readonly string[];
  readonly settings: RunSettings;
  readonly seed: number;
  readonly models: readonly ModelFingerprint[];
  readonly build: string;
  readonly platform: string;
}

export interface RunRequest {
  readonly name: string;
  readonly set: PreparedSet;
  readonly settings: RunSettings;
  /** Items to ask: the set's or a part of them, in its order. */
  readonly items: readonly EvalItem[];
  readonly shard?: Shard;
  readonly seed: number;
  readonly dataDir: string;
}

export interface RunOutcome {
  readonly name: string;
  readonly folder: string;
  readonly asked: number;
  /** Items whose prediction was there already. */
  readonly reused: number;
  readonly failed: number;
  /** True if every item of the run has a prediction. */
  readonly complete: boolean;
}

/** Reads `run.json`. Throws EvaluationError if there is no such run. */
export function readRunInfo(folder: string, name: string): RunInfo {
  const path = join(folder, 'run.json');
  if (!existsSync(path))
    throw new EvaluationError(
      `There is no run ${name}.`,
      'Start it with "goldfish eval run SET --name NAME".',
    );
  return JSON.parse(readFileSync(path, 'utf8')) as RunInfo;
}

/** Throws if a run of this name asks other items or has other settings: its lines would not belong together. */
function assertSameRun(folder: string, { name, set, items, settings }: RunRequest): void {
  if (!existsSync(join(folder, 'run.json'))) return;
  const earlier = readRunInfo(folder, name);
  const identify = (run: Pick<RunInfo, 'setDigest' | 'items' | 'settings'>) =>
    digestOf([run.setDigest, run.items, run.settings]);
  const wanted = { setDigest: set.digest, items: items.map(({ id }) => id), settings };
  if (identify(earlier) !== identify(wanted))
    throw new EvaluationError(
      `The run ${name} exists with other items or settings.`,
      'Choose another --name, or give the options of its first call again.',
    );
}

/** Applies settings and indexes the videos. */
async function indexSet(
  client: Client,
  { set, settings }: RunRequest,
  videos: ReadonlySet<string>,
  tools: EvaluationTools,
) {
  const { signal } = tools;
  for (const [key, value] of Object.entries(settings.daemon))
    await client.request('goldfish/settings/set', { key, value }, { signal });
  const uris = new Map(
    set.videos
      .filter(({ id }) => videos.has(id))
      .map((video) => {
        const path = settings.subtitles ? video.path : video.plainPath;
        return [video.id, pathToFileUri(join(set.folder, path))] as const;
      }),
  );
  const videosByUri = new Map([...uris].map(([id, uri]) => [uri, id]));
  const result = await client.request(
    'goldfish/index',
    { uris: [...uris.values()] },
    {
      signal,
      onPartial: (value) => {
        const { done, videos: total } = value as { done: number; videos: number };
        tools.onProgress(`indexing ${done} of ${total} videos`);
      },
    },
  );
  const failed = result.failed.map(({ uri, reason }) => ({ video: videosByUri.get(uri) ?? uri, reason }));
  const { models, ...rest } = await client.request('goldfish/models/list', {}, { signal });
  const { settings: daemonSettings } = await client.request('goldfish/settings/get', {}, { signal });
  const fingerprints = await fingerprintModels({ models, ...rest }, daemonSettings);
  return {
    indexed: { client, uris, videos: videosByUri } satisfies IndexedSet,
    models: fingerprints,
    indexing: {
      seconds: result.seconds,
      videos: result.videos,
      clips: result.clips,
      failed,
    } satisfies IndexingCost,
  };
}

/** Returns the key of an item's prediction: a digest of everything that the answer depends on. */
function toPredictionKey(
  item: EvalItem,
  request: RunRequest,
  models: readonly ModelFingerprint[],
  build: string,
) {
  const { set, settings } = request;
  // A search over the whole set depends on all of it.
  const context = settings.library ? set.digest : set.set;
  const identities = models.map(({ why: _why, ...identity }) => identity);
  return digestOf({ item, settings, recipe: toIndexRecipe(settings), models: identities, build, context });
}

/** Asks the items whose prediction is neither in this run nor in another, and writes each as soon as it is there. */
async function askItems(
  folder: string,
  items: readonly EvalItem[],
  request: RunRequest,
  indexed: IndexedSet,
  toKey: (item: EvalItem) => string,
  tools: EvaluationTools,
): Promise<{ asked: number; reused: number; failed: number }> {
  const keys = new Map(items.map((item) => [item.id, toKey(item)]));
  const earlier = readPredictions(folder);
  const isDone = ({ id }: EvalItem) => {
    const prediction = earlier.get(id);
    return prediction?.key === keys.get(id) && prediction?.failure === undefined;
  };
  const left = items.filter((item) => !isDone(item));
  const { runs } = evaluationPaths(request.dataDir);
  const cached = findCachedPredictions(runs, new Set(left.map(({ id }) => keys.get(id) ?? '')));
  const writer = openPredictionWriter(folder, request.shard);
  let asked = 0;
  let failed = 0;
  try {
    for (const [i, item] of left.entries()) {
      const key = keys.get(item.id) ?? '';
      const known = cached.get(key);
      if (known !== undefined) {
        writer.write({ ...known, id: item.id });
        continue;
      }
      tools.onProgress(`asking ${i + 1} of ${left.length}`);
      const { prediction, cost } = await askOrExplain(indexed, item, request.settings, tools.signal);
      writer.write({ ...prediction, key }, cost);
      asked += 1;
      if (prediction.failure !== undefined) failed += 1;
    }
  } finally {
    writer.close();
  }
  return { asked, failed, reused: items.length - asked };
}

/** Asks an item. A failed request becomes a prediction that says why, and does not end the run. */
async function askOrExplain(
  indexed: IndexedSet,
  item: EvalItem,
  settings: RunSettings,
  signal: AbortSignal,
): Promise<{ prediction: Omit<EvalPrediction, 'key'>; cost?: ItemCost }> {
  try {
    return await askItem(indexed, item, settings, signal);
  } catch (error) {
    signal.throwIfAborted();
    const failure = error instanceof Error ? error.message : String(error);
    const { id, video, task, question, options, gold, labels } = item;
    const asked = { id, video, task, question, ...(options ? { options } : {}), gold, labels };
    return { prediction: { ...asked, pred: '', citations: [], hits: [], abstained: false, failure } };
  }
}

/**
 * Indexes a prepared set and asks its items, through the daemon of a data folder of its own. Each prediction is on disk
 * before the next is asked, so a run that was killed continues where it stopped.
 */
export async function runSet(request: RunRequest, tools: EvaluationTools): Promise<RunOutcome> {
  const { name, set, settings, shard, seed, dataDir } = request;
  const paths = evaluationPaths(dataDir);
  const folder = paths.run(name);
  assertSameRun(folder, request);
  const shardVideos = videosOfShard(
    set.videos.map(({ id }) => id),
    shard,
  );
  const items = request.items.filter(({ video }) => shardVideos.has(video));
  const needed = new Set(items.map(({ video }) => video));
  const recipe = digestOf({ set: set.set, recipe: toIndexRecipe(settings), shard }).slice(0, 16);
  const client = await tools.connect(paths.index(recipe));
  try {
    const searched = settings.library ? new Set(set.videos.map(({ id }) => id)) : needed;
    const { indexed, models, indexing } = await indexSet(client, request, searched, tools);
    mkdirSync(folder, { recursive: true });
    const info: RunInfo = {
      name,
      set: set.set,
      setDigest: set.digest,
      items: request.items.map(({ id }) => id),
      settings,
      seed,
      models,
      build: tools.build,
      platform: `${process.platform} ${process.arch}`,
    };
    writeFileSync(join(folder, 'run.json'), `${JSON.stringify(info, null, 2)}\n`);
    writeIndexingCost(folder, shard, indexing);
    const toKey = (item: EvalItem) => toPredictionKey(item, request, models, tools.build);
    const counts = await askItems(folder, items, request, indexed, toKey, tools);
    const complete = settlePredictions(folder, info.items);
    return { name, folder, ...counts, complete };
  } finally {
    await client.request('goldfish/stop', {}).catch(() => undefined);
    await client.close();
  }
}
