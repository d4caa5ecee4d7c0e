import type { PreTrainedModel, PreTrainedTokenizer, Tensor } from '@huggingface/transformers';
import type { ModelInputs } from './image-text-prompt.ts';

/** Longer texts cost more than they tell. */
const MAX_TEXT_TOKENS = 1024;

function findMaxPositions({ config }: PreTrainedModel): number {
  const positions = 'max_position_embeddings' in config ? Number(config.max_position_embeddings) : Number.NaN;
  if (!(positions > 0)) return MAX_TEXT_TOKENS;
  // RoBERTa counts positions from two on.
  return /roberta/.test(String(config.model_type)) ? positions - 2 : positions;
}

/** Tokens that an encoder reads of a text: what tokenizer and graph both take. */
export function findMaxTokens(tokenizer: PreTrainedTokenizer, model: PreTrainedModel): number {
  return Math.min(tokenizer.model_max_length, findMaxPositions(model), MAX_TEXT_TOKENS);
}

export interface TokenizeOptions {
  readonly maxTokens: number;
  readonly padding?: true | 'max_length';
  /** The second text of each pair. */
  readonly pairs?: readonly string[];
}

/**
 * Texts as tokens, the long ones cut. The library's cut takes the token that ends a text with it, and CLIP reads a
 * text's meaning off that very token, so it is put back.
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

/** The token that ends every text, as an empty text shows it. */
function findEndToken(tokenizer: PreTrainedTokenizer): bigint | undefined {
  const { input_ids: ids } = tokenizer(['']) as { readonly input_ids: Tensor };
  const last: unknown = ids.data[ids.data.length - 1];
  return typeof last === 'bigint' ? last : undefined;
}
