import {
  AutoModelForCausalLM,
  AutoTokenizer,
  type PreTrainedModel,
  type PreTrainedTokenizer,
  Tensor,
} from '@huggingface/transformers';
import { escapeControlTokens } from '../../core/generation/escape-control-tokens.ts';
import type { AnswererMessage } from '../../ports/answerer.ts';
import { type GenerationCallbacks, generateText, scoreNextToken } from './image-text-generation.ts';
import { type ModelInputs, NO_THINKING, SUPPORTED_MODEL_TYPES } from './image-text-prompt.ts';
import type { GenerateReply, ModelPlace, ScoreReply } from './inference-messages.ts';
import {
  PULL_REMEDY,
  readModelType,
  requirePrecisions,
  restrictToFolder,
  toGraphOptions,
} from './load-model.ts';
import type { Disposable, LoadedVisionModel, ModelLoader } from './loaded-model.ts';
import { PROBE_TEXTS } from './sentence-embedding.ts';
import { UnsupportedModelError } from './unsupported-model.ts';

export interface LoadedTextGenerator extends Disposable {
  readonly model: PreTrainedModel;
  readonly tokenizer: PreTrainedTokenizer;
}

/** Returns whether a folder contains a vision-language model, which can generate text as well. */
export function isVisionModel(folder: string): boolean {
  return SUPPORTED_MODEL_TYPES.includes(readModelType(folder));
}

async function loadOn(place: ModelPlace, device: string): Promise<LoadedTextGenerator> {
  const precisions = requirePrecisions(place, device, ['model']);
  const id = restrictToFolder(place.folder);
  const tokenizer = await AutoTokenizer.from_pretrained(id, { local_files_only: true });
  if (!tokenizer.chat_template) {
    throw new UnsupportedModelError(
      `The model in ${place.folder} has no chat template, so it cannot follow instructions`,
      'Choose an instruct model with `goldfish models use answerer`.',
    );
  }
  const model = await AutoModelForCausalLM.from_pretrained(id, toGraphOptions(place, device, precisions));
  return { model, tokenizer, dispose: () => model.dispose() };
}

type Conversation = Parameters<PreTrainedTokenizer['apply_chat_template']>[0];

function applyTemplate(
  tokenizer: PreTrainedTokenizer,
  conversation: Conversation,
  template?: string,
): string {
  const text = tokenizer.apply_chat_template(conversation, {
    add_generation_prompt: true,
    tokenize: false,
    chat_template: template ?? null,
    ...NO_THINKING,
  });
  if (typeof text !== 'string') throw new Error('the chat template returned no text');
  return text;
}

/** Formats a conversation for an instruct model. */
export function toTextPrompt(
  { tokenizer }: LoadedTextGenerator,
  messages: readonly AnswererMessage[],
): string {
  return applyTemplate(
    tokenizer,
    messages.map(({ role, text }) => ({
      role,
      content: escapeControlTokens(text, tokenizer.all_special_tokens),
    })),
  );
}

/** Formats a conversation for a vision-language model, as message parts. */
export function toPartsPrompt(
  { tokenizer, processor }: LoadedVisionModel,
  messages: readonly AnswererMessage[],
): string {
  const parts = messages.map(({ role, text }) => ({
    role,
    content: [{ type: 'text', text: escapeControlTokens(text, tokenizer.all_special_tokens) }],
  }));
  // The declared type allows only plain text, but the templates of these models accept parts.
  return applyTemplate(tokenizer, parts as unknown as Conversation, processor.chat_template ?? undefined);
}

/**
 * Generates text greedily after a prompt, at most `tokens` tokens. An aborted signal stops it at the next
 * token.
 */
export async function generateReply(
  loadedModel: LoadedTextGenerator,
  prompt: string,
  tokens: number,
  callbacks: GenerationCallbacks,
  signal: AbortSignal,
): Promise<GenerateReply> {
  // The template has already added the tokens at the beginning of a text.
  const inputs = loadedModel.tokenizer([prompt], { add_special_tokens: false }) as ModelInputs;
  const [reply] = await generateText(loadedModel, inputs, tokens, callbacks, signal);
  return reply ?? { refused: 'the model returned no text' };
}

/** Returns the first tokens with which a reply may begin: models write it with or without a space. */
function firstTokens(tokenizer: PreTrainedTokenizer, reply: string): readonly number[] {
  const first = [reply, ` ${reply}`].flatMap((text) =>
    tokenizer.encode(text, { add_special_tokens: false }).slice(0, 1),
  );
  return [...new Set(first)];
}

/** Returns the log-probability of each reply as the next one after a prompt, by its first token. */
export async function scoreReplies(
  { model, tokenizer }: LoadedTextGenerator,
  prompt: string,
  replies: readonly string[],
): Promise<ScoreReply> {
  const tokens = replies.map((reply) => firstTokens(tokenizer, reply));
  const distinct = new Set(tokens.flat());
  if (distinct.size < tokens.flat().length || tokens.some((list) => list.length === 0))
    return { refused: 'its tokens do not tell the replies apart' };
  const inputs = tokenizer([prompt], { add_special_tokens: false }) as ModelInputs;
  const found = await scoreNextToken(model, inputs);
  if ('refused' in found) return found;
  const scores = tokens.map((list) =>
    Math.log(list.reduce((sum, token) => sum + Math.exp(found[token] ?? Number.NEGATIVE_INFINITY), 0)),
  );
  return { scores, tokens: { tokensIn: inputs.input_ids?.dims[1] ?? 0, tokensOut: 1 } };
}

/** Computes the logits after the last word of a text. */
async function computeLogits({ model, tokenizer }: LoadedTextGenerator, text: string): Promise<Float32Array> {
  const inputs = tokenizer([text]) as ModelInputs;
  const output: unknown = await model.forward({ ...inputs });
  const allLogits = output && typeof output === 'object' && 'logits' in output ? output.logits : undefined;
  if (!(allLogits instanceof Tensor))
    throw new UnsupportedModelError('The model returns no logits', PULL_REMEDY);
  return Float32Array.from(allLogits.slice(null, -1, null).to('float32').data as Float32Array);
}

/** Loads instruct models. */
export const TEXT_GENERATION_LOADER: ModelLoader<LoadedTextGenerator> = {
  loadOn,
  runProbe: async (loadedModel) => [
    [await computeLogits(loadedModel, PROBE_TEXTS[0]), await computeLogits(loadedModel, PROBE_TEXTS[1])],
  ],
};
