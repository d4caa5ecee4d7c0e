import {
  LogitsProcessor,
  LogitsProcessorList,
  type PreTrainedModel,
  type PreTrainedTokenizer,
  StoppingCriteria,
  Tensor,
} from '@huggingface/transformers';
import { stablePrefix } from '../../core/language/stable-prefix.ts';
import { findRefusal, type ModelInputs } from './image-text-prompt.ts';
import type { GenerateItem, GenerateReply } from './inference-messages.ts';
import type { LoadedVisionModel } from './loaded-model.ts';

/** Ends a row at its first end token and keeps it ended; the library's own forgets and writes on. */
class StickyStoppingCriteria extends StoppingCriteria {
  readonly #ended: boolean[];
  readonly #ends: ReadonlySet<bigint>;
  readonly #onToken: (rows: readonly (readonly number[])[]) => void;
  readonly #signal: AbortSignal;
  constructor(
    rows: number,
    ends: ReadonlySet<bigint>,
    onToken: (rows: readonly (readonly number[])[]) => void,
    signal: AbortSignal,
  ) {
    super();
    this.#ended = Array.from({ length: rows }, () => false);
    this.#ends = ends;
    this.#onToken = onToken;
    this.#signal = signal;
  }
  override _call(rows: number[][]): boolean[] {
    this.#onToken(rows);
    rows.forEach((row, i) => {
      if (this.#signal.aborted || this.#ends.has(BigInt(row.at(-1) ?? 0))) this.#ended[i] = true;
    });
    return [...this.#ended];
  }
}

/**
 * Drops the pictures after a prompt's first step: with them, the library overwrites the mask of left-padded rows
 * with ones and the shorter prompts of a batch come out wrong.
 */
export function dropPicturesAfterFirstStep(model: PreTrainedModel): void {
  const forward = model.forward.bind(model);
  model.forward = (inputs: Record<string, unknown>) => {
    const { input_ids: ids, past_key_values: past } = inputs;
    if (!past || !(ids instanceof Tensor) || ids.dims[1] !== 1) return forward(inputs);
    const { pixel_values: _pixels, pixel_attention_mask: _mask, ...rest } = inputs;
    return forward(rest);
  };
}

export function findEndTokens(model: PreTrainedModel): ReadonlySet<bigint> {
  const id = model.generation_config?.eos_token_id;
  const ids = id === undefined || id === null ? [] : Array.isArray(id) ? id : [id];
  return new Set(ids.map((endToken) => BigInt(endToken)));
}

/** Tokens that prompt and text may have together. */
function findContextTokens({ config }: PreTrainedModel): number {
  const text = 'text_config' in config ? config.text_config : config;
  const hasLimit = text && typeof text === 'object' && 'max_position_embeddings' in text;
  return hasLimit ? Number(text.max_position_embeddings) : Number.POSITIVE_INFINITY;
}

/** Keeps the logits of the first step, and changes nothing. */
class FirstLogits extends LogitsProcessor {
  values: Float32Array | undefined;
  override _call(_ids: bigint[][], logits: Tensor): Tensor {
    this.values ??= Float32Array.from(logits.to('float32').data as Float32Array);
    return logits;
  }
}

/** Returns the log-probability of each token as the next one after a prompt, or why the model cannot tell. */
export async function scoreNextToken(
  model: PreTrainedModel,
  inputs: ModelInputs,
): Promise<Float32Array | { readonly refused: string }> {
  const [, length = 0] = inputs.input_ids?.dims ?? [];
  const contextTokens = findContextTokens(model);
  if (length + 1 > contextTokens)
    return { refused: `the prompt of ${length} tokens leaves no room in a context of ${contextTokens}` };
  const first = new FirstLogits();
  const processors = new LogitsProcessorList();
  processors.push(first);
  await model.generate({
    ...inputs,
    max_new_tokens: 1,
    do_sample: false,
    repetition_penalty: 1,
    logits_processor: processors,
  } as Parameters<PreTrainedModel['generate']>[0]);
  if (first.values === undefined) throw new Error('generate() gave no logits');
  return toLogProbabilities(first.values);
}

function toLogProbabilities(logits: Float32Array): Float32Array {
  const highest = logits.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const sum = logits.reduce((total, logit) => total + Math.exp(logit - highest), 0);
  return logits.map((logit) => logit - highest - Math.log(sum));
}

/** Told while text is written: at each token, and each piece of the only row's text where pieces are wanted. */
export interface GenerationCallbacks {
  readonly onToken: () => void;
  readonly onDelta?: (delta: string) => void;
}

/** Greedy text for each row of inputs. An aborted signal ends the writing at the next token. */
export async function generateText(
  { model, tokenizer }: { readonly model: PreTrainedModel; readonly tokenizer: PreTrainedTokenizer },
  inputs: ModelInputs,
  tokens: number,
  { onToken, onDelta }: GenerationCallbacks,
  signal: AbortSignal,
): Promise<readonly GenerateReply[]> {
  const ids = inputs.input_ids;
  const [rows = 0, length = 0] = ids?.dims ?? [];
  const contextTokens = findContextTokens(model);
  if (length + tokens > contextTokens) {
    const refusal = `the prompt of ${length} tokens leaves no room in a context of ${contextTokens}`;
    return Array.from({ length: rows }, () => ({ refused: refusal }));
  }
  const endTokens = findEndTokens(model);
  const decodeRow = (row: readonly (number | bigint)[]) => {
    const newTokens = row.slice(length).map(BigInt);
    const end = newTokens.findIndex((id) => endTokens.has(id));
    const textTokens = end < 0 ? newTokens : newTokens.slice(0, end);
    const text = textTokens.length === 0 ? '' : tokenizer.decode(textTokens, { skip_special_tokens: true });
    const tokens = { tokensIn: length, tokensOut: end < 0 ? newTokens.length : end + 1 };
    return { text, complete: end >= 0, tokens };
  };
  let streamedText = '';
  const streamText = (text: string) => {
    if (text.length <= streamedText.length || !text.startsWith(streamedText)) return;
    onDelta?.(text.slice(streamedText.length));
    streamedText = text;
  };
  const onStep = ([row]: readonly (readonly number[])[]) => {
    onToken();
    if (onDelta && row && !signal.aborted) streamText(stablePrefix(decodeRow(row).text).trimStart());
  };
  const output = await model.generate({
    ...inputs,
    max_new_tokens: tokens,
    do_sample: false,
    // Some models ship a penalty, which would punish each word that an answer takes from its evidence.
    repetition_penalty: 1,
    stopping_criteria: new StickyStoppingCriteria(rows, endTokens, onStep, signal),
  } as Parameters<PreTrainedModel['generate']>[0]);
  signal.throwIfAborted();
  if (!(output instanceof Tensor)) throw new Error('generate() gave no token ids');
  const replies = (output.tolist() as bigint[][]).map((row) => {
    const { text, complete, tokens: usage } = decodeRow(row);
    return { text: text.trim(), complete, tokens: usage };
  });
  if (onDelta) streamText(replies[0]?.text ?? '');
  return replies;
}

/**
 * Greedy text for each item, in order. Items with equally many pictures share a batch, where the model's family can.
 * An aborted signal ends the writing at the next token.
 */
export async function generateForItems(
  loadedModel: LoadedVisionModel,
  items: readonly GenerateItem[],
  tokens: number,
  callbacks: GenerationCallbacks,
  signal: AbortSignal,
): Promise<readonly GenerateReply[]> {
  const replies: GenerateReply[] = [];
  const groups = new Map<number | string, number[]>();
  items.forEach((item, i) => {
    const refusal = findRefusal(item);
    if (refusal) {
      replies[i] = { refused: refusal };
      return;
    }
    const key = loadedModel.preparer.batches ? item.pictures.length : `alone ${i}`;
    groups.set(key, [...(groups.get(key) ?? []), i]);
  });
  for (const group of groups.values()) {
    signal.throwIfAborted();
    const inputs = await loadedModel.preparer.prepare(group.flatMap((i) => items[i] ?? []));
    const texts = await generateText(loadedModel, inputs, tokens, callbacks, signal);
    group.forEach((i, index) => {
      const reply = texts[index] ?? { refused: 'the model gave no text' };
      replies[i] = 'refused' in reply ? reply : { text: reply.text, complete: reply.complete };
    });
  }
  return replies;
}
