import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SpentTime } from '../../base/spent-time.ts';
import type { EvalPrediction, ItemCost } from '../item.ts';
import { type JsonLineLog, openJsonLineLog, readJsonLines } from '../json-lines.ts';

/** What indexing for a run or a shard of it took. */
export interface IndexingCost {
  /** Wall time. */
  readonly seconds: number;
  readonly videos: number;
  readonly clips: number;
  /** Length of the videos; absent if it is not known. */
  readonly mediaSeconds?: number;
  /** Processor and accelerator time; absent in older files. */
  readonly spent?: SpentTime;
  /** The part of the run, such as `1-of-3`; absent for a whole run. */
  readonly shard?: string;
  readonly failed: readonly { readonly video: string; readonly reason: string }[];
}

/** Part of a run that one process works on: `index` of `count`, from 1. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** Parses `2/8`. Returns undefined for anything else. */
export function parseShard(text: string): Shard | undefined {
  const match = /^(\d{1,4})\/(\d{1,4})$/.exec(text);
  const [index, count] = [Number(match?.[1]), Number(match?.[2])];
  return match && index >= 1 && index <= count ? { index, count } : undefined;
}

/** Returns the videos of a shard. All items of a video are in one shard, so that it is indexed once. */
export function videosOfShard(videos: readonly string[], shard: Shard | undefined): ReadonlySet<string> {
  return new Set(shard === undefined ? videos : videos.filter((_, i) => i % shard.count === shard.index - 1));
}

const PREDICTIONS = /^predictions(?:\.\d+-of-\d+)?\.jsonl$/;
const INDEXING = /^indexing(?:\.\d+-of-\d+)?\.jsonl$/;
const COSTS = /^costs(?:\.\d+-of-\d+)?\.jsonl$/;

/** Each shard writes files of its own, so that no process writes into another's line. */
const toLogName = (name: 'predictions' | 'costs' | 'indexing', shard: Shard | undefined) =>
  shard === undefined ? `${name}.jsonl` : `${name}.${shard.index}-of-${shard.count}.jsonl`;

/** Reads the predictions of a run, of all its shards, by item id. Failures count as missing. */
export function readPredictions(folder: string): ReadonlyMap<string, EvalPrediction> {
  const predictions = new Map<string, EvalPrediction>();
  let names: readonly string[];
  try {
    names = readdirSync(folder)
      .filter((name) => PREDICTIONS.test(name))
      .sort();
  } catch {
    return predictions;
  }
  for (const name of names)
    for (const line of readJsonLines(join(folder, name)) as readonly EvalPrediction[]) {
      if (line.failure === undefined || !predictions.has(line.id)) predictions.set(line.id, line);
    }
  return predictions;
}

/** Reads the lines of all shards' files of a kind. */
function readShards(folder: string, pattern: RegExp): readonly unknown[] {
  return readdirSync(folder)
    .filter((name) => pattern.test(name))
    .sort()
    .flatMap((name) => readJsonLines(join(folder, name)));
}

/** Reads what the items of a run cost, of all its shards. An item asked twice has two lines. */
export const readItemCosts = (folder: string) => readShards(folder, COSTS) as readonly ItemCost[];

/** Reads what each call of a run spent on indexing. */
export const readIndexingCosts = (folder: string) => readShards(folder, INDEXING) as readonly IndexingCost[];

/** Appends what a call spent on indexing. */
export function writeIndexingCost(folder: string, shard: Shard | undefined, cost: IndexingCost): void {
  const log = openJsonLineLog(join(folder, toLogName('indexing', shard)));
  log.append(shard === undefined ? cost : { ...cost, shard: `${shard.index}-of-${shard.count}` });
  log.close();
}

/** Finds predictions with certain keys in all runs: what one run has computed, another need not. */
export function findCachedPredictions(
  runsFolder: string,
  wantedKeys: ReadonlySet<string>,
): ReadonlyMap<string, EvalPrediction> {
  const found = new Map<string, EvalPrediction>();
  let runs: readonly string[];
  try {
    runs = readdirSync(runsFolder);
  } catch {
    return found;
  }
  for (const run of runs)
    for (const prediction of readPredictions(join(runsFolder, run)).values())
      if (prediction.failure === undefined && wantedKeys.has(prediction.key))
        found.set(prediction.key, prediction);
  return found;
}

/** Writes the predictions of a run. */
export interface PredictionWriter {
  write(prediction: EvalPrediction, cost?: ItemCost): void;
  close(): void;
}

export function openPredictionWriter(folder: string, shard: Shard | undefined): PredictionWriter {
  mkdirSync(folder, { recursive: true });
  const predictions: JsonLineLog = openJsonLineLog(join(folder, toLogName('predictions', shard)));
  const costs: JsonLineLog = openJsonLineLog(join(folder, toLogName('costs', shard)));
  return {
    write(prediction, cost) {
      // First: what a process that is killed in between has asked is asked again, and was paid twice.
      if (cost) costs.append(cost);
      predictions.append(prediction);
    },
    close() {
      predictions.close();
      costs.close();
    },
  };
}

/**
 * Rewrites the predictions in the set's order and removes the files of shards, once every item has a prediction. Shards
 * that end at the same time write the same file.
 */
export function settlePredictions(folder: string, ids: readonly string[]): boolean {
  const predictions = readPredictions(folder);
  const ordered = ids.flatMap((id) => predictions.get(id) ?? []);
  if (ordered.length < ids.length || ordered.some(({ failure }) => failure !== undefined)) return false;
  const partial = join(folder, `.predictions.${process.pid}`);
  writeFileSync(partial, ordered.map((prediction) => `${JSON.stringify(prediction)}\n`).join(''));
  renameSync(partial, join(folder, 'predictions.jsonl'));
  for (const name of readdirSync(folder))
    if (PREDICTIONS.test(name) && name !== 'predictions.jsonl') rmSync(join(folder, name), { force: true });
  return true;
}
