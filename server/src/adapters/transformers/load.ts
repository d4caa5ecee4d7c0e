import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import {
  AutoModelForImageTextToText,
  AutoProcessor,
  env,
  LogLevel,
  type PreTrainedModel,
  type PreTrainedTokenizer,
  type Processor,
} from '@huggingface/transformers';
import { listSupportedBackends } from 'onnxruntime-node';
import type { DataType } from '../../core/modelFiles.ts';
import type { DeviceStep, ModelHealth } from '../../ports/captioner.ts';
import { chooseTypes, VISION_GRAPHS } from './files.ts';
import { dropPicturesAfterFirstStep } from './generate.ts';
import type { ModelPlace } from './messages.ts';
import { type Preparer, preparerFor, SUPPORTED } from './prompt.ts';
import { disagreement, equalOutputs, probeLogits } from './self-test.ts';
import { UnusableError } from './unusable.ts';

/** What every loaded model can do. */
export interface Disposable {
  dispose(): Promise<unknown>;
}

export interface Loaded extends Disposable {
  readonly model: PreTrainedModel;
  readonly processor: Processor;
  readonly tokenizer: PreTrainedTokenizer;
  readonly preparer: Preparer;
}

/** Outputs of one graph for two different inputs. */
export type Probe = readonly [Float32Array, Float32Array];

/** A model with the devices that were tried for it. */
export type Served<T> = T & { readonly health: ModelHealth };

/** How models of one role are loaded and tested. */
export interface Kind<T> {
  /** Throws what the runtime throws, UnusableError where no device can help. */
  readonly loadOn: (place: ModelPlace, device: string) => Promise<T>;
  /** One probe for each part that could be wrong by itself; inputs of more than 32 tokens where there are tokens. */
  readonly probe: (loaded: T) => Promise<readonly Probe[]>;
}

export const CAPTIONERS: Kind<Loaded> = { loadOn, probe: async (loaded) => [await probeLogits(loaded)] };

/** The folder alone is read: no download, no cache of the library's own, nothing on our streams. */
export function confine(folder: string): string {
  env.allowRemoteModels = false;
  env.useFSCache = false;
  env.useWasmCache = false;
  env.localModelPath = dirname(folder);
  env.logLevel = LogLevel.NONE;
  return basename(folder);
}

export const PULL =
  'Pull the model again with `goldfish models pull`, or choose another folder with `goldfish models use`.';
const message = (error: unknown): string => (error instanceof Error ? error.message : String(error)).trim();

export function modelType(folder: string): string {
  const path = join(folder, 'config.json');
  if (!existsSync(path)) throw new UnusableError(`There is no config.json in ${folder}`, PULL);
  try {
    const config: unknown = JSON.parse(readFileSync(path, 'utf8'));
    const type =
      config && typeof config === 'object' && 'model_type' in config ? config.model_type : undefined;
    if (typeof type === 'string') return type;
  } catch (error) {
    throw new UnusableError(`${path} cannot be read: ${message(error)}`, PULL, { cause: error });
  }
  throw new UnusableError(`${path} names no model_type`, PULL);
}

/** The precision of each graph; throws where one is not here. */
export function typesFor(
  { folder }: ModelPlace,
  device: string,
  graphs: readonly string[],
): Readonly<Record<string, DataType>> {
  const chosen = chooseTypes(folder, device, graphs);
  if ('types' in chosen) return chosen.types;
  if (device !== 'cpu') throw new Error(`${chosen.missing} is not here in half or full precision`);
  throw new UnusableError(`${chosen.missing} is missing in ${folder}`, PULL);
}

/** How the library is to load graphs: from this folder, on this device, in these precisions. */
export function graphOptions(
  { threads }: ModelPlace,
  device: string,
  types: Readonly<Record<string, DataType>>,
) {
  return {
    local_files_only: true,
    device: device as 'cpu',
    dtype: { ...types },
    session_options: { intraOpNumThreads: threads, interOpNumThreads: 1, enableCpuMemArena: false },
  };
}

/** Loads a model on one device. Throws what the runtime throws. */
async function loadOn(place: ModelPlace, device: string): Promise<Loaded> {
  const type = modelType(place.folder);
  if (!SUPPORTED.includes(type)) {
    throw new UnusableError(
      `A model of type ${type} cannot caption here`,
      `Choose one of these types: ${SUPPORTED.join(', ')}.`,
    );
  }
  const types = typesFor(place, device, VISION_GRAPHS);
  const id = confine(place.folder);
  const processor = await AutoProcessor.from_pretrained(id, { local_files_only: true });
  const preparer = preparerFor(type, processor);
  const { tokenizer } = processor;
  if (!preparer || !tokenizer)
    throw new UnusableError(`The processor of ${place.folder} takes no pictures`, PULL);
  const model = await AutoModelForImageTextToText.from_pretrained(id, graphOptions(place, device, types));
  dropPicturesAfterFirstStep(model);
  return { model, processor, tokenizer, preparer, dispose: () => model.dispose() };
}

/** Why a provider cannot be had at all, without trying; else undefined. */
function absent(device: string): string | undefined {
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
export async function load<T extends Disposable>(
  kind: Kind<T>,
  place: ModelPlace,
  onTrying: (device: string) => void,
): Promise<Served<T>> {
  const steps: DeviceStep[] = [];
  const skip = (device: string, reason: string) => steps.push({ device, taken: false, reason });
  for (const device of place.devices) {
    const known = place.avoid[device] ?? absent(device);
    if (known) {
      skip(device, known);
      continue;
    }
    onTrying(device);
    let loaded: T;
    try {
      loaded = await kind.loadOn(place, device);
    } catch (error) {
      if (error instanceof UnusableError) throw error;
      if (device === 'cpu') {
        throw new UnusableError(`The model in ${place.folder} cannot be loaded: ${message(error)}`, PULL, {
          cause: error,
        });
      }
      skip(device, `it does not load: ${message(error)}`);
      continue;
    }
    const wrong = await selfTest(kind, place, device, loaded);
    if (!wrong) {
      steps.push({ device, taken: true, reason: 'it passed the self-test' });
      return { ...loaded, health: { device, steps } };
    }
    await loaded.dispose();
    skip(device, wrong);
  }
  const last = steps.map(({ device, reason }) => `${device}: ${reason}`).join('; ');
  throw new UnusableError(`The model in ${place.folder} cannot be used: ${last}`, PULL);
}

async function selfTest<T extends Disposable>(
  kind: Kind<T>,
  place: ModelPlace,
  device: string,
  loaded: T,
): Promise<string | undefined> {
  try {
    const own = await kind.probe(loaded);
    const wrong = own.map(equalOutputs).find((each) => each !== undefined);
    if (wrong || device === 'cpu') return wrong;
    const reference = await kind.loadOn(place, 'cpu');
    try {
      const expected = await kind.probe(reference);
      return expected.map((each, i) => disagreement(own[i] ?? each, each)).find((each) => each !== undefined);
    } finally {
      await reference.dispose();
    }
  } catch (error) {
    return `its self-test failed: ${message(error)}`;
  }
}
