import type { PreTrainedModel, PreTrainedTokenizer, Tensor } from '@huggingface/transformers';
import type { ModelInputs } from './prompt.ts';

/** Longer texts cost more than they tell. */
const MOST = 1024;

function positionsOf({ config }: PreTrainedModel): number {
  const found = 'max_position_embeddings' in config ? Number(config.max_position_embeddings) : Number.NaN;
  if (!(found > 0)) return MOST;
  // RoBERTa counts positions from two on.
  return /roberta/.test(String(config.model_type)) ? found - 2 : found;
}

/** Tokens that an encoder reads of a text: what tokenizer and graph both take. */
export function longestOf(tokenizer: PreTrainedTokenizer, model: PreTrainedModel): number {
  return Math.min(tokenizer.model_max_length, positionsOf(model), MOST);
}

export interface ReadOptions {
  readonly longest: number;
  readonly padding?: true | 'max_length';
  /** The second text of each pair. */
  readonly pairs?: readonly string[];
}

/**
 * Texts as tokens, the long ones cut. The library's cut takes the token that ends a text with it, and CLIP reads a
 * text's meaning off that very token, so it is put back.
 */
export function readTexts(
  tokenizer: PreTrainedTokenizer,
  texts: readonly string[],
  { longest, padding = true, pairs }: ReadOptions,
): ModelInputs {
  const inputs: ModelInputs = tokenizer([...texts], {
    text_pair: pairs ? [...pairs] : null,
    padding,
    truncation: true,
    max_length: longest,
  });
  const { input_ids: ids, attention_mask: mask } = inputs;
  const end = endOf(tokenizer);
  if (!ids || end === undefined) return inputs;
  const [rows = 0, width = 0] = ids.dims;
  for (let row = 0; width === longest && row < rows; row += 1) {
    const at = (row + 1) * width - 1;
    if (mask?.data[at] !== 0n) ids.data[at] = end;
  }
  return inputs;
}

/** The token that ends every text, as an empty text shows it. */
function endOf(tokenizer: PreTrainedTokenizer): bigint | undefined {
  const { input_ids: ids } = tokenizer(['']) as { readonly input_ids: Tensor };
  const last: unknown = ids.data[ids.data.length - 1];
  return typeof last === 'bigint' ? last : undefined;
}
