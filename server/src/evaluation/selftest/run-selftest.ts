import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EvaluationTools } from '../evaluation-tools.ts';
import { judgeChoice } from '../judging/choice-verdict.ts';
import { evaluationPaths } from '../paths.ts';
import { prepareSet } from '../preparing/prepare-set.ts';
import { readPreparedSet } from '../preparing/prepared-set.ts';
import { type RunReport, summariseRun } from '../reporting/run-report.ts';
import { readIndexingCosts, readItemCosts, readPredictions } from '../running/prediction-store.ts';
import { readRunInfo, runSet } from '../running/run-set.ts';
import { DEFAULT_RUN_SETTINGS, type RunSettings } from '../running/run-settings.ts';
import { tvqaLong } from '../sets/tvqa-long.ts';
import { drawScene } from './scene.ts';
import {
  createTvqaLongWorld,
  FRAMES_PER_SCENE,
  SCENE_SECONDS,
  type TvqaLongWorld,
  type WorldClip,
} from './tvqa-long-world.ts';

const SIDE_PX = 96;
const RUN = 'selftest';

/** Result of the self-test: what was counted, and what must be. */
export interface SelftestResult {
  readonly questions: number;
  readonly right: number;
  readonly expectedRight: number;
  /** Share of right answers that cite the right place; must be 1. */
  readonly rightForTheRightReason: number;
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
async function renderWorld(world: TvqaLongWorld, folder: string, tools: EvaluationTools): Promise<void> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'tvqa_val_edited.json'), JSON.stringify(world.annotations));
  writeFileSync(join(folder, 'tvqa_preprocessed_subtitles.json'), JSON.stringify(world.subtitles));
  for (const [i, clip] of world.clips.entries()) {
    tools.onProgress(`rendering clip ${i + 1} of ${world.clips.length}`);
    await renderClip(clip, folder, tools);
  }
}

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

/**
 * Renders a small set in TVQA-Long's format, prepares, indexes, asks and judges it like every other set, and compares the
 * result with the known one. `folder` must not exist before; it is removed.
 */
export async function runSelftest(folder: string, tools: EvaluationTools): Promise<SelftestResult> {
  const start = performance.now();
  const world = createTvqaLongWorld();
  try {
    const source = join(folder, 'source');
    await renderWorld(world, source, tools);
    const paths = evaluationPaths(join(folder, 'data'));
    const setFolder = paths.set(tvqaLong.id);
    const folders = { annotations: source, videos: source, subtitles: source };
    await prepareSet(tvqaLong, folders, setFolder, tools);
    const set = readPreparedSet(setFolder, tvqaLong.id);
    const settings = { ...DEFAULT_RUN_SETTINGS, optionsInQuestion: false, daemon: toDaemonSettings(tools) };
    const request = {
      name: RUN,
      set,
      settings,
      items: set.usableItems,
      seed: 0,
      dataDir: join(folder, 'data'),
    };
    await runSet(request, tools);
    const runFolder = paths.run(RUN);
    const predictions = [...readPredictions(runFolder).values()];
    const report = summariseRun({
      info: readRunInfo(runFolder, RUN),
      predictions,
      judge: 'exact',
      verdicts: predictions.map(judgeChoice),
      costs: readItemCosts(runFolder),
      indexing: readIndexingCosts(runFolder),
    });
    const right = report.accuracy?.right ?? 0;
    const rightForTheRightReason = report.citations?.rightForTheRightReason ?? 0;
    return {
      questions: world.questions,
      right,
      expectedRight: world.rightAnswers,
      rightForTheRightReason,
      passed:
        predictions.length === world.questions &&
        right === world.rightAnswers &&
        rightForTheRightReason === 1,
      seconds: (performance.now() - start) / 1000,
      report,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
