import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { writePictureSequence } from '../adapters/libav/node-av-picture-sequence.ts';
import { readManifest } from '../adapters/models/manifest.ts';
import { findAnswerBudget } from '../adapters/models/model-budgets.ts';
import { createOpenAiAnswerer } from '../adapters/openai/answerer.ts';
import { createOpenAiJudge } from '../adapters/openai/judge.ts';
import { encodeJpeg } from '../adapters/sharp-jpeg.ts';
import { decodePicture } from '../adapters/sharp-picture.ts';
import { createTransformersAnswerer } from '../adapters/transformers/answerer.ts';
import { listDevices } from '../adapters/transformers/inference-host.ts';
import { BUILD } from '../base/build.ts';
import { packageRoot } from '../base/package-root.ts';
import { modelsDir } from '../base/paths.ts';
import { useProxy } from '../base/proxy.ts';
import { parseModelSetting } from '../core/models/model-setting.ts';
import { EvaluationError } from '../evaluation/evaluation-error.ts';
import type { EvaluationTools } from '../evaluation/evaluation-tools.ts';
import type { Answerer, TokenUsage } from '../ports/answerer.ts';
import type { JudgeModel } from '../ports/judge-model.ts';
import { resolveModelFolder } from './models/resolve-model-folder.ts';

/** Frames of sets are at most this wide and high, px. Larger ones are scaled down. */
const MAX_FRAME = { width: 1280, height: 1280 };
/** Three tries in all. */
const JUDGE_RETRIES = 2;
const JUDGE_KEY_VARIABLE = 'GOLDFISH_JUDGE_API_KEY';
const ANSWERER_KEY_VARIABLE = 'GOLDFISH_API_KEY';
/** Limits of an answerer on a host that is asked without evidence. */
const REMOTE_LIMITS = { words: 1000, tokens: 300 };
const IDLE_MS = 60_000;

/** Makes a judge of an instruct model on this machine. It is greedy, so every vote is the same. */
const toLocalJudge = (answerer: Answerer): JudgeModel => ({
  name: answerer.name,
  reply: async (messages, _seed, signal) => {
    let usage: TokenUsage | undefined;
    const text = await answerer.answer(
      messages,
      () => undefined,
      signal,
      (told) => (usage = told),
    );
    return { text, ...usage };
  },
  close: () => answerer.close(),
});

/** Creates an instruct model on this machine, by its hub id or folder. An empty setting is the default answerer. */
function createLocalModel(setting: string, env: NodeJS.ProcessEnv): Answerer {
  const choice = parseModelSetting(setting);
  if (choice?.kind !== 'default' && choice?.kind !== 'folder' && choice?.kind !== 'hub')
    throw new EvaluationError(
      `${setting} cannot answer questions here.`,
      'Use a hub model id, an absolute folder, or http://host/v1#model.',
    );
  const model = resolveModelFolder(choice, 'answerer', {
    manifest: readManifest(),
    modelsDir: modelsDir(env),
    env,
  });
  if ('missing' in model)
    throw new EvaluationError(
      `The model ${model.missing} is not downloaded.`,
      'Run "goldfish models pull", or name another model.',
    );
  return createTransformersAnswerer(
    { id: model.id || basename(model.folder), budget: findAnswerBudget(model.folder) },
    {
      folder: model.folder,
      devices: listDevices(process.platform, process.arch),
      threads: Math.max(1, availableParallelism() - 1),
      idleMs: IDLE_MS,
    },
  );
}

/** Creates the judge of a setting: `http://host/v1#model`, `answerer`, a hub id or a folder. */
function createJudge(setting: string, env: NodeJS.ProcessEnv): JudgeModel {
  const choice = parseModelSetting(setting);
  if (setting === 'answerer') return toLocalJudge(createLocalModel('', env));
  if (choice?.kind !== 'endpoint') return toLocalJudge(createLocalModel(setting, env));
  useProxy(env, () => undefined);
  const { baseUrl, model } = choice;
  return createOpenAiJudge({
    baseUrl,
    model,
    key: env[JUDGE_KEY_VARIABLE],
    keyVariable: JUDGE_KEY_VARIABLE,
    retries: JUDGE_RETRIES,
  });
}

/** Creates the model of a setting of `models.answerer`, to be asked without evidence. */
function createAnswerer(setting: string, env: NodeJS.ProcessEnv): Answerer {
  const choice = parseModelSetting(setting);
  if (choice?.kind !== 'endpoint') return createLocalModel(setting, env);
  useProxy(env, () => undefined);
  const { baseUrl, model } = choice;
  const host = { baseUrl, model, key: env[ANSWERER_KEY_VARIABLE], keyVariable: ANSWERER_KEY_VARIABLE };
  return createOpenAiAnswerer({ ...host, ...REMOTE_LIMITS });
}

/** Connects evaluation with the adapters that it needs. Only commands of `goldfish eval` load this module. */
export function createEvaluationTools(
  options: Pick<EvaluationTools, 'connect' | 'onProgress' | 'signal'> & { readonly env: NodeJS.ProcessEnv },
): EvaluationTools {
  const { env, ...rest } = options;
  return {
    ...rest,
    build: BUILD,
    writePictureSequence,
    readPicture: async (path) => decodePicture(await readFile(path), MAX_FRAME),
    writeJpeg: async (picture, path) => writeFile(path, await encodeJpeg(picture)),
    tinyModelFolder: (name) => join(packageRoot(), 'models', name, 'model'),
    createJudge: (setting) => createJudge(setting, env),
    createAnswerer: (setting) => createAnswerer(setting, env),
  };
}
