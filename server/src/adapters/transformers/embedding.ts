import {
  AutoModel,
  AutoTokenizer,
  type PreTrainedModel,
  type PreTrainedTokenizer,
  Tensor,
} from '@huggingface/transformers';
import type { EmbedHabits } from '../../core/embedHabits.ts';
import { embedRecipe } from './embed-recipe.ts';
import {
  confine,
  type Disposable,
  graphOptions,
  type Kind,
  modelType,
  type Probe,
  PULL,
  typesFor,
} from './load.ts';
import type { ModelPlace } from './messages.ts';
import { longestOf, readTexts } from './reading.ts';
import { UnusableError } from './unusable.ts';

export interface LoadedTexts extends Disposable {
  readonly model: PreTrainedModel;
  readonly tokenizer: PreTrainedTokenizer;
  readonly recipe: EmbedHabits;
  /** Tokens that it reads of a text. */
  readonly longest: number;
}

/** Encoders that sentence embedders stand on. */
const TYPES = [
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
/** Texts in one run; more only fill the memory. */
const AT_ONCE = 16;

async function loadOn(place: ModelPlace, device: string): Promise<LoadedTexts> {
  const type = modelType(place.folder);
  if (!TYPES.includes(type)) {
    throw new UnusableError(
      `A model of type ${type} cannot embed text here`,
      `Choose one of these types: ${TYPES.join(', ')}.`,
    );
  }
  const types = typesFor(place, device, ['model']);
  const id = confine(place.folder);
  const tokenizer = await AutoTokenizer.from_pretrained(id, { local_files_only: true });
  const model = await AutoModel.from_pretrained(id, graphOptions(place, device, types));
  const recipe = embedRecipe(place.folder, place.id);
  // The last token is the same column of every row only where short rows are filled up at the left.
  if (recipe.pooling === 'last') tokenizer.padding_side = 'left';
  return { model, tokenizer, recipe, longest: longestOf(tokenizer, model), dispose: () => model.dispose() };
}

/** A vector of length 1. */
export function unit(vector: Float32Array): Float32Array {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return length > 0 ? vector.map((value) => value / length) : vector;
}

/** One row a text: B x T x D to B vectors of D. */
function pool(hidden: Tensor, mask: Tensor, pooling: EmbedHabits['pooling']): readonly Float32Array[] {
  const [rows = 0, tokens = 0, size = 0] = hidden.dims;
  const data = hidden.to('float32').data as Float32Array;
  const kept = mask.data as BigInt64Array;
  return Array.from({ length: rows }, (_, row) => {
    const vector = new Float32Array(size);
    for (let token = 0; token < tokens; token += 1) {
      const wanted =
        pooling === 'mean'
          ? kept[row * tokens + token] !== 0n
          : token === (pooling === 'cls' ? 0 : tokens - 1);
      if (!wanted) continue;
      const from = (row * tokens + token) * size;
      for (let i = 0; i < size; i += 1) vector[i] = (vector[i] ?? 0) + (data[from + i] ?? 0);
    }
    return unit(vector);
  });
}

async function run(
  { model, tokenizer, recipe, longest }: LoadedTexts,
  texts: readonly string[],
): Promise<readonly Float32Array[]> {
  const inputs = readTexts(tokenizer, texts, { longest });
  const out: unknown = await model(inputs);
  const member = (key: string): unknown =>
    typeof out === 'object' && out !== null ? Reflect.get(out, key) : undefined;
  const hidden = member('last_hidden_state') ?? member('token_embeddings');
  const { attention_mask: mask } = inputs;
  if (hidden instanceof Tensor && mask instanceof Tensor) return pool(hidden, mask, recipe.pooling);
  const whole = member('sentence_embedding');
  if (!(whole instanceof Tensor)) throw new UnusableError('The model gives no vectors', PULL);
  const size = whole.dims.at(-1) ?? 0;
  const data = Float32Array.from(whole.to('float32').data as Float32Array);
  return texts.map((_, i) => unit(data.slice(i * size, (i + 1) * size)));
}

/** One vector of length 1 a text, in order. `onStep` is called after each run; an aborted signal ends it there. */
export async function embedTexts(
  loaded: LoadedTexts,
  texts: readonly string[],
  purpose: 'query' | 'passage',
  onStep: () => void,
  signal: AbortSignal,
): Promise<readonly Float32Array[]> {
  const vectors: Float32Array[] = [];
  for (let at = 0; at < texts.length; at += AT_ONCE) {
    signal.throwIfAborted();
    const some = texts.slice(at, at + AT_ONCE).map((text) => loaded.recipe[purpose] + text);
    vectors.push(...(await run(loaded, some)));
    onStep();
  }
  return vectors;
}

/** Over 32 tokens each: fused attention went wrong from there on in drivers that were tried. */
export const PROBE_TEXTS = [
  Array.from({ length: 16 }, () => 'a red car drives down the road').join(' '),
  Array.from({ length: 16 }, () => 'two fish sleep in cold water').join(' '),
] as const;

async function probe(loaded: LoadedTexts): Promise<readonly Probe[]> {
  const [first, second] = await run(loaded, PROBE_TEXTS);
  if (!first || !second) throw new Error('the model gave no vectors');
  return [[first, second]];
}

/** Embedding models of BERT's family and such decoders as embed. */
export const TEXTS: Kind<LoadedTexts> = { loadOn, probe };
