import { createParser } from 'eventsource-parser';
import {
  type OpenAiEndpoint,
  parseHostError,
  parseReply,
  postToHost,
  RequestRefusedError,
  readMember,
  TransientHostError,
} from './endpoint.ts';

export interface TextPart {
  readonly type: 'text';
  readonly text: string;
}
export interface ImagePart {
  readonly type: 'image_url';
  readonly image_url: { readonly url: string };
}
export interface OpenAiChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string | readonly (TextPart | ImagePart)[];
}
export interface ChatRequestBody {
  readonly messages: readonly OpenAiChatMessage[];
  readonly max_tokens: number;
  readonly temperature: number;
}
export interface ChatReply {
  readonly text: string;
  /** False where the host stopped at its token limit. */
  readonly complete: boolean;
}

/** Characters of a reply after which a host is not believed. */
const MAX_REPLY_CHARS = 1_000_000;
/** Text of one chunk of a stream, or of a whole reply from a host that does not stream. */
function parseChunk(
  chunk: unknown,
  kind: 'delta' | 'message',
): { readonly text: string; readonly finishReason?: string } {
  const error = readMember(chunk, 'error');
  if (error !== undefined && error !== null)
    throw new TransientHostError(parseHostError(JSON.stringify({ error })));
  const choices = readMember(chunk, 'choices');
  if (!Array.isArray(choices)) throw new TransientHostError('it sent something that is no chat completion');
  const [choice]: readonly unknown[] = choices;
  const content = readMember(readMember(choice, kind), 'content');
  const finishReason = readMember(choice, 'finish_reason');
  return {
    text: typeof content === 'string' ? content : '',
    finishReason: typeof finishReason === 'string' ? finishReason : undefined,
  };
}

async function readReply(
  response: Response,
  onDelta: (delta: string) => void,
  onBytes: () => void,
): Promise<ChatReply> {
  let text = '';
  let finishReason: string | undefined;
  const addPiece = (piece: { readonly text: string; readonly finishReason?: string }) => {
    finishReason = piece.finishReason ?? finishReason;
    if (!piece.text) return;
    text += piece.text;
    if (text.length > MAX_REPLY_CHARS) throw new RequestRefusedError('the host did not stop writing');
    onDelta(piece.text);
  };
  if (response.headers.get('content-type')?.includes('application/json')) {
    addPiece(parseChunk(parseReply(await response.text()), 'message'));
    return toChatReply(text, finishReason ?? 'stop');
  }
  const parser = createParser({
    maxBufferSize: MAX_REPLY_CHARS,
    onEvent: ({ data }) => {
      if (data.trim() === '[DONE]') finishReason ??= 'stop';
      else addPiece(parseChunk(parseReply(data), 'delta'));
    },
    onError: (error) => {
      if (error.type === 'max-buffer-size-exceeded')
        throw new TransientHostError('it sent an event without end');
    },
  });
  const decoder = new TextDecoder();
  for await (const bytes of response.body ?? []) {
    onBytes();
    parser.feed(decoder.decode(bytes, { stream: true }));
  }
  return toChatReply(text, finishReason);
}

function toChatReply(text: string, finishReason: string | undefined): ChatReply {
  if (finishReason === undefined) throw new TransientHostError('its stream was cut off');
  if (finishReason === 'content_filter') throw new RequestRefusedError('the host filtered its answer');
  return { text, complete: finishReason !== 'length' };
}

/**
 * A chat completion, streamed. `onDelta` is called with each piece; once it was called the request is not sent
 * again, unless `restart` is given, which is called before each new try. Rejects with UnavailableError, RefusedError
 * or the signal's reason.
 */
export async function requestChat(
  endpoint: OpenAiEndpoint,
  body: ChatRequestBody,
  signal: AbortSignal,
  onDelta: (delta: string) => void = () => undefined,
  restart?: () => void,
): Promise<ChatReply> {
  let hasStreamed = false;
  const onPiece = (delta: string) => {
    hasStreamed = true;
    onDelta(delta);
  };
  const mayRetry = () => {
    if (hasStreamed && !restart) return false;
    restart?.();
    return true;
  };
  return postToHost(
    endpoint,
    '/chat/completions',
    { type: 'application/json', data: JSON.stringify({ ...body, model: endpoint.model, stream: true }) },
    (response, onBytes) => readReply(response, onPiece, onBytes),
    signal,
    mayRetry,
  );
}
