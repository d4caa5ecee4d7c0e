import {
  AutoModelForSequenceClassification,
  AutoTokenizer,
  type PreTrainedModel,
  type PreTrainedTokenizer,
  Tensor,
} from '@huggingface/transformers';
import type { ModelPlace } from './inference-messages.ts';
import { PULL_REMEDY, requirePrecisions, restrictToFolder, toGraphOptions } from './load-model.ts';
import type { Disposable, ModelLoader, ProbeOutputs } from './loaded-model.ts';
import { PROBE_TEXTS } from './sentence-embedding.ts';
import { findMaxTokens, tokenizeTexts } from './tokenize-batch.ts';
import { UnsupportedModelError } from './unsupported-model.ts';

export interface LoadedReranker extends Disposable {
  readonly model: PreTrainedModel;
  readonly tokenizer: PreTrainedTokenizer;
  readonly maxTokens: number;
}

/** Pairs per run. Larger batches only use more memory. */
const BATCH_PAIRS = 8;
/** Limit for question and passage together. The end of a long passage is not worth its cost. */
const MAX_PAIR_TOKENS = 512;

async function loadOn(place: ModelPlace, device: string): Promise<LoadedReranker> {
  const precisions = requirePrecisions(place, device, ['model']);
  const id = restrictToFolder(place.folder);
  const tokenizer = await AutoTokenizer.from_pretrained(id, { local_files_only: true });
  const model = await AutoModelForSequenceClassification.from_pretrained(
    id,
    toGraphOptions(place, device, precisions),
  );
  const maxTokens = Math.min(findMaxTokens(tokenizer, model), MAX_PAIR_TOKENS);
  return { model, tokenizer, maxTokens, dispose: () => model.dispose() };
}

/** Computes logits of pairs, one row each: a single relevance, or those of "no" and "yes". */
async function computeLogits(
  { model, tokenizer, maxTokens }: LoadedReranker,
  question: string,
  passages: readonly string[],
): Promise<readonly Float32Array[]> {
  const questions = passages.map(() => question);
  const inputs = tokenizeTexts(tokenizer, questions, { maxTokens: maxTokens, pairs: passages });
  const output: unknown = await model(inputs);
  const outputLogits = output && typeof output === 'object' && 'logits' in output ? output.logits : undefined;
  if (!(outputLogits instanceof Tensor))
    throw new UnsupportedModelError('The model returns no scores', PULL_REMEDY);
  const [rows = 0, labels = 0] = outputLogits.dims;
  if (labels !== 1 && labels !== 2) {
    throw new UnsupportedModelError(
      `The model classifies text into ${labels} categories and cannot rank passages`,
      'Choose a reranker with `goldfish models use reranker`.',
    );
  }
  const data = Float32Array.from(outputLogits.to('float32').data as Float32Array);
  return Array.from({ length: rows }, (_, i) => data.subarray(i * labels, (i + 1) * labels));
}

function toScore([first = 0, second]: Float32Array): number {
  const logit = second === undefined ? first : second - first;
  return 1 / (1 + Math.exp(-logit));
}

/**
 * Returns a score in 0..1 for each passage, in order. Calls `onStep` after each run. An aborted signal stops
 * it there.
 */
export async function rankPassages(
  loadedModel: LoadedReranker,
  question: string,
  passages: readonly string[],
  onStep: () => void,
  signal: AbortSignal,
): Promise<readonly number[]> {
  const scores: number[] = [];
  for (let start = 0; start < passages.length; start += BATCH_PAIRS) {
    signal.throwIfAborted();
    const rows = await computeLogits(loadedModel, question, passages.slice(start, start + BATCH_PAIRS));
    scores.push(...rows.map(toScore));
    onStep();
  }
  return scores;
}

async function probe(loadedModel: LoadedReranker): Promise<readonly ProbeOutputs[]> {
  const [first, second] = await computeLogits(loadedModel, 'where is the red car?', PROBE_TEXTS);
  if (!first || !second) throw new Error('the model returned no scores');
  return [[first, second]];
}

/** Loads cross-encoders: classifiers that give a question and a passage one score. */
export const RERANKER_LOADER: ModelLoader<LoadedReranker> = { loadOn, runProbe: probe };
