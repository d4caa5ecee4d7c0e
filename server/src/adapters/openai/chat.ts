import { createParser } from 'eventsource-parser';
import { complaintOf, type Endpoint, member, PassingError, parsed, post, RefusedError } from './endpoint.ts';

export interface TextPart {
  readonly type: 'text';
  readonly text: string;
}
export interface ImagePart {
  readonly type: 'image_url';
  readonly image_url: { readonly url: string };
}
export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string | readonly (TextPart | ImagePart)[];
}
export interface ChatBody {
  readonly messages: readonly ChatMessage[];
  readonly max_tokens: number;
  readonly temperature: number;
}
export interface ChatText {
  readonly text: string;
  /** False where the host stopped at its token limit. */
  readonly complete: boolean;
}

/** Characters of a reply after which a host is not believed. */
const LONGEST_REPLY = 1_000_000;
/** Text of one chunk of a stream, or of a whole reply from a host that does not stream. */
function take(chunk: unknown, kind: 'delta' | 'message'): { readonly text: string; readonly end?: string } {
  const error = member(chunk, 'error');
  if (error !== undefined && error !== null) throw new PassingError(complaintOf(JSON.stringify({ error })));
  const choices = member(chunk, 'choices');
  if (!Array.isArray(choices)) throw new PassingError('it sent something that is no chat completion');
  const [choice]: readonly unknown[] = choices;
  const content = member(member(choice, kind), 'content');
  const end = member(choice, 'finish_reason');
  return { text: typeof content === 'string' ? content : '', end: typeof end === 'string' ? end : undefined };
}

async function read(
  response: Response,
  onDelta: (delta: string) => void,
  onBytes: () => void,
): Promise<ChatText> {
  let text = '';
  let end: string | undefined;
  const add = (piece: { readonly text: string; readonly end?: string }) => {
    end = piece.end ?? end;
    if (!piece.text) return;
    text += piece.text;
    if (text.length > LONGEST_REPLY) throw new RefusedError('the host did not stop writing');
    onDelta(piece.text);
  };
  if (response.headers.get('content-type')?.includes('application/json')) {
    add(take(parsed(await response.text()), 'message'));
    return ended(text, end ?? 'stop');
  }
  const parser = createParser({
    maxBufferSize: LONGEST_REPLY,
    onEvent: ({ data }) => {
      if (data.trim() === '[DONE]') end ??= 'stop';
      else add(take(parsed(data), 'delta'));
    },
    onError: (error) => {
      if (error.type === 'max-buffer-size-exceeded') throw new PassingError('it sent an event without end');
    },
  });
  const decoder = new TextDecoder();
  for await (const bytes of response.body ?? []) {
    onBytes();
    parser.feed(decoder.decode(bytes, { stream: true }));
  }
  return ended(text, end);
}

function ended(text: string, end: string | undefined): ChatText {
  if (end === undefined) throw new PassingError('its stream was cut off');
  if (end === 'content_filter') throw new RefusedError('the host filtered its answer');
  return { text, complete: end !== 'length' };
}

/**
 * A chat completion, streamed. `onDelta` is called with each piece; once it was called the request is not sent
 * again, unless `restart` is given, which is called before each new try. Rejects with UnavailableError, RefusedError
 * or the signal's reason.
 */
export async function chat(
  endpoint: Endpoint,
  body: ChatBody,
  signal: AbortSignal,
  onDelta: (delta: string) => void = () => undefined,
  restart?: () => void,
): Promise<ChatText> {
  let told = false;
  const tell = (delta: string) => {
    told = true;
    onDelta(delta);
  };
  const again = () => {
    if (told && !restart) return false;
    restart?.();
    return true;
  };
  return post(
    endpoint,
    '/chat/completions',
    { type: 'application/json', data: JSON.stringify({ ...body, model: endpoint.model, stream: true }) },
    (response, onBytes) => read(response, tell, onBytes),
    signal,
    again,
  );
}
