import type { PreTrainedModel, PreTrainedTokenizer, Tensor } from '@huggingface/transformers';
import type { ModelInputs } from './image-text-prompt.ts';

/** Longer texts cost more time than they add meaning. */
const MAX_TEXT_TOKENS = 1024;

function findMaxPositions({ config }: PreTrainedModel): number {
  const positions = 'max_position_embeddings' in config ? Number(config.max_position_embeddings) : Number.NaN;
  if (!(positions > 0)) return MAX_TEXT_TOKENS;
  // RoBERTa numbers positions from two.
  return /roberta/.test(String(config.model_type)) ? positions - 2 : positions;
}

/** Returns how many tokens of a text an encoder reads: the lowest limit of tokenizer, graph and Goldfish. */
export function findMaxTokens(tokenizer: PreTrainedTokenizer, model: PreTrainedModel): number {
  return Math.min(tokenizer.model_max_length, findMaxPositions(model), MAX_TEXT_TOKENS);
}

export interface TokenizeOptions {
  readonly maxTokens: number;
  readonly padding?: true | 'max_length';
  /** Second text of each pair. */
  readonly pairs?: readonly string[];
}

/**
 * Tokenizes texts and truncates long ones. The library's truncation also removes the final token. CLIP takes
 * a text's embedding from that token, so it is put back.
 */
export function tokenizeTexts(
  tokenizer: PreTrainedTokenizer,
  texts: readonly string[],
  { maxTokens, padding = true, pairs }: TokenizeOptions,
): ModelInputs {
  const inputs: ModelInputs = tokenizer([...texts], {
    text_pair: pairs ? [...pairs] : null,
    padding,
    truncation: true,
    max_length: maxTokens,
  });
  const { input_ids: ids, attention_mask: mask } = inputs;
  const endToken = findEndToken(tokenizer);
  if (!ids || endToken === undefined) return inputs;
  const [rows = 0, width = 0] = ids.dims;
  for (let row = 0; width === maxTokens && row < rows; row += 1) {
    const lastIndex = (row + 1) * width - 1;
    if (mask?.data[lastIndex] !== 0n) ids.data[lastIndex] = endToken;
  }
  return inputs;
}

/** Returns the token that ends every text, taken from an empty text. */
function findEndToken(tokenizer: PreTrainedTokenizer): bigint | undefined {
  const { input_ids: ids } = tokenizer(['']) as { readonly input_ids: Tensor };
  const lastId: unknown = ids.data[ids.data.length - 1];
  return typeof lastId === 'bigint' ? lastId : undefined;
}
