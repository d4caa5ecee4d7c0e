import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import sharp from 'sharp';
import { messageOf } from '../../server/src/base/message-of.ts';
import type { PromptPart } from '../../server/src/core/generation/caption-prompt.ts';
import type { Picture } from '../../server/src/ports/decoder.ts';

/** A chat request as it came over the wire, its pictures decoded. */
export interface ChatRequest {
  readonly model: string;
  readonly stream: boolean;
  readonly maxTokens: number;
  readonly authorization: string | undefined;
  /** Texts by role, in order. */
  readonly messages: readonly { readonly role: string; readonly text: string }[];
  readonly pictures: readonly Picture[];
  /** The last user message as an interleaving. */
  readonly prompt: readonly PromptPart[];
  /** All members of the request. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** A transcription request as it came over the wire. */
export interface HearingRequest {
  readonly model: string;
  readonly format: string;
  readonly language: string | undefined;
  /** Earlier text that the model reads; absent if none was sent. */
  readonly prompt?: string;
  /** Asked for with `timestamp_granularities[]`. */
  readonly granularities: readonly string[];
  readonly authorization: string | undefined;
  /** 16 kHz mono, -1..1. */
  readonly samples: Float32Array;
}

/** A request for embeddings or a ranking as it came over the wire. */
export interface TextsRequest {
  readonly model: string;
  /** Of a ranking. */
  readonly query?: string;
  readonly texts: readonly string[];
}

/** One segment as hosts write it; times in seconds. */
export interface WireSegment {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly avg_logprob: number;
  readonly no_speech_prob: number;
}

/** What one request meets instead of an answer. */
export type Fault =
  | { readonly status: number; readonly body?: string; readonly headers?: Readonly<Record<string, string>> }
  /** The connection ends after so many pieces, without an end mark. */
  | { readonly cutAfter: number }
  /** Bytes that are no event stream of completions. */
  | { readonly garbage: string }
  /** Headers, and then nothing. */
  | { readonly silent: true }
  | { readonly redirect: string };

export interface OpenAiServer {
  readonly baseUrl: string;
  readonly requests: readonly ChatRequest[];
  readonly hearings: readonly HearingRequest[];
  /** Requests for embeddings and rankings. */
  readonly readings: readonly TextsRequest[];
  /** Faults of the next requests, in order. */
  readonly faults: Fault[];
  /** Resolves when a client has broken a request off. */
  readonly brokenOff: Promise<void>;
  close(): Promise<void>;
}

export interface OpenAiServerOptions {
  readonly model: string;
  /** A key that requests must carry. */
  readonly key?: string;
  /** Pieces of the answer; `end` is its finish_reason. */
  readonly answer?: (
    request: ChatRequest,
    signal: AbortSignal,
  ) => AsyncIterable<string> | Iterable<string> | Promise<Iterable<string>>;
  /** Serves transcriptions; `language` as the host names it. */
  readonly hear?: (request: HearingRequest) => {
    readonly segments: readonly WireSegment[];
    readonly language: string;
  };
  /** Serves embeddings. */
  readonly embed?: (texts: readonly string[]) => Promise<readonly (readonly number[])[]>;
  /** Sends embeddings as base64, which some hosts do whatever was asked. */
  readonly base64?: boolean;
  /** Serves rankings; scores in the order of the passages. */
  readonly rank?: (query: string, passages: readonly string[]) => Promise<readonly number[]>;
  /** Characters of all texts of a request that the host takes; more is refused. All where absent. */
  readonly mostText?: number;
  /** Formats that the transcriber takes; all where absent. */
  readonly formats?: readonly string[];
  readonly finish?: 'stop' | 'length' | 'content_filter';
  /** Tokens that the host counts. It tells them in streams that ask for it, and in whole replies. */
  readonly usage?: { readonly prompt_tokens: number; readonly completion_tokens: number };
  /** Log-probabilities of the first token, for requests that ask for them. Hosts without it ignore the wish. */
  readonly tops?: (request: ChatRequest) => Readonly<Record<string, number>>;
}

class BadRequest extends Error {}

function object(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw new BadRequest(`${what} must be an object`);
  return { ...value };
}

function text(value: unknown, what: string): string {
  if (typeof value !== 'string') throw new BadRequest(`${what} must be a string`);
  return value;
}

async function picture(url: string): Promise<Picture> {
  const match = /^data:image\/(?:jpeg|png);base64,([A-Za-z0-9+/=]+)$/.exec(url);
  if (!match?.[1]) throw new BadRequest('image_url must be a data URL of a JPEG or PNG');
  const { data, info } = await sharp(Buffer.from(match[1], 'base64'))
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { timeMs: 0, width: info.width, height: info.height, data: new Uint8Array(data) };
}

/** Reads a request as strictly as hosts do. */
async function requestOf(raw: string, authorization: string | undefined): Promise<ChatRequest> {
  const body = object(JSON.parse(raw), 'the body');
  if (!Array.isArray(body.messages)) throw new BadRequest('messages must be a list');
  const pictures: Picture[] = [];
  let prompt: PromptPart[] = [];
  const messages: { role: string; text: string }[] = [];
  for (const each of body.messages) {
    const message = object(each, 'a message');
    const role = text(message.role, 'role');
    if (!['system', 'user', 'assistant'].includes(role)) throw new BadRequest(`there is no role ${role}`);
    const parts = Array.isArray(message.content)
      ? message.content
      : [{ type: 'text', text: message.content }];
    prompt = [];
    for (const given of parts) {
      const part = object(given, 'a part');
      if (part.type === 'text') prompt.push({ kind: 'text', text: text(part.text, 'text') });
      else if (part.type === 'image_url') {
        prompt.push({ kind: 'frame', frame: pictures.length });
        pictures.push(await picture(text(object(part.image_url, 'image_url').url, 'url')));
      } else throw new BadRequest(`there is no part of type ${part.type}`);
    }
    messages.push({ role, text: prompt.map((part) => (part.kind === 'text' ? part.text : '')).join('') });
  }
  return {
    model: text(body.model, 'model'),
    stream: body.stream === true,
    maxTokens: Number(body.max_tokens),
    authorization,
    messages,
    pictures,
    prompt,
    body,
  };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Samples of a WAV file: 16 kHz, mono, 16 bit, nothing else. */
function samplesOf(bytes: Uint8Array): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tag = (at: number) => Buffer.from(bytes.subarray(at, at + 4)).toString('latin1');
  const sized =
    view.getUint32(4, true) === bytes.length - 8 && view.getUint32(40, true) === bytes.length - 44;
  const form = [
    view.getUint16(20, true),
    view.getUint16(22, true),
    view.getUint32(24, true),
    view.getUint16(34, true),
  ];
  if (
    tag(0) !== 'RIFF' ||
    tag(8) !== 'WAVE' ||
    tag(36) !== 'data' ||
    !sized ||
    form.join() !== '1,1,16000,16'
  ) {
    throw new BadRequest('the file must be a WAV file of 16 kHz, mono, 16 bit');
  }
  return Float32Array.from(
    { length: (bytes.length - 44) / 2 },
    (_, i) => view.getInt16(44 + i * 2, true) / 32_768,
  );
}

/** Reads a multipart request as strictly as hosts do. */
async function hearingOf(
  type: string,
  raw: Buffer<ArrayBuffer>,
  authorization: string | undefined,
): Promise<HearingRequest> {
  const form = await new Response(raw, { headers: { 'content-type': type } }).formData();
  const file = form.get('file');
  if (!(file instanceof File) || !/\.wav$/.test(file.name))
    throw new BadRequest('file must be a named sound file');
  const [language, prompt] = [form.get('language'), form.get('prompt')];
  return {
    model: text(form.get('model'), 'model'),
    format: text(form.get('response_format') ?? 'json', 'response_format'),
    language: typeof language === 'string' ? language : undefined,
    ...(typeof prompt === 'string' && { prompt }),
    granularities: form.getAll('timestamp_granularities[]').map((each) => text(each, 'a granularity')),
    authorization,
    samples: samplesOf(new Uint8Array(await file.arrayBuffer())),
  };
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

function refuse(response: ServerResponse, status: number, message: string): void {
  json(response, status, { error: { message, type: 'invalid_request_error', param: null, code: null } });
}

/** Log-probabilities in the form of OpenAI. */
function toLogprobs(tops: Readonly<Record<string, number>> | undefined) {
  if (tops === undefined) return null;
  const top = Object.entries(tops).map(([token, logprob]) => ({ token, logprob, bytes: null }));
  return { content: [{ ...top[0], top_logprobs: top }] };
}

/** Answers a chat request, streamed or not. `cutAfter`: ends the connection after this many pieces; -1: never. */
async function complete(
  options: OpenAiServerOptions,
  response: ServerResponse,
  request: ChatRequest,
  cutAfter: number,
  onBrokenOff: () => void,
): Promise<void> {
  const gone = new AbortController();
  response.on('close', () => {
    if (response.writableFinished || response.destroyed === false) return;
    gone.abort();
    onBrokenOff();
  });
  const { model } = request;
  const head = { id: 'chatcmpl-1', created: 1, model };
  if (!options.answer) throw new BadRequest('this host does not chat');
  const pieces = await options.answer(request, gone.signal);
  if (!request.stream) {
    let content = '';
    for await (const piece of pieces) content += piece;
    const message = { role: 'assistant', content };
    const logprobs = request.body.logprobs === true ? toLogprobs(options.tops?.(request)) : null;
    const choices = [{ index: 0, message, logprobs, finish_reason: options.finish ?? 'stop' }];
    const { usage } = options;
    json(response, 200, { ...head, object: 'chat.completion', choices, ...(usage && { usage }) });
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
  const event = (delta: unknown, end: string | null): Promise<void> => {
    const choices = [{ index: 0, delta, finish_reason: end }];
    const chunk = JSON.stringify({ ...head, object: 'chat.completion.chunk', choices });
    return new Promise((sent) => response.write(`data: ${chunk}\n\n`, () => sent()));
  };
  await event({ role: 'assistant', content: '' }, null);
  let sent = 0;
  for await (const content of pieces) {
    if (sent === cutAfter) {
      response.destroy();
      return;
    }
    await event({ content }, null);
    sent += 1;
  }
  if (sent === cutAfter) {
    response.destroy();
    return;
  }
  await event({}, options.finish ?? 'stop');
  const wish = request.body.stream_options;
  if (
    options.usage &&
    typeof wish === 'object' &&
    wish !== null &&
    Reflect.get(wish, 'include_usage') === true
  ) {
    const last = { ...head, object: 'chat.completion.chunk', choices: [], usage: options.usage };
    response.write(`data: ${JSON.stringify(last)}\n\n`);
  }
  response.end('data: [DONE]\n\n');
}

function transcribe(options: OpenAiServerOptions, response: ServerResponse, request: HearingRequest): void {
  if (options.formats && !options.formats.includes(request.format)) {
    refuse(
      response,
      400,
      `response_format '${request.format}' is not compatible with model '${request.model}'`,
    );
    return;
  }
  const transcript = options.hear?.(request);
  const spokenText = transcript?.segments.map((segment) => segment.text).join('') ?? '';
  if (request.format === 'json') json(response, 200, { text: spokenText });
  else {
    const segments = transcript?.segments.map((segment, id) => ({
      id,
      seek: 0,
      tokens: [],
      temperature: 0,
      ...segment,
    }));
    const duration = request.samples.length / 16_000;
    json(response, 200, {
      task: 'transcribe',
      language: transcript?.language,
      duration,
      text: spokenText,
      segments,
    });
  }
}

async function embed(
  options: OpenAiServerOptions,
  response: ServerResponse,
  request: TextsRequest,
): Promise<void> {
  const vectors = (await options.embed?.(request.texts)) ?? [];
  const data = vectors.map((vector, index) => {
    const embedding = options.base64
      ? Buffer.from(Float32Array.from(vector).buffer).toString('base64')
      : vector;
    return { object: 'embedding', index, embedding };
  });
  // Hosts do not guarantee the order; clients must use the index.
  json(response, 200, { object: 'list', model: request.model, data: data.reverse() });
}

async function rank(
  options: OpenAiServerOptions,
  response: ServerResponse,
  request: TextsRequest,
): Promise<void> {
  const scores = (await options.rank?.(request.query ?? '', request.texts)) ?? [];
  const results = scores.map((score, index) => ({ index, relevance_score: score }));
  results.sort((a, b) => b.relevance_score - a.relevance_score);
  json(response, 200, { model: request.model, results });
}

/** Sends what the fault says, or serves the request. */
async function faulty(
  response: ServerResponse,
  fault: Fault | undefined,
  serve: () => Promise<void>,
): Promise<void> {
  if (fault && 'status' in fault) {
    response.writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers });
    response.end(fault.body ?? JSON.stringify({ error: { message: 'a fault of the test' } }));
  } else if (fault && 'redirect' in fault) {
    response.writeHead(307, { location: fault.redirect });
    response.end();
  } else if (fault && 'garbage' in fault) {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(fault.garbage);
  } else if (fault && 'silent' in fault) {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
  } else await serve();
}

/** A stand-in for an OpenAI-compatible host on loopback, in its real wire format. */
export async function openaiServer(options: OpenAiServerOptions): Promise<OpenAiServer> {
  const requests: ChatRequest[] = [];
  const hearings: HearingRequest[] = [];
  const readings: TextsRequest[] = [];
  const faults: Fault[] = [];
  const { promise: brokenOff, resolve: onBrokenOff } = Promise.withResolvers<void>();
  const readTexts = async (response: ServerResponse, raw: string, ranks: boolean) => {
    const body = object(JSON.parse(raw), 'the body');
    const given = ranks ? body.documents : body.input;
    if (!Array.isArray(given) || given.length === 0) throw new BadRequest('a list of texts is missing');
    const texts = given.map((each) => text(each, 'a text'));
    if (texts.includes('')) throw new BadRequest('input must not hold an empty string');
    const request = {
      model: text(body.model, 'model'),
      texts,
      ...(ranks ? { query: text(body.query, 'query') } : {}),
    };
    readings.push(request);
    await faulty(response, faults.shift(), async () => {
      const length = texts.reduce((sum, each) => sum + each.length, 0);
      if (request.model !== options.model) refuse(response, 404, `The model ${request.model} does not exist`);
      else if (length > (options.mostText ?? length)) refuse(response, 400, 'the input is too long');
      else await (ranks ? rank : embed)(options, response, request);
    });
  };

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const { authorization } = request.headers;
    if (options.key && authorization !== `Bearer ${options.key}`) {
      refuse(response, 401, 'Incorrect API key provided');
      return;
    }
    if (request.method === 'GET' && request.url === '/v1/models') {
      json(response, 200, { object: 'list', data: [{ id: options.model, object: 'model' }] });
      return;
    }
    if (request.method === 'POST' && request.url === '/v1/audio/transcriptions' && options.hear) {
      const raw = await bodyOf(request);
      const hearing = await hearingOf(request.headers['content-type'] ?? '', raw, authorization);
      hearings.push(hearing);
      if (hearing.model !== options.model) refuse(response, 404, `The model ${hearing.model} does not exist`);
      else await faulty(response, faults.shift(), async () => transcribe(options, response, hearing));
      return;
    }
    const reads = options.embed && request.url === '/v1/embeddings';
    const ranks = options.rank && request.url === '/v1/rerank';
    if (request.method === 'POST' && (reads || ranks)) {
      await readTexts(response, (await bodyOf(request)).toString('utf8'), ranks === true);
      return;
    }
    if (request.method !== 'POST' || request.url !== '/v1/chat/completions') {
      refuse(response, 404, `there is no ${request.method} ${request.url}`);
      return;
    }
    const chat = await requestOf((await bodyOf(request)).toString('utf8'), authorization);
    requests.push(chat);
    const fault = faults.shift();
    await faulty(response, fault, async () => {
      if (chat.model !== options.model) refuse(response, 404, `The model ${chat.model} does not exist`);
      else {
        const cutAfter = fault && 'cutAfter' in fault ? fault.cutAfter : -1;
        await complete(options, response, chat, cutAfter, onBrokenOff);
      }
    });
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      const message = messageOf(error);
      if (response.headersSent) response.destroy();
      else refuse(response, error instanceof BadRequest || error instanceof SyntaxError ? 400 : 500, message);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    requests,
    hearings,
    readings,
    faults,
    brokenOff,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
