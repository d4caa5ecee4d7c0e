import { createParser } from 'eventsource-parser';
import { hideSecrets } from '../../base/redact-secrets.ts';
import { createThoughtFilter, stripThoughts } from '../../core/generation/strip-thoughts.ts';
import type { TokenUsage } from '../../ports/answerer.ts';
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
import { readTokenUsage } from './token-usage.ts';

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
  /** Absent if the host does not tell. */
  readonly usage?: TokenUsage;
  /** False if the server stopped at its token limit. */
  readonly complete: boolean;
}

/** Maximum length of a reply, characters. A longer one counts as faulty. */
const MAX_REPLY_CHARS = 1_000_000;
/** Members in which hosts send the thoughts of a reasoning model. */
const THOUGHT_MEMBERS = ['reasoning', 'reasoning_content'] as const;

interface ReplyPiece {
  readonly text: string;
  /** True if the piece carries thoughts. */
  readonly isThought: boolean;
  readonly finishReason?: string | undefined;
  readonly usage?: TokenUsage | undefined;
}

/** Parses one chunk of a stream, or the whole reply of a server that does not stream. */
function parseChunk(chunk: unknown, kind: 'delta' | 'message', key: string | undefined): ReplyPiece {
  const error = readMember(chunk, 'error');
  if (error !== undefined && error !== null)
    throw new TransientHostError(parseHostError(JSON.stringify({ error }), [key]));
  const choices = readMember(chunk, 'choices');
  if (!Array.isArray(choices)) throw new TransientHostError('it did not send a chat completion');
  const [choice]: readonly unknown[] = choices;
  const message = readMember(choice, kind);
  const content = readMember(message, 'content');
  const finishReason = readMember(choice, 'finish_reason');
  return {
    text: typeof content === 'string' ? content : '',
    isThought: THOUGHT_MEMBERS.some((member) => Boolean(readMember(message, member))),
    finishReason: typeof finishReason === 'string' ? finishReason : undefined,
    usage: readTokenUsage(chunk),
  };
}

async function readReply(
  response: Response,
  key: string | undefined,
  onDelta: (delta: string) => void,
  onBytes: () => void,
): Promise<ChatReply> {
  let text = '';
  let hasThoughts = false;
  let finishReason: string | undefined;
  let usage: TokenUsage | undefined;
  const thoughtFilter = createThoughtFilter();
  const show = (shownText: string) => {
    if (shownText !== '') onDelta(shownText);
  };
  const addPiece = (piece: ReplyPiece) => {
    finishReason = piece.finishReason ?? finishReason;
    usage = piece.usage ?? usage;
    hasThoughts ||= piece.isThought;
    if (!piece.text) return;
    text += piece.text;
    if (text.length > MAX_REPLY_CHARS) throw new RequestRefusedError('the reply of the server was too long');
    show(thoughtFilter.push(piece.text));
  };
  const finish = (reason: string | undefined) => {
    const reply = toChatReply(hideSecrets(text, [key]), hasThoughts, reason);
    show(thoughtFilter.end());
    return { ...reply, ...(usage && { usage }) };
  };
  if (response.headers.get('content-type')?.includes('application/json')) {
    addPiece(parseChunk(parseReply(await response.text()), 'message', key));
    return finish(finishReason ?? 'stop');
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
  return finish(finishReason);
}

function toChatReply(rawText: string, hasThoughts: boolean, finishReason: string | undefined): ChatReply {
  if (finishReason === undefined) throw new TransientHostError('its reply was cut off');
  if (finishReason === 'content_filter') throw new RequestRefusedError('the server filtered its answer');
  const text = stripThoughts(rawText);
  if (text !== '') return { text, complete: finishReason !== 'length' };
  const isThinking = hasThoughts || rawText.trim() !== '';
  if (finishReason === 'length')
    throw new RequestRefusedError(
      isThinking
        ? 'it reached its limit of tokens while it was still thinking; switch its thinking off'
        : 'it reached its limit of tokens and wrote nothing',
    );
  throw new RequestRefusedError(
    isThinking ? 'it thought and then wrote nothing' : 'it wrote nothing; its context may be too short',
  );
}

/** How a host wants a chat request. It is learned from what the host refuses, because hosts do not state it. */
interface ChatDialect {
  /** False if the host refuses the parameters that switch thinking off. */
  takesThinkingOff: boolean;
  /** True for OpenAI's reasoning models: another name of the token limit, and no temperature. */
  usesCompletionTokens: boolean;
  /** False if the host refuses the wish to tell tokens. */
  takesUsageWish: boolean;
}

const dialects = new WeakMap<OpenAiEndpoint, ChatDialect>();

function findDialect(endpoint: OpenAiEndpoint): ChatDialect {
  const known = dialects.get(endpoint);
  if (known) return known;
  const dialect: ChatDialect = { takesThinkingOff: true, usesCompletionTokens: false, takesUsageWish: true };
  dialects.set(endpoint, dialect);
  return dialect;
}

/** Ollama, vLLM and llama.cpp let models think unless one of these says otherwise. */
const THINKING_OFF = { reasoning_effort: 'none', chat_template_kwargs: { enable_thinking: false } } as const;

function toRequestData(endpoint: OpenAiEndpoint, body: ChatRequestBody, dialect: ChatDialect): string {
  const { max_tokens: maxTokens, temperature, ...rest } = body;
  const limits = dialect.usesCompletionTokens
    ? { max_completion_tokens: maxTokens }
    : { max_tokens: maxTokens, temperature };
  const thinking = dialect.takesThinkingOff ? THINKING_OFF : {};
  const usage = dialect.takesUsageWish ? { stream_options: { include_usage: true } } : {};
  return JSON.stringify({ ...rest, ...limits, ...thinking, ...usage, model: endpoint.model, stream: true });
}

/** Messages about what was asked, not about how. */
const CONTENT_PROBLEM = /\bimages?\b|\bcontext\b|too (?:long|large|many)|exceed/i;
const USAGE_PROBLEM = /stream_options|include_usage/i;
const LIMIT_PROBLEM =
  /max_completion_tokens|['"`]?(?:max_tokens|temperature)['"`]? (?:is not|does not|cannot)|unsupported (?:parameter|value):? ['"`]?(?:max_tokens|temperature)/i;

/** Adapts the dialect to a refusal. Returns false if nothing is left to try. */
function adaptDialect(dialect: ChatDialect, { message }: RequestRefusedError): boolean {
  if (!dialect.usesCompletionTokens && LIMIT_PROBLEM.test(message)) {
    dialect.usesCompletionTokens = true;
    return true;
  }
  if (CONTENT_PROBLEM.test(message)) return false;
  if (dialect.takesUsageWish && USAGE_PROBLEM.test(message)) dialect.takesUsageWish = false;
  else if (dialect.takesThinkingOff) dialect.takesThinkingOff = false;
  // The least that a host must take.
  else if (dialect.takesUsageWish) dialect.takesUsageWish = false;
  else return false;
  return true;
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
  const dialect = findDialect(endpoint);
  for (;;) {
    try {
      return await postToHost(
        endpoint,
        '/chat/completions',
        { type: 'application/json', data: toRequestData(endpoint, body, dialect) },
        (response, onBytes) => readReply(response, resolveKey(endpoint), onPiece, onBytes),
        signal,
        mayRetry,
      );
    } catch (error) {
      const isRefused = error instanceof RequestRefusedError && error.isOfRequest;
      if (!isRefused || !adaptDialect(dialect, error)) throw error;
    }
  }
}
