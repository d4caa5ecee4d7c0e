import {
  AutoModel,
  AutoTokenizer,
  type PreTrainedModel,
  type PreTrainedTokenizer,
  Tensor,
} from '@huggingface/transformers';
import type { EmbedderPreset } from '../../core/models/embedder-presets.ts';
import { applyDenseLayer, type DenseLayer, readDenseLayers } from './dense-layers.ts';
import type { ModelPlace } from './inference-messages.ts';
import {
  PULL_REMEDY,
  readModelType,
  requirePrecisions,
  restrictToFolder,
  toGraphOptions,
} from './load-model.ts';
import type { Disposable, ModelLoader, ProbeOutputs } from './loaded-model.ts';
import { readPoolingConfig } from './pooling-config.ts';
import { findMaxTokens, tokenizeTexts } from './tokenize-batch.ts';
import { UnsupportedModelError } from './unsupported-model.ts';

export interface LoadedTextEmbedder extends Disposable {
  readonly model: PreTrainedModel;
  readonly tokenizer: PreTrainedTokenizer;
  readonly preset: EmbedderPreset;
  /** Layers after the pooling. */
  readonly denseLayers: readonly DenseLayer[];
  /** Number of tokens of a text that the model reads. */
  readonly maxTokens: number;
}

/** Encoder types that sentence embedders are based on. */
const MODEL_TYPES = [
  'albert',
  'bert',
  'distilbert',
  'eurobert',
  'gemma3_text',
  'modernbert',
  'mpnet',
  'new',
  'nomic_bert',
  'qwen3',
  'roberta',
  'xlm-roberta',
];
/** Texts per run. Larger batches only use more memory. */
const BATCH_TEXTS = 16;

async function loadOn(place: ModelPlace, device: string): Promise<LoadedTextEmbedder> {
  const type = readModelType(place.folder);
  if (!MODEL_TYPES.includes(type)) {
    throw new UnsupportedModelError(
      `Goldfish does not support text embedders of type ${type}`,
      `Choose a model of one of these types: ${MODEL_TYPES.join(', ')}.`,
    );
  }
  const precisions = requirePrecisions(place, device, ['model']);
  const id = restrictToFolder(place.folder);
  const tokenizer = await AutoTokenizer.from_pretrained(id, { local_files_only: true });
  const model = await AutoModel.from_pretrained(id, toGraphOptions(place, device, precisions));
  const preset = readPoolingConfig(place.folder, place.id);
  // Pooling reads the last column, so short rows must be padded on the left.
  if (preset.pooling === 'last') tokenizer.padding_side = 'left';
  return {
    model,
    tokenizer,
    preset,
    denseLayers: readDenseLayers(place.folder),
    maxTokens: findMaxTokens(tokenizer, model),
    dispose: () => model.dispose(),
  };
}

/** Normalises a vector to length 1. A zero vector stays as it is. */
export function toUnitVector(vector: Float32Array): Float32Array {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return length > 0 ? vector.map((value) => value / length) : vector;
}

/** Pools token vectors of B x T x D to B vectors of D. */
function poolTokens(
  hidden: Tensor,
  mask: Tensor,
  pooling: EmbedderPreset['pooling'],
): readonly Float32Array[] {
  const [rows = 0, tokens = 0, size = 0] = hidden.dims;
  const data = hidden.to('float32').data as Float32Array;
  const maskValues = mask.data as BigInt64Array;
  return Array.from({ length: rows }, (_, row) => {
    const vector = new Float32Array(size);
    for (let token = 0; token < tokens; token += 1) {
      const isPooled =
        pooling === 'mean'
          ? maskValues[row * tokens + token] !== 0n
          : token === (pooling === 'cls' ? 0 : tokens - 1);
      if (!isPooled) continue;
      const offset = (row * tokens + token) * size;
      for (let i = 0; i < size; i += 1) vector[i] = (vector[i] ?? 0) + (data[offset + i] ?? 0);
    }
    if (pooling !== 'mean') return vector;
    const count = maskValues
      .subarray(row * tokens, (row + 1) * tokens)
      .filter((value) => value !== 0n).length;
    return vector.map((value) => value / Math.max(1, count));
  });
}

async function embedBatch(
  { model, tokenizer, preset, denseLayers, maxTokens }: LoadedTextEmbedder,
  texts: readonly string[],
): Promise<readonly Float32Array[]> {
  const inputs = tokenizeTexts(tokenizer, texts, { maxTokens: maxTokens });
  const output: unknown = await model(inputs);
  const readMember = (key: string): unknown =>
    typeof output === 'object' && output !== null ? Reflect.get(output, key) : undefined;
  // Some models have layers after the pooling, which only this output contains.
  const sentenceEmbedding = readMember('sentence_embedding');
  if (!(sentenceEmbedding instanceof Tensor)) {
    const hidden = readMember('last_hidden_state') ?? readMember('token_embeddings');
    const { attention_mask: mask } = inputs;
    if (!(hidden instanceof Tensor) || !(mask instanceof Tensor))
      throw new UnsupportedModelError('The model returns no vectors', PULL_REMEDY);
    return poolTokens(hidden, mask, preset.pooling).map((vector) =>
      toUnitVector(denseLayers.reduce(applyDenseLayer, vector)),
    );
  }
  const size = sentenceEmbedding.dims.at(-1) ?? 0;
  const data = Float32Array.from(sentenceEmbedding.to('float32').data as Float32Array);
  return texts.map((_, i) => toUnitVector(data.slice(i * size, (i + 1) * size)));
}

/**
 * Returns one vector of length 1 for each text, in order. Calls `onStep` after each run. An aborted signal
 * stops it there.
 */
export async function embedLoadedTexts(
  loadedModel: LoadedTextEmbedder,
  texts: readonly string[],
  purpose: 'query' | 'passage',
  onStep: () => void,
  signal: AbortSignal,
): Promise<readonly Float32Array[]> {
  const vectors: Float32Array[] = [];
  for (let start = 0; start < texts.length; start += BATCH_TEXTS) {
    signal.throwIfAborted();
    const batchTexts = texts
      .slice(start, start + BATCH_TEXTS)
      .map((text) => loadedModel.preset[purpose] + text);
    vectors.push(...(await embedBatch(loadedModel, batchTexts)));
    onStep();
  }
  return vectors;
}

/** Over 32 tokens each: with some drivers, fused attention gave wrong results from there on. */
export const PROBE_TEXTS = [
  Array.from({ length: 16 }, () => 'a red car drives down the road').join(' '),
  Array.from({ length: 16 }, () => 'two fish sleep in cold water').join(' '),
] as const;

async function probe(loadedModel: LoadedTextEmbedder): Promise<readonly ProbeOutputs[]> {
  const [first, second] = await embedBatch(loadedModel, PROBE_TEXTS);
  if (!first || !second) throw new Error('the model returned no vectors');
  return [[first, second]];
}

/** Loads embedding models: the BERT family and decoders trained for embedding. */
export const TEXT_EMBEDDER_LOADER: ModelLoader<LoadedTextEmbedder> = { loadOn, runProbe: probe };
