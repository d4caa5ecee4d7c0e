import {
  AutoModelForSequenceClassification,
  AutoTokenizer,
  type PreTrainedModel,
  type PreTrainedTokenizer,
  Tensor,
} from '@huggingface/transformers';
import { PROBE_TEXTS } from './embedding.ts';
import { confine, type Disposable, graphOptions, type Kind, type Probe, PULL, typesFor } from './load.ts';
import type { ModelPlace } from './messages.ts';
import { longestOf, readTexts } from './reading.ts';
import { UnusableError } from './unusable.ts';

export interface LoadedRanker extends Disposable {
  readonly model: PreTrainedModel;
  readonly tokenizer: PreTrainedTokenizer;
  readonly longest: number;
}

/** Pairs in one run; more only fill the memory. */
const AT_ONCE = 8;
/** Question and passage together; a passage's end matters less than its cost. */
const MOST_TOKENS = 512;

async function loadOn(place: ModelPlace, device: string): Promise<LoadedRanker> {
  const types = typesFor(place, device, ['model']);
  const id = confine(place.folder);
  const tokenizer = await AutoTokenizer.from_pretrained(id, { local_files_only: true });
  const model = await AutoModelForSequenceClassification.from_pretrained(
    id,
    graphOptions(place, device, types),
  );
  const longest = Math.min(longestOf(tokenizer, model), MOST_TOKENS);
  return { model, tokenizer, longest, dispose: () => model.dispose() };
}

/** Logits of pairs, one row each: one of relevance, or those of "no" and "yes". */
async function logits(
  { model, tokenizer, longest }: LoadedRanker,
  question: string,
  passages: readonly string[],
): Promise<readonly Float32Array[]> {
  const questions = passages.map(() => question);
  const inputs = readTexts(tokenizer, questions, { longest, pairs: passages });
  const out: unknown = await model(inputs);
  const found = out && typeof out === 'object' && 'logits' in out ? out.logits : undefined;
  if (!(found instanceof Tensor)) throw new UnusableError('The model gives no scores', PULL);
  const [rows = 0, labels = 0] = found.dims;
  if (labels !== 1 && labels !== 2) {
    throw new UnusableError(
      `The model sorts text into ${labels} kinds and cannot rank`,
      'Choose a reranker with `goldfish models use reranker`.',
    );
  }
  const data = Float32Array.from(found.to('float32').data as Float32Array);
  return Array.from({ length: rows }, (_, i) => data.subarray(i * labels, (i + 1) * labels));
}

function scoreOf([first = 0, second]: Float32Array): number {
  const logit = second === undefined ? first : second - first;
  return 1 / (1 + Math.exp(-logit));
}

/** A score 0..1 a passage, in order. `onStep` is called after each run; an aborted signal ends it there. */
export async function rank(
  loaded: LoadedRanker,
  question: string,
  passages: readonly string[],
  onStep: () => void,
  signal: AbortSignal,
): Promise<readonly number[]> {
  const scores: number[] = [];
  for (let at = 0; at < passages.length; at += AT_ONCE) {
    signal.throwIfAborted();
    const rows = await logits(loaded, question, passages.slice(at, at + AT_ONCE));
    scores.push(...rows.map(scoreOf));
    onStep();
  }
  return scores;
}

async function probe(loaded: LoadedRanker): Promise<readonly Probe[]> {
  const [first, second] = await logits(loaded, 'where is the red car?', PROBE_TEXTS);
  if (!first || !second) throw new Error('the model gave no scores');
  return [[first, second]];
}

/** Cross-encoders: classifiers of a question and a passage with one score. */
export const RANKERS: Kind<LoadedRanker> = { loadOn, probe };
