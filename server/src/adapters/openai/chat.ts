import { createParser } from 'eventsource-parser';
import { hideSecrets } from '../../base/redact-secrets.ts';
import {
  type OpenAiEndpoint,
  parseHostError,
  parseReply,
  postToHost,
  RequestRefusedError,
  readMember,
  resolveKey,
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
  /** False if the server stopped at its token limit. */
  readonly complete: boolean;
}

/** Maximum length of a reply, characters. A longer one counts as faulty. */
const MAX_REPLY_CHARS = 1_000_000;
/** Parses one chunk of a stream, or the whole reply of a server that does not stream. */
function parseChunk(
  chunk: unknown,
  kind: 'delta' | 'message',
  key: string | undefined,
): { readonly text: string; readonly finishReason?: string } {
  const error = readMember(chunk, 'error');
  if (error !== undefined && error !== null)
    throw new TransientHostError(parseHostError(JSON.stringify({ error }), [key]));
  const choices = readMember(chunk, 'choices');
  if (!Array.isArray(choices)) throw new TransientHostError('it did not send a chat completion');
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
  key: string | undefined,
  onDelta: (delta: string) => void,
  onBytes: () => void,
): Promise<ChatReply> {
  let text = '';
  let finishReason: string | undefined;
  const addPiece = (piece: { readonly text: string; readonly finishReason?: string }) => {
    finishReason = piece.finishReason ?? finishReason;
    if (!piece.text) return;
    text += piece.text;
    if (text.length > MAX_REPLY_CHARS) throw new RequestRefusedError('the reply of the server was too long');
    onDelta(piece.text);
  };
  if (response.headers.get('content-type')?.includes('application/json')) {
    addPiece(parseChunk(parseReply(await response.text()), 'message', key));
    return toChatReply(hideSecrets(text, [key]), finishReason ?? 'stop');
  }
  const parser = createParser({
    maxBufferSize: MAX_REPLY_CHARS,
    onEvent: ({ data }) => {
      if (data.trim() === '[DONE]') finishReason ??= 'stop';
      else addPiece(parseChunk(parseReply(data), 'delta', key));
    },
    onError: (error) => {
      if (error.type === 'max-buffer-size-exceeded') throw new TransientHostError('it sent an endless event');
    },
  });
  const decoder = new TextDecoder();
  for await (const bytes of response.body ?? []) {
    onBytes();
    parser.feed(decoder.decode(bytes, { stream: true }));
  }
  return toChatReply(hideSecrets(text, [key]), finishReason);
}

function toChatReply(text: string, finishReason: string | undefined): ChatReply {
  if (finishReason === undefined) throw new TransientHostError('its reply was cut off');
  if (finishReason === 'content_filter') throw new RequestRefusedError('the server filtered its answer');
  return { text, complete: finishReason !== 'length' };
}

/**
 * Requests a streamed chat completion. `onDelta` receives each piece of text. After the first piece the
 * request is not retried, unless `restart` is set; it is called before each retry. Rejects with
 * ModelUnavailableError, RequestRefusedError or the signal's reason.
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
    (response, onBytes) => readReply(response, resolveKey(endpoint), onPiece, onBytes),
    signal,
    mayRetry,
  );
}
