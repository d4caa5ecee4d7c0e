import { type PreTrainedModel, StoppingCriteria, Tensor } from '@huggingface/transformers';
import type { Loaded } from './load.ts';
import type { GenerateItem, GenerateReply } from './messages.ts';
import { type ModelInputs, refusal } from './prompt.ts';

/** Ends a row at its first end token and keeps it ended; the library's own forgets and writes on. */
export class StickyEnd extends StoppingCriteria {
  readonly #ended: boolean[];
  readonly #ends: ReadonlySet<bigint>;
  readonly #onToken: () => void;
  readonly #signal: AbortSignal;
  constructor(rows: number, ends: ReadonlySet<bigint>, onToken: () => void, signal: AbortSignal) {
    super();
    this.#ended = Array.from({ length: rows }, () => false);
    this.#ends = ends;
    this.#onToken = onToken;
    this.#signal = signal;
  }
  override _call(rows: number[][]): boolean[] {
    this.#onToken();
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

export function endsOf(model: PreTrainedModel): ReadonlySet<bigint> {
  const id = model.generation_config?.eos_token_id;
  const ids = id === undefined || id === null ? [] : Array.isArray(id) ? id : [id];
  return new Set(ids.map((one) => BigInt(one)));
}

/** Tokens that prompt and text may have together. */
function contextOf({ config }: PreTrainedModel): number {
  const text = 'text_config' in config ? config.text_config : config;
  const most = text && typeof text === 'object' && 'max_position_embeddings' in text;
  return most ? Number(text.max_position_embeddings) : Number.POSITIVE_INFINITY;
}

async function write(
  { model, processor }: Loaded,
  inputs: ModelInputs,
  tokens: number,
  onToken: () => void,
  signal: AbortSignal,
): Promise<readonly GenerateReply[]> {
  const ids = inputs.input_ids;
  const [rows = 0, length = 0] = ids?.dims ?? [];
  const most = contextOf(model);
  if (length + tokens > most) {
    const refused = `the prompt of ${length} tokens leaves no room in a context of ${most}`;
    return Array.from({ length: rows }, () => ({ refused }));
  }
  const ends = endsOf(model);
  const written = await model.generate({
    ...inputs,
    max_new_tokens: tokens,
    do_sample: false,
    stopping_criteria: new StickyEnd(rows, ends, onToken, signal),
  } as Parameters<PreTrainedModel['generate']>[0]);
  signal.throwIfAborted();
  if (!(written instanceof Tensor)) throw new Error('generate() gave no token ids');
  return (written.tolist() as bigint[][]).map((row) => {
    const fresh = row.slice(length);
    const end = fresh.findIndex((id) => ends.has(BigInt(id)));
    const kept = end < 0 ? fresh : fresh.slice(0, end);
    const text = processor.decode(kept, { skip_special_tokens: true }).trim();
    return { text, complete: end >= 0 };
  });
}

/**
 * Greedy text for each item, in order. Items with equally many pictures share a batch, where the model's family can.
 * `onToken` is called at each step; an aborted signal ends the writing at the next token.
 */
export async function generate(
  loaded: Loaded,
  items: readonly GenerateItem[],
  tokens: number,
  onToken: () => void,
  signal: AbortSignal,
): Promise<readonly GenerateReply[]> {
  const replies: GenerateReply[] = [];
  const groups = new Map<number | string, number[]>();
  items.forEach((item, i) => {
    const refused = refusal(item);
    if (refused) {
      replies[i] = { refused };
      return;
    }
    const key = loaded.preparer.batches ? item.pictures.length : `alone ${i}`;
    groups.set(key, [...(groups.get(key) ?? []), i]);
  });
  for (const group of groups.values()) {
    signal.throwIfAborted();
    const inputs = await loaded.preparer.prepare(group.flatMap((i) => items[i] ?? []));
    const texts = await write(loaded, inputs, tokens, onToken, signal);
    group.forEach((i, at) => {
      replies[i] = texts[at] ?? { refused: 'the model gave no text' };
    });
  }
  return replies;
}
