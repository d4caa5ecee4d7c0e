import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { AutoModelForImageTextToText, AutoProcessor, env, LogLevel } from '@huggingface/transformers';
import { listSupportedBackends } from 'onnxruntime-node';
import { messageOf } from '../../base/message-of.ts';
import type { DataType } from '../../core/models/model-files.ts';
import type { DeviceStep } from '../../ports/captioner.ts';
import { choosePrecisions, VISION_GRAPHS } from './graph-precisions.ts';
import { dropPicturesAfterFirstStep } from './image-text-generation.ts';
import { createPreparer, SUPPORTED_MODEL_TYPES } from './image-text-prompt.ts';
import type { ModelPlace } from './inference-messages.ts';
import type { Disposable, LoadedVisionModel, ModelLoader, WithHealth } from './loaded-model.ts';
import { findDisagreement, findEqualOutputs, probeLogits } from './self-test.ts';
import { UnsupportedModelError } from './unsupported-model.ts';

export const CAPTIONER_LOADER: ModelLoader<LoadedVisionModel> = {
  loadOn,
  runProbe: async (loaded) => [await probeLogits(loaded)],
};

/** The folder alone is read: no download, no cache of the library's own, nothing on our streams. */
export function restrictToFolder(folder: string): string {
  env.allowRemoteModels = false;
  env.useFSCache = false;
  env.useWasmCache = false;
  env.localModelPath = dirname(folder);
  env.logLevel = LogLevel.NONE;
  return basename(folder);
}

export const PULL_REMEDY =
  'Pull the model again with `goldfish models pull`, or choose another folder with `goldfish models use`.';
const toMessage = (error: unknown): string => messageOf(error).trim();

export function readModelType(folder: string): string {
  const path = join(folder, 'config.json');
  if (!existsSync(path)) throw new UnsupportedModelError(`There is no config.json in ${folder}`, PULL_REMEDY);
  try {
    const config: unknown = JSON.parse(readFileSync(path, 'utf8'));
    const type =
      config && typeof config === 'object' && 'model_type' in config ? config.model_type : undefined;
    if (typeof type === 'string') return type;
  } catch (error) {
    throw new UnsupportedModelError(`${path} cannot be read: ${toMessage(error)}`, PULL_REMEDY, {
      cause: error,
    });
  }
  throw new UnsupportedModelError(`${path} names no model_type`, PULL_REMEDY);
}

/** The precision of each graph; throws where one is not here. */
export function requirePrecisions(
  { folder, precisionsOf }: ModelPlace,
  device: string,
  graphs: readonly string[],
): Readonly<Record<string, DataType>> {
  const choice = choosePrecisions(folder, precisionsOf ?? device, graphs);
  if ('types' in choice) return choice.types;
  if (device !== 'cpu') throw new Error(`${choice.missing} is not here in half or full precision`);
  throw new UnsupportedModelError(`${choice.missing} is missing in ${folder}`, PULL_REMEDY);
}

/** How the library is to load graphs: from this folder, on this device, in these precisions. */
export function toGraphOptions(
  { threads }: ModelPlace,
  device: string,
  precisions: Readonly<Record<string, DataType>>,
) {
  return {
    local_files_only: true,
    device: device as 'cpu',
    dtype: { ...precisions },
    session_options: { intraOpNumThreads: threads, interOpNumThreads: 1 },
  };
}

/** Loads a model on one device. Throws what the runtime throws. */
async function loadOn(place: ModelPlace, device: string): Promise<LoadedVisionModel> {
  const type = readModelType(place.folder);
  if (!SUPPORTED_MODEL_TYPES.includes(type)) {
    throw new UnsupportedModelError(
      `A model of type ${type} cannot caption here`,
      `Choose one of these types: ${SUPPORTED_MODEL_TYPES.join(', ')}.`,
    );
  }
  const precisions = requirePrecisions(place, device, VISION_GRAPHS);
  const id = restrictToFolder(place.folder);
  const processor = await AutoProcessor.from_pretrained(id, { local_files_only: true });
  const preparer = createPreparer(type, processor);
  const { tokenizer } = processor;
  if (!preparer || !tokenizer)
    throw new UnsupportedModelError(`The processor of ${place.folder} takes no pictures`, PULL_REMEDY);
  const model = await AutoModelForImageTextToText.from_pretrained(
    id,
    toGraphOptions(place, device, precisions),
  );
  dropPicturesAfterFirstStep(model);
  return { model, processor, tokenizer, preparer, dispose: () => model.dispose() };
}

/** Why a provider cannot be had at all, without trying; else undefined. */
function findMissingProvider(device: string): string | undefined {
  if (device === 'cpu') return undefined;
  const names = listSupportedBackends().map(({ name }) => name);
  if (names.includes(device)) return undefined;
  return device === 'cuda'
    ? 'the CUDA provider is not installed'
    : `this build of ONNX Runtime has no ${device} for ${process.platform} ${process.arch}`;
}

/**
 * Loads a model on the first device that can be trusted: two different inputs must give different outputs, and an
 * accelerator must agree with the CPU. Each device that was not taken stands in `health.steps` with its reason.
 * Throws UnusableError where no device serves.
 */
export async function loadModel<T extends Disposable>(
  loader: ModelLoader<T>,
  place: ModelPlace,
  onTrying: (device: string) => void,
): Promise<WithHealth<T>> {
  const deviceSteps: DeviceStep[] = [];
  const addSkippedStep = (device: string, reason: string) =>
    deviceSteps.push({ device, taken: false, reason });
  for (const device of place.devices) {
    const knownProblem = place.avoid[device] ?? findMissingProvider(device);
    if (knownProblem) {
      addSkippedStep(device, knownProblem);
      continue;
    }
    onTrying(device);
    let loadedModel: T;
    try {
      loadedModel = await loader.loadOn(place, device);
    } catch (error) {
      if (error instanceof UnsupportedModelError) throw error;
      if (device === 'cpu') {
        throw new UnsupportedModelError(
          `The model in ${place.folder} cannot be loaded: ${toMessage(error)}`,
          PULL_REMEDY,
          {
            cause: error,
          },
        );
      }
      addSkippedStep(device, `it does not load: ${toMessage(error)}`);
      continue;
    }
    const problem = await selfTest(loader, place, device, loadedModel);
    if (!problem) {
      deviceSteps.push({ device, taken: true, reason: 'it passed the self-test' });
      return { ...loadedModel, health: { device, steps: deviceSteps } };
    }
    await loadedModel.dispose();
    addSkippedStep(device, problem);
  }
  const skippedSummary = deviceSteps.map(({ device, reason }) => `${device}: ${reason}`).join('; ');
  throw new UnsupportedModelError(
    `The model in ${place.folder} cannot be used: ${skippedSummary}`,
    PULL_REMEDY,
  );
}

/**
 * Loads what an accelerator is compared with: the same graphs on the CPU. Graphs in 8 bits differ too much, and some are
 * wrong themselves; they are compared only if the CPU cannot run those of the accelerator.
 */
async function loadReference<T extends Disposable>(
  loader: ModelLoader<T>,
  place: ModelPlace,
  device: string,
): Promise<T> {
  try {
    return await loader.loadOn({ ...place, precisionsOf: device }, 'cpu');
  } catch {
    return loader.loadOn(place, 'cpu');
  }
}

async function selfTest<T extends Disposable>(
  loader: ModelLoader<T>,
  place: ModelPlace,
  device: string,
  loadedModel: T,
): Promise<string | undefined> {
  try {
    const outputs = await loader.runProbe(loadedModel);
    const problem = outputs.map(findEqualOutputs).find((result) => result !== undefined);
    if (problem || device === 'cpu') return problem;
    const reference = await loadReference(loader, place, device);
    try {
      const referenceOutputs = await loader.runProbe(reference);
      return referenceOutputs
        .map((expectedOutput, i) => findDisagreement(outputs[i] ?? expectedOutput, expectedOutput))
        .find((each) => each !== undefined);
    } finally {
      await reference.dispose();
    }
  } catch (error) {
    return `its self-test failed: ${toMessage(error)}`;
  }
}
