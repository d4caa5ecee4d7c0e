import {
  AutoProcessor,
  AutoTokenizer,
  CLIPTextModelWithProjection,
  CLIPVisionModelWithProjection,
  type PreTrainedModel,
  type PreTrainedTokenizer,
  type Processor,
  SiglipTextModel,
  SiglipVisionModel,
  Tensor,
} from '@huggingface/transformers';
import type { Picture } from '../../ports/decoder.ts';
import { toSquareImage } from './image-text-prompt.ts';
import type { ModelPlace } from './inference-messages.ts';
import {
  PULL_REMEDY,
  readModelType,
  requirePrecisions,
  restrictToFolder,
  toGraphOptions,
} from './load-model.ts';
import type { Disposable, ModelLoader, ProbeOutputs } from './loaded-model.ts';
import { createTestPattern } from './self-test.ts';
import { PROBE_TEXTS, toUnitVector } from './sentence-embedding.ts';
import { findMaxTokens, tokenizeTexts } from './tokenize-batch.ts';
import { UnsupportedModelError } from './unsupported-model.ts';

/** A loaded model with one encoder for pictures and one for text. */
export interface LoadedDualEncoder extends Disposable {
  readonly textEncoder: PreTrainedModel;
  readonly pictureEncoder: PreTrainedModel;
  readonly tokenizer: PreTrainedTokenizer;
  readonly processor: Processor;
  /** SigLIP was trained on texts padded to its full length; CLIP needs no such padding. */
  readonly padding: true | 'max_length';
  readonly maxTokens: number;
}

/** A family of models: its two encoders, and how texts are padded. */
interface DualEncoderFamily {
  readonly TextEncoder: Pick<typeof PreTrainedModel, 'from_pretrained'>;
  readonly PictureEncoder: Pick<typeof PreTrainedModel, 'from_pretrained'>;
  readonly padding: LoadedDualEncoder['padding'];
}

/** Maps each supported `model_type` to its family. */
const MODEL_FAMILIES: Readonly<Record<string, DualEncoderFamily>> = {
  clip: {
    TextEncoder: CLIPTextModelWithProjection,
    PictureEncoder: CLIPVisionModelWithProjection,
    padding: true,
  },
  siglip: { TextEncoder: SiglipTextModel, PictureEncoder: SiglipVisionModel, padding: 'max_length' },
};
/** Pictures or texts per run. Larger batches only use more memory. */
const BATCH_ITEMS = 16;

function findFamily(type: string): DualEncoderFamily {
  const family = Object.hasOwn(MODEL_FAMILIES, type) ? MODEL_FAMILIES[type] : undefined;
  if (family) return family;
  throw new UnsupportedModelError(
    `Goldfish does not support frame embedders of type ${type}`,
    `Choose a model of one of these types: ${Object.keys(MODEL_FAMILIES).join(', ')}.`,
  );
}

async function loadOn(place: ModelPlace, device: string): Promise<LoadedDualEncoder> {
  const { TextEncoder, PictureEncoder, padding } = findFamily(readModelType(place.folder));
  const precisions = requirePrecisions(place, device, ['text_model', 'vision_model']);
  const id = restrictToFolder(place.folder);
  const tokenizer = await AutoTokenizer.from_pretrained(id, { local_files_only: true });
  const processor = await AutoProcessor.from_pretrained(id, { local_files_only: true });
  if (!processor.image_processor) {
    throw new UnsupportedModelError(`The processor in ${place.folder} does not accept pictures`, PULL_REMEDY);
  }
  const options = toGraphOptions(place, device, precisions);
  const textEncoder: PreTrainedModel = await TextEncoder.from_pretrained(id, options);
  const pictureEncoder: PreTrainedModel = await PictureEncoder.from_pretrained(id, options);
  const { text_config: config } = textEncoder.config as { readonly text_config?: unknown };
  const configPositions =
    config && typeof config === 'object' ? Reflect.get(config, 'max_position_embeddings') : 0;
  const maxTokens = Math.min(
    findMaxTokens(tokenizer, textEncoder),
    Number(configPositions) || (padding === true ? 77 : 64),
  );
  const dispose = () => Promise.all([textEncoder.dispose(), pictureEncoder.dispose()]);
  return { textEncoder, pictureEncoder, tokenizer, processor, padding, maxTokens, dispose };
}

/** Returns the rows of an encoder's output, normalised to length 1. */
function toUnitRows(output: unknown, names: readonly string[]): readonly Float32Array[] {
  const tensor = names
    .map((name): unknown =>
      typeof output === 'object' && output !== null ? Reflect.get(output, name) : undefined,
    )
    .find((value) => value instanceof Tensor);
  if (!(tensor instanceof Tensor))
    throw new UnsupportedModelError('The model returns no vectors', PULL_REMEDY);
  const [rows = 0, size = 0] = tensor.dims;
  const data = Float32Array.from(tensor.to('float32').data as Float32Array);
  return Array.from({ length: rows }, (_, i) => toUnitVector(data.slice(i * size, (i + 1) * size)));
}

async function encodeTextBatch(
  { textEncoder, tokenizer, padding, maxTokens }: LoadedDualEncoder,
  batchTexts: readonly string[],
): Promise<readonly Float32Array[]> {
  const inputs = tokenizeTexts(tokenizer, batchTexts, { maxTokens: maxTokens, padding });
  return toUnitRows(await textEncoder(inputs), ['text_embeds', 'pooler_output']);
}

/**
 * Encodes pictures. Frames keep their aspect ratio and get black bars: a square crop of a wide frame would
 * lose what happens at its sides.
 */
async function encodePictureBatch(
  { pictureEncoder, processor }: LoadedDualEncoder,
  batchPictures: readonly Picture[],
): Promise<readonly Float32Array[]> {
  const inputs = await processor.image_processor?.(batchPictures.map(toSquareImage));
  return toUnitRows(await pictureEncoder({ pixel_values: inputs?.pixel_values }), [
    'image_embeds',
    'pooler_output',
  ]);
}

/** Runs a list in batches. Calls `onStep` after each batch. An aborted signal stops it there. */
async function inBatches<Item>(
  items: readonly Item[],
  run: (batch: readonly Item[]) => Promise<readonly Float32Array[]>,
  onStep: () => void,
  signal: AbortSignal,
): Promise<readonly Float32Array[]> {
  const vectors: Float32Array[] = [];
  for (let start = 0; start < items.length; start += BATCH_ITEMS) {
    signal.throwIfAborted();
    vectors.push(...(await run(items.slice(start, start + BATCH_ITEMS))));
    onStep();
  }
  return vectors;
}

/** Returns one vector of length 1 for each text, in order. */
export function encodeTexts(
  loadedModel: LoadedDualEncoder,
  texts: readonly string[],
  onStep: () => void,
  signal: AbortSignal,
): Promise<readonly Float32Array[]> {
  return inBatches(texts, (batch) => encodeTextBatch(loadedModel, batch), onStep, signal);
}

/** Returns one vector of length 1 for each picture, in order. */
export function encodePictures(
  loadedModel: LoadedDualEncoder,
  pictures: readonly Picture[],
  onStep: () => void,
  signal: AbortSignal,
): Promise<readonly Float32Array[]> {
  return inBatches(pictures, (batch) => encodePictureBatch(loadedModel, batch), onStep, signal);
}

async function probe(loadedModel: LoadedDualEncoder): Promise<readonly ProbeOutputs[]> {
  const [first, second] = await encodeTextBatch(loadedModel, PROBE_TEXTS);
  const [firstPicture, secondPicture] = await encodePictureBatch(loadedModel, [
    createTestPattern(1),
    createTestPattern(2),
  ]);
  if (!first || !second || !firstPicture || !secondPicture) throw new Error('the model returned no vectors');
  return [
    [first, second],
    [firstPicture, secondPicture],
  ];
}

/** Loads CLIP and SigLIP models. */
export const DUAL_ENCODER_LOADER: ModelLoader<LoadedDualEncoder> = { loadOn, runProbe: probe };
