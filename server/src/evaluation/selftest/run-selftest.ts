import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EvaluationTools } from '../evaluation-tools.ts';
import { evaluationPaths } from '../paths.ts';
import { prepareSet } from '../preparing/prepare-set.ts';
import { readPreparedSet } from '../preparing/prepared-set.ts';
import { loadRun } from '../reporting/load-run.ts';
import { type RunReport, summariseRun } from '../reporting/run-report.ts';
import { runSet } from '../running/run-set.ts';
import { DEFAULT_RUN_SETTINGS, type RunSettings } from '../running/run-settings.ts';
import { tvqaLong } from '../sets/tvqa-long.ts';
import { FILE_SET_WORLDS } from './file-set-worlds.ts';
import { drawScene } from './scene.ts';
import { type SelftestWorld, SIDE_PX } from './selftest-world.ts';
import {
  createTvqaLongWorld,
  FRAMES_PER_SCENE,
  SCENE_SECONDS,
  type TvqaLongWorld,
  type WorldClip,
} from './tvqa-long-world.ts';

const RUN = 'selftest';

/** Result of the self-test: what was counted, and what must be. */
export interface SelftestResult {
  readonly set: string;
  readonly questions: number;
  readonly right: number;
  readonly expectedRight: number;
  /** Share of right answers that cite the right place; must be 1. Absent for sets that do not say where answers are. */
  readonly rightForTheRightReason?: number;
  readonly passed: boolean;
  readonly seconds: number;
  readonly report: RunReport;
}

/** Draws a clip's frames as TVQA ships them: `00001.jpg`, ... at 3 fps. */
async function renderClip(
  { folder, scenes }: WorldClip,
  root: string,
  tools: EvaluationTools,
): Promise<void> {
  const path = join(root, folder);
  mkdirSync(path, { recursive: true });
  let number = 0;
  for (const scene of scenes)
    for (let frame = 0; frame < FRAMES_PER_SCENE; frame += 1) {
      tools.signal.throwIfAborted();
      const data = new Uint8Array(SIDE_PX * SIDE_PX * 3);
      const picture = { timeMs: 0, width: SIDE_PX, height: SIDE_PX, data };
      drawScene(scene, picture, frame / FRAMES_PER_SCENE);
      number += 1;
      await tools.writeJpeg(picture, join(path, `${String(number).padStart(5, '0')}.jpg`));
    }
}

/** Writes the set to a folder, in the layout that its authors use. */
async function renderTvqaLong(world: TvqaLongWorld, folder: string, tools: EvaluationTools): Promise<void> {
  writeFileSync(join(folder, 'tvqa_val_edited.json'), JSON.stringify(world.annotations));
  writeFileSync(join(folder, 'tvqa_preprocessed_subtitles.json'), JSON.stringify(world.subtitles));
  for (const [i, clip] of world.clips.entries()) {
    tools.onProgress(`rendering clip ${i + 1} of ${world.clips.length}`);
    await renderClip(clip, folder, tools);
  }
}

function createTvqaLongTest(): SelftestWorld {
  const world = createTvqaLongWorld();
  const { questions, rightAnswers } = world;
  return {
    adapter: tvqaLong,
    questions,
    rightAnswers,
    write: (folder, tools) => renderTvqaLong(world, folder, tools),
  };
}

/** Sets that the self-test can render; the first is the one of choice. */
export const SELFTEST_WORLDS: readonly SelftestWorld[] = [createTvqaLongTest(), ...FILE_SET_WORLDS];

/** The daemon that is measured: tiny models of this package, clips as long as a scene. */
function toDaemonSettings({ tinyModelFolder }: EvaluationTools): RunSettings['daemon'] {
  return {
    'models.captioner': tinyModelFolder('tiny-captioner'),
    'models.textEmbedder': tinyModelFolder('tiny-embedder'),
    'models.answerer': tinyModelFolder('tiny-answerer'),
    'models.frameEmbedder': 'none',
    'models.reranker': 'none',
    'models.transcriber': 'none',
    'models.offline': true,
    'screenText.enabled': false,
    'clips.seconds': SCENE_SECONDS,
    'work.cpuShare': 100,
    'work.pauseOnBattery': false,
  };
}

/** Returns how many items the run has right: answers, or moments that the first hit covers. */
function countRight({ accuracy, moments }: RunReport): number {
  const { queries = 0, recallAtOne } = moments?.full ?? {};
  return accuracy?.right ?? Math.round(queries * (recallAtOne?.['0.5'] ?? 0));
}

/**
 * Renders a small set in its authors' format, prepares, indexes, asks and judges it like every other set, and compares the
 * result with the known one. `folder` must not exist before; it is removed.
 */
export async function runSelftest(
  { adapter, questions, rightAnswers, write }: SelftestWorld,
  folder: string,
  tools: EvaluationTools,
): Promise<SelftestResult> {
  const start = performance.now();
  try {
    const source = join(folder, 'source');
    mkdirSync(source, { recursive: true });
    await write(source, tools);
    const dataDir = join(folder, 'data');
    const paths = evaluationPaths(dataDir);
    const setFolder = paths.set(adapter.id);
    await prepareSet(adapter, { annotations: source, videos: source, subtitles: source }, setFolder, tools);
    const set = readPreparedSet(setFolder, adapter.id);
    const settings = { ...DEFAULT_RUN_SETTINGS, optionsInQuestion: false, daemon: toDaemonSettings(tools) };
    await runSet({ name: RUN, set, settings, items: set.usableItems, seed: 0, dataDir }, tools);
    const record = loadRun(paths.run(RUN), RUN, 'exact');
    const report = summariseRun(record);
    const right = countRight(report);
    const rightForTheRightReason = report.citations?.rightForTheRightReason;
    return {
      set: adapter.id,
      questions,
      right,
      expectedRight: rightAnswers,
      ...(rightForTheRightReason === undefined ? {} : { rightForTheRightReason }),
      passed:
        record.predictions.length === questions &&
        right === rightAnswers &&
        (rightForTheRightReason ?? 1) === 1,
      seconds: (performance.now() - start) / 1000,
      report,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
