import {
  AutoModelForCausalLM,
  AutoTokenizer,
  type PreTrainedModel,
  type PreTrainedTokenizer,
  Tensor,
} from '@huggingface/transformers';
import { withoutControl } from '../../core/controlTokens.ts';
import type { Message } from '../../ports/answerer.ts';
import { PROBE_TEXTS } from './embedding.ts';
import { type Watch, write } from './generate.ts';
import {
  confine,
  type Disposable,
  graphOptions,
  type Kind,
  type Loaded,
  modelType,
  PULL,
  typesFor,
} from './load.ts';
import type { GenerateReply, ModelPlace } from './messages.ts';
import { type ModelInputs, SUPPORTED } from './prompt.ts';
import { UnusableError } from './unusable.ts';

export interface LoadedWriter extends Disposable {
  readonly model: PreTrainedModel;
  readonly tokenizer: PreTrainedTokenizer;
}

/** Is it a vision-language model that a folder holds? Those write as well. */
export function captions(folder: string): boolean {
  return SUPPORTED.includes(modelType(folder));
}

async function loadOn(place: ModelPlace, device: string): Promise<LoadedWriter> {
  const types = typesFor(place, device, ['model']);
  const id = confine(place.folder);
  const tokenizer = await AutoTokenizer.from_pretrained(id, { local_files_only: true });
  if (!tokenizer.chat_template) {
    throw new UnusableError(
      `The model in ${place.folder} has no chat template, so it follows no instructions`,
      'Choose an instruct model with `goldfish models use answerer`.',
    );
  }
  const model = await AutoModelForCausalLM.from_pretrained(id, graphOptions(place, device, types));
  return { model, tokenizer, dispose: () => model.dispose() };
}

type Conversation = Parameters<PreTrainedTokenizer['apply_chat_template']>[0];

function promptOf(tokenizer: PreTrainedTokenizer, conversation: Conversation, template?: string): string {
  const text = tokenizer.apply_chat_template(conversation, {
    add_generation_prompt: true,
    tokenize: false,
    chat_template: template ?? null,
  });
  if (typeof text !== 'string') throw new Error('the chat template gave no text');
  return text;
}

/** A conversation as an instruct model reads it. */
export function textPrompt({ tokenizer }: LoadedWriter, messages: readonly Message[]): string {
  return promptOf(
    tokenizer,
    messages.map(({ role, text }) => ({ role, content: withoutControl(text, tokenizer.all_special_tokens) })),
  );
}

/** A conversation as a vision-language model reads it: in parts. */
export function partsPrompt({ tokenizer, processor }: Loaded, messages: readonly Message[]): string {
  const parts = messages.map(({ role, text }) => ({
    role,
    content: [{ type: 'text', text: withoutControl(text, tokenizer.all_special_tokens) }],
  }));
  // The declared type knows plain text alone; the templates of these models take parts.
  return promptOf(tokenizer, parts as unknown as Conversation, processor.chat_template ?? undefined);
}

/** Greedy text after a prompt, in at most `tokens` tokens. An aborted signal ends the writing at the next token. */
export async function writeReply(
  loaded: LoadedWriter,
  prompt: string,
  tokens: number,
  watch: Watch,
  signal: AbortSignal,
): Promise<GenerateReply> {
  // The template has written the tokens that begin a text.
  const inputs = loaded.tokenizer([prompt], { add_special_tokens: false }) as ModelInputs;
  const [reply] = await write(loaded, inputs, tokens, watch, signal);
  return reply ?? { refused: 'the model gave no text' };
}

/** Logits after the last word of a text. */
async function logits({ model, tokenizer }: LoadedWriter, text: string): Promise<Float32Array> {
  const inputs = tokenizer([text]) as ModelInputs;
  const out: unknown = await model.forward({ ...inputs });
  const all = out && typeof out === 'object' && 'logits' in out ? out.logits : undefined;
  if (!(all instanceof Tensor)) throw new UnusableError('The model gives no logits', PULL);
  return Float32Array.from(all.slice(null, -1, null).to('float32').data as Float32Array);
}

/** Instruct models. */
export const WRITERS: Kind<LoadedWriter> = {
  loadOn,
  probe: async (loaded) => [[await logits(loaded, PROBE_TEXTS[0]), await logits(loaded, PROBE_TEXTS[1])]],
};
