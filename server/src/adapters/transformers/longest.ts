import type { PreTrainedModel, PreTrainedTokenizer } from '@huggingface/transformers';

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
