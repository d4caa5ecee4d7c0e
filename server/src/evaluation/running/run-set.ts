import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IndexProgress } from '../../../protocol/work.ts';
import { pathToFileUri } from '../../base/file-uri.ts';
import { messageOf } from '../../base/message-of.ts';
import { subtractSpentTime } from '../../base/spent-time.ts';
import type { Client } from '../../daemon/connect.ts';
import type { Answerer } from '../../ports/answerer.ts';
import { digestOf } from '../digest.ts';
import { EvaluationError } from '../evaluation-error.ts';
import type { EvaluationTools } from '../evaluation-tools.ts';
import type { EvalItem, EvalPrediction, ItemCost } from '../item.ts';
import { evaluationPaths } from '../paths.ts';
import type { PreparedSet } from '../preparing/prepared-set.ts';
import { askItem, type IndexedSet, readSpent } from './ask-item.ts';
import type { IndexedClip } from './choose-ranges.ts';
import { fingerprintModels, type ModelFingerprint, usesTranscriber } from './model-fingerprint.ts';
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

/** Applies the run's settings and describes the models that then serve. */
async function configureDaemon(
  client: Client,
  { settings }: RunRequest,
  { signal }: EvaluationTools,
): Promise<readonly ModelFingerprint[]> {
  for (const [key, value] of Object.entries(settings.daemon))
    await client.request('goldfish/settings/set', { key, value }, { signal });
  const models = await client.request('goldfish/models/list', {}, { signal });
  const { settings: daemonSettings } = await client.request('goldfish/settings/get', {}, { signal });
  const used = await fingerprintModels(models, daemonSettings);
  if (settings.daemon['models.transcribeAll'] === true && !usesTranscriber(used))
    throw new EvaluationError(
      'No transcriber is in use, so nothing can be transcribed.',
      'Run "goldfish models pull", or name one with --transcriber.',
    );
  return used;
}

/** Returns a function that gives the clips of a video, and remembers those of the last one asked for. */
function createClipLookup(client: Client, signal: AbortSignal): IndexedSet['clipsOf'] {
  let last: { readonly uri: string; readonly clips: Promise<readonly IndexedClip[]> } | undefined;
  return (uri) => {
    if (last?.uri !== uri) {
      const clips = client.request('goldfish/video', { uri }, { signal }).then((video) => video.clips);
      last = { uri, clips };
    }
    return last.clips;
  };
}

/** Indexes videos and waits until they are done. */
async function indexVideosOf(
  client: Client,
  { set, settings }: RunRequest,
  videos: ReadonlySet<string>,
  tools: EvaluationTools,
): Promise<{ readonly indexed: IndexedSet; readonly cost: IndexingCost }> {
  const uris = new Map(
    set.videos
      .filter(({ id }) => videos.has(id))
      .map((video) => {
        const path = settings.subtitles ? video.path : video.plainPath;
        return [video.id, pathToFileUri(join(set.folder, path))] as const;
      }),
  );
  const videosByUri = new Map([...uris].map(([id, uri]) => [uri, id]));
  let mediaMs: number | undefined;
  const spentBefore = await readSpent(client, tools.signal);
  const result = await client.request(
    'goldfish/index',
    { uris: [...uris.values()] },
    {
      signal: tools.signal,
      onPartial: (value) => {
        const { done, videos: total, mediaMs: length } = value as IndexProgress;
        mediaMs = length;
        tools.onProgress(`indexing ${done} of ${total} videos`);
      },
    },
  );
  const failed = result.failed.map(({ uri, reason }) => ({ video: videosByUri.get(uri) ?? uri, reason }));
  return {
    indexed: { client, uris, videos: videosByUri, clipsOf: createClipLookup(client, tools.signal) },
    cost: {
      seconds: result.seconds,
      videos: result.videos,
      clips: result.clips,
      ...(mediaMs === undefined ? {} : { mediaSeconds: mediaMs / 1000 }),
      spent: subtractSpentTime(await readSpent(client, tools.signal), spentBefore),
      failed,
    },
  };
}

const searchesWholeSet = ({ library, absent }: RunSettings) => library || absent;

/** Indexes what questions need, or starts the model that answers without anything. */
async function openSet(
  client: Client,
  request: RunRequest,
  videos: ReadonlySet<string>,
  folder: string,
  tools: EvaluationTools,
) {
  const { settings, shard } = request;
  if (settings.blind) {
    const none = () => Promise.resolve([]);
    const blindModel = tools.createAnswerer(String(settings.daemon['models.answerer'] ?? ''));
    return { indexed: { client, uris: new Map(), videos: new Map(), clipsOf: none, blindModel }, failed: [] };
  }
  const { indexed, cost } = await indexVideosOf(client, request, videos, tools);
  writeIndexingCost(folder, shard, cost);
  return { indexed, failed: cost.failed };
}

/** Identifies the file of a video, so that equal questions on it have equal keys in different sets. */
function identifyVideo({ folder, videos }: PreparedSet, id: string): object {
  const video = videos.find((candidate) => candidate.id === id);
  if (video === undefined) return { id };
  return { id, bytes: statSync(join(folder, video.plainPath)).size, hasSubtitles: video.hasSubtitles };
}

/** Returns a function that gives an item's key: a digest of everything that its answer depends on. */
function createKeyOf(
  { set, settings }: RunRequest,
  models: readonly ModelFingerprint[],
  build: string,
): (item: EvalItem) => string {
  const videoOf = new Map<string, object>();
  const shared = digestOf({
    settings,
    models: models.map(({ role, setting, files }) => ({ role, setting, files })),
    build,
    // A search over the whole set depends on all of it.
    library: searchesWholeSet(settings) ? set.digest : undefined,
  });
  return ({ video, task, question, pairedQuestion, options, whole }) => {
    const file = videoOf.get(video) ?? identifyVideo(set, video);
    videoOf.set(video, file);
    const isMoment = task === 'moment';
    return digestOf({ shared, file, isMoment, question, pairedQuestion, options, whole });
  };
}

/** Gives a prediction of another item with the same key to this one. The gold answer is the item's own. */
function toReused(known: EvalPrediction, item: EvalItem): EvalPrediction {
  const { id, video, task, question, gold, labels } = item;
  const inVideo = <T extends { readonly video: string }>(range: T): T =>
    range.video === known.video ? { ...range, video } : range;
  return {
    ...known,
    id,
    video,
    task,
    question,
    gold,
    labels,
    citations: known.citations.map(inVideo),
    hits: known.hits.map(inVideo),
  };
}

/** Returns the prediction of an item that could not be asked. */
function toFailedPrediction(item: EvalItem, failure: string): Omit<EvalPrediction, 'key'> {
  const { id, video, task, question, options, gold, labels } = item;
  const asked = { id, video, task, question, ...(options ? { options } : {}), gold, labels };
  return { ...asked, pred: '', citations: [], hits: [], abstained: false, failure };
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
    return { prediction: toFailedPrediction(item, messageOf(error)) };
  }
}

/** Items of a shard with their keys, and which of them have no prediction yet. */
function planItems(request: RunRequest, folder: string, keyOf: (item: EvalItem) => string) {
  const { set, shard, dataDir } = request;
  const ids = set.videos.map(({ id }) => id);
  const shardVideos = videosOfShard(ids, shard);
  const items = request.items.filter(({ video }) => shardVideos.has(video));
  const keys = new Map(items.map((item) => [item.id, keyOf(item)]));
  const earlier = readPredictions(folder);
  const missing = items.filter(({ id }) => {
    const prediction = earlier.get(id);
    return prediction === undefined || prediction.key !== keys.get(id) || prediction.failure !== undefined;
  });
  const wanted = new Set(missing.map(({ id }) => keys.get(id) ?? ''));
  const cached = findCachedPredictions(evaluationPaths(dataDir).runs, wanted);
  const reusable = missing.flatMap((item) => {
    const known = cached.get(keys.get(item.id) ?? '');
    return known === undefined ? [] : [toReused(known, item)];
  });
  const reusedIds = new Set(reusable.map(({ id }) => id));
  return {
    items,
    keys,
    reusable,
    left: missing.filter(({ id }) => !reusedIds.has(id)),
    searchedVideos: searchesWholeSet(request.settings) ? new Set(ids) : undefined,
  };
}

/**
 * Indexes a prepared set and asks its items, through the daemon of a data folder of its own. Each prediction is on disk
 * before the next is asked, so a run that was killed continues where it stopped. What this run or another has computed
 * is not computed again.
 */
export async function runSet(request: RunRequest, tools: EvaluationTools): Promise<RunOutcome> {
  const { name, set, settings, shard, seed, dataDir } = request;
  const paths = evaluationPaths(dataDir);
  const folder = paths.run(name);
  assertSameRun(folder, request);
  const recipe = digestOf({ set: set.set, recipe: toIndexRecipe(settings), shard }).slice(0, 16);
  const client = await tools.connect(paths.index(recipe));
  try {
    const models = await configureDaemon(client, request, tools);
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
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'run.json'), `${JSON.stringify(info, null, 2)}\n`);
    const plan = planItems(request, folder, createKeyOf(request, models, tools.build));
    const writer = openPredictionWriter(folder, shard);
    let failed = 0;
    let blindModel: Answerer | undefined;
    try {
      for (const prediction of plan.reusable) writer.write(prediction);
      if (plan.left.length > 0) {
        const needed = plan.searchedVideos ?? new Set(plan.left.map(({ video }) => video));
        const { indexed, failed: unindexed } = await openSet(client, request, needed, folder, tools);
        blindModel = indexed.blindModel;
        for (const [i, item] of plan.left.entries()) {
          tools.onProgress(`asking ${i + 1} of ${plan.left.length}`);
          const reason = unindexed.find(({ video }) => video === item.video)?.reason;
          const { prediction, cost } =
            reason === undefined
              ? await askOrExplain(indexed, item, settings, tools.signal)
              : { prediction: toFailedPrediction(item, `the video could not be indexed: ${reason}`) };
          writer.write({ ...prediction, key: plan.keys.get(item.id) ?? '' }, cost);
          if (prediction.failure !== undefined) failed += 1;
        }
      }
    } finally {
      writer.close();
      await blindModel?.close();
    }
    const complete = settlePredictions(folder, info.items);
    const asked = plan.left.length;
    return { name, folder, asked, reused: plan.items.length - asked, failed, complete };
  } finally {
    await client.request('goldfish/stop', {}).catch(() => undefined);
    await client.close();
  }
}
