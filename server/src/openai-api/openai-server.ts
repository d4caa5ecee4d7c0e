import { randomUUID, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AskResult } from '../../protocol/ask.ts';
import { http } from '../base/http.ts';
import { messageOf } from '../base/message-of.ts';
import type { Client } from '../daemon/connect.ts';
import { answerChat } from './answer-chat.ts';
import { createCitationStripper, withoutCitationMarks } from './answer-text.ts';
import { OpenAiApiError, toErrorBody } from './api-error.ts';
import { parseChatRequest, SERVED_MODEL } from './chat-request.ts';

/** Largest request body, bytes: some pictures. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;

export interface OpenAiServerOptions {
  /** Returns a session with the daemon. */
  readonly client: () => Promise<Client>;
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Key that requests must carry as a bearer token; undefined: none. */
  readonly key: string | undefined;
  readonly folders: readonly string[];
  readonly k: number | undefined;
}

export interface RunningOpenAiServer {
  /** Base URL for clients, ending in `/v1`. */
  readonly url: string;
  close(): Promise<void>;
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request) {
    bytes += (part as Buffer).length;
    if (bytes > MAX_BODY_BYTES)
      throw new OpenAiApiError(413, 'too_large', 'The request is longer than 64 MiB.');
    parts.push(part as Buffer);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8'));
  } catch (error) {
    throw new OpenAiApiError(400, 'invalid_json', 'The body is not JSON.', { cause: error });
  }
}

/** Hosts that a page on the web cannot make a browser send by rebinding a name. */
const LOCAL_HOST = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/;

/** Refuses requests without the key, and requests of web pages. */
function checkAccess({ headers }: IncomingMessage, { key }: OpenAiServerOptions): void {
  if (key !== undefined) {
    const [given, wanted] = [Buffer.from(headers.authorization ?? ''), Buffer.from(`Bearer ${key}`)];
    if (given.length === wanted.length && timingSafeEqual(given, wanted)) return;
    throw new OpenAiApiError(401, 'invalid_api_key', 'The API key is missing or wrong.');
  }
  if (headers.origin === undefined && LOCAL_HOST.test(headers.host ?? '')) return;
  throw new OpenAiApiError(403, 'forbidden', 'Without a key, only programs on this computer may ask.');
}

/** Members that every reply has. Tokens are not counted: the daemon does not report them. */
const toHead = (object: string) => ({
  id: `chatcmpl-${randomUUID()}`,
  object,
  created: Math.floor(Date.now() / 1000),
  model: SERVED_MODEL,
});

/** What Goldfish knows besides the text. Clients that do not know the member ignore it. */
const toExtension = ({ citations, grounded }: AskResult) => ({ goldfish: { citations, grounded } });

async function serveChat(
  request: IncomingMessage,
  response: ServerResponse,
  options: OpenAiServerOptions,
): Promise<void> {
  const question = parseChatRequest(await readBody(request));
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const client = await options.client();
  const { folders, k } = options;
  const chat = { client, folders, k, signal: gone.signal };
  if (!question.isStream) {
    const result = await answerChat(question, { ...chat, onDelta: () => {} });
    const message = { role: 'assistant', content: withoutCitationMarks(result.answer), refusal: null };
    const choices = [{ index: 0, message, logprobs: null, finish_reason: 'stop' }];
    const usage = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };
    return sendJson(response, 200, { ...toHead('chat.completion'), choices, usage, ...toExtension(result) });
  }
  const head = toHead('chat.completion.chunk');
  const stripper = createCitationStripper();
  const send = (delta: object, finish: string | null, more: object = {}) => {
    if (!response.headersSent)
      response.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
      });
    const choices = [{ index: 0, delta, logprobs: null, finish_reason: finish }];
    response.write(`data: ${JSON.stringify({ ...head, choices, ...more })}\n\n`);
  };
  const sendText = (text: string) => {
    if (text === '') return;
    send(response.headersSent ? { content: text } : { role: 'assistant', content: text }, null);
  };
  const result = await answerChat(question, { ...chat, onDelta: (delta) => sendText(stripper.push(delta)) });
  sendText(stripper.end());
  send({}, 'stop', toExtension(result));
  response.end('data: [DONE]\n\n');
}

async function serveRequest(
  request: IncomingMessage,
  response: ServerResponse,
  options: OpenAiServerOptions,
): Promise<void> {
  checkAccess(request, options);
  const path = (request.url ?? '').replace(/\?.*/s, '').replace(/\/+$/, '');
  const model = { id: SERVED_MODEL, object: 'model', created: 0, owned_by: 'goldfish' };
  const routes: Readonly<Record<string, readonly [method: string, serve: () => void | Promise<void>]>> = {
    '/v1/models': ['GET', () => sendJson(response, 200, { object: 'list', data: [model] })],
    [`/v1/models/${SERVED_MODEL}`]: ['GET', () => sendJson(response, 200, model)],
    '/v1/chat/completions': ['POST', () => serveChat(request, response, options)],
  };
  const [method, serve] = (Object.hasOwn(routes, path) ? routes[path] : undefined) ?? [];
  if (method === undefined || serve === undefined)
    throw new OpenAiApiError(404, 'not_found', 'Use /v1/models or /v1/chat/completions.');
  if (request.method !== method && !(method === 'GET' && request.method === 'HEAD')) {
    response.setHeader('allow', method === 'GET' ? 'GET, HEAD' : method);
    throw new OpenAiApiError(405, 'method_not_allowed', `Use ${method}.`);
  }
  return serve();
}

function toApiError(error: unknown): OpenAiApiError {
  if (error instanceof OpenAiApiError) return error;
  return new OpenAiApiError(500, 'failed', messageOf(error), { cause: error });
}

/** Starts the server and resolves when it listens. */
export async function startOpenAiServer(options: OpenAiServerOptions): Promise<RunningOpenAiServer> {
  const server: Server = http.createServer((request, response) => {
    serveRequest(request, response, options).catch((error: unknown) => {
      const failure = toApiError(error);
      if (response.destroyed) return;
      if (!response.headersSent) return sendJson(response, failure.status, toErrorBody(failure));
      // The stream has begun: an event is the only way left to say so.
      response.end(`data: ${JSON.stringify(toErrorBody(failure))}\n\n`);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => resolve());
  });
  const { address, port, family } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}/v1`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
