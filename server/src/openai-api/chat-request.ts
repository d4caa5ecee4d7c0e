import { z } from 'zod';
import type { AskExchange } from '../../protocol/ask.ts';
import { OpenAiApiError } from './api-error.ts';

/** Name of the one model that is served. */
export const SERVED_MODEL = 'goldfish';

const url = z.union([z.object({ url: z.string() }), z.string()]);
const contentPart = z.union([
  z.looseObject({ type: z.enum(['text', 'input_text']), text: z.string() }),
  // As vLLM takes it; lmms-eval sends this.
  z.looseObject({ type: z.literal('video_url'), video_url: url }),
  z.looseObject({ type: z.literal('image_url'), image_url: url }),
]);
type ContentPart = z.output<typeof contentPart>;

const chatMessage = z.looseObject({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool']),
  content: z.union([z.string(), z.array(contentPart), z.null()]).optional(),
});

const chatBody = z.looseObject({
  model: z.string(),
  messages: z.array(chatMessage).min(1),
  stream: z.boolean().nullish(),
});

/** A chat request as Goldfish answers it. */
export interface ChatQuestion {
  readonly question: string;
  /** Earlier turns, oldest first. */
  readonly conversation: readonly AskExchange[];
  /** URLs of videos in the whole conversation. Empty: the whole library. */
  readonly videos: readonly string[];
  /** Pictures of the last message, as base64 without a prefix. */
  readonly images: readonly string[];
  readonly isStream: boolean;
}

type ChatMessage = z.output<typeof chatMessage>;

const partsOf = ({ content }: ChatMessage): readonly ContentPart[] =>
  typeof content === 'string' ? [{ type: 'text', text: content }] : (content ?? []);

const textOf = (message: ChatMessage) =>
  partsOf(message)
    .flatMap((part) => ('text' in part && typeof part.text === 'string' ? [part.text] : []))
    .join('\n')
    .trim();

const urlOf = (value: z.output<typeof url>) => (typeof value === 'string' ? value : value.url);

/** Reads a picture given as a data URL. Pictures on the web are not fetched. */
function toImageData(address: string): string {
  const data = /^data:image\/(?:jpeg|jpg|png);base64,(.+)$/s.exec(address)?.[1];
  if (data !== undefined) return data;
  throw new OpenAiApiError(400, 'invalid_image', 'Send pictures as data URLs of JPEG or PNG.');
}

/** Pairs user messages with the answers after them. A user message without an answer joins the next. */
function toConversation(messages: readonly ChatMessage[]): readonly AskExchange[] {
  const exchanges: AskExchange[] = [];
  let question = '';
  for (const message of messages) {
    const text = textOf(message);
    if (message.role === 'user') question = [question, text].filter(Boolean).join('\n');
    if (message.role !== 'assistant' || question === '' || text === '') continue;
    exchanges.push({ question, answer: text });
    question = '';
  }
  return exchanges;
}

/** Parses the body of a chat completion. Throws OpenAiApiError if it is not one that can be answered. */
export function parseChatRequest(body: unknown): ChatQuestion {
  const parsed = chatBody.safeParse(body);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new OpenAiApiError(
      400,
      'invalid_request',
      `${issue?.path.join('.') ?? 'body'}: ${issue?.message ?? ''}`,
    );
  }
  const { model, messages, stream } = parsed.data;
  if (model !== SERVED_MODEL)
    throw new OpenAiApiError(404, 'model_not_found', `There is no model ${model}. Use ${SERVED_MODEL}.`);
  const last = messages.findLastIndex(({ role }) => role === 'user');
  const asked = messages[last];
  const question = asked === undefined ? '' : textOf(asked);
  if (asked === undefined || question === '')
    throw new OpenAiApiError(400, 'invalid_request', 'The last user message has no text.');
  const allParts = messages.flatMap(partsOf);
  return {
    question,
    conversation: toConversation(messages.slice(0, last)),
    videos: allParts.flatMap((part) =>
      'video_url' in part && part.video_url ? [urlOf(part.video_url as z.output<typeof url>)] : [],
    ),
    images: partsOf(asked).flatMap((part) =>
      'image_url' in part && part.image_url
        ? [toImageData(urlOf(part.image_url as z.output<typeof url>))]
        : [],
    ),
    isStream: stream === true,
  };
}
