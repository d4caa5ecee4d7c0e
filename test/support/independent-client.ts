import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { Ajv, type ValidateFunction } from 'ajv';
import { endWithTests } from './started.ts';

// A client of the protocol written from its description alone: it imports nothing of ours, frames its own bytes and
// holds every message that comes against schema.json.

interface Schema {
  readonly definitions: Readonly<Record<string, { properties?: Record<string, object> }>>;
}

/** Members that the schema does not name are refused here: the daemon must say nothing undeclared. */
function sealed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(sealed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema).map(([name, value]) => [name, sealed(value)] as const);
  const seal =
    'properties' in schema && !('additionalProperties' in schema)
      ? [['additionalProperties', false] as const]
      : [];
  return Object.fromEntries([...entries, ...seal]);
}

const schema = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../server/protocol/schema.json'), 'utf8'),
) as Schema;
const ajv = new Ajv({ strict: true, strictTypes: false, allowUnionTypes: true });
ajv.addSchema(sealed(schema) as object, 'goldfish');

function validatorOf(pointer: string): ValidateFunction | undefined {
  return ajv.getSchema(`goldfish#/definitions/${pointer}`);
}

const escaped = (method: string) => method.replaceAll('/', '~1');
const partials: Readonly<Record<string, string>> = {
  'goldfish/ask': 'AskDelta',
  'goldfish/index': 'IndexProgress',
  'goldfish/export/clips': 'ExportClipsProgress',
};

function check(pointer: string, value: unknown, what: string): void {
  const validate = validatorOf(pointer);
  if (validate === undefined) throw new Error(`schema.json has no ${pointer} for ${what}`);
  if (!validate(value))
    throw new Error(
      `${what} breaks the schema: ${ajv.errorsText(validate.errors)}\n${JSON.stringify(value)}`,
    );
}

export interface Answer {
  readonly id: number | string | null;
  readonly result?: unknown;
  readonly error?: {
    readonly code: number;
    readonly message: string;
    readonly data?: Record<string, unknown>;
  };
}

export interface Notice {
  readonly method: string;
  readonly params: Record<string, unknown>;
}

export class IndependentClient {
  readonly notices: Notice[] = [];
  /** Messages that broke the schema or the protocol; a test asserts that there are none. */
  readonly faults: string[] = [];
  /** Answers to no request of ours: id null. */
  readonly strays: Answer[] = [];
  /** Requests of the daemon by their method, as a client that said so serves them; any other is a fault. */
  readonly serves = new Map<string, (params: Record<string, unknown>, id: unknown) => Promise<object>>();
  readonly closed: Promise<void>;
  readonly #out: Writable;
  readonly #end: () => void;
  readonly #waiting = new Map<number, { method: string; done: (answer: Answer) => void }>();
  readonly #tokens = new Map<string, string>();
  readonly #watchers = new Set<() => void>();
  #received: Buffer = Buffer.alloc(0);
  #last = 0;

  constructor(input: Readable, out: Writable, end: () => void) {
    this.#out = out;
    this.#end = end;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.closed = promise;
    input.on('data', (chunk: Buffer) => this.#take(chunk));
    input.on('error', () => undefined);
    out.on('error', () => undefined);
    input.on('close', () => {
      for (const { done } of this.#waiting.values())
        done({ id: null, error: { code: 0, message: 'the connection closed' } });
      resolve();
      this.#wake();
    });
  }

  /** Sends bytes as they are. */
  raw(bytes: string | Buffer): void {
    this.#out.write(bytes);
  }

  send(message: object): void {
    const body = Buffer.from(JSON.stringify(message));
    this.raw(Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`), body]));
  }

  notify(method: string, params: object = {}): void {
    this.send({ jsonrpc: '2.0', method, params });
  }

  /** Starts a request; `id` is at hand at once, to cancel it. */
  start(method: string, params?: object): { readonly id: number; readonly answer: Promise<Answer> } {
    this.#last += 1;
    const id = this.#last;
    const { promise, resolve } = Promise.withResolvers<Answer>();
    this.#waiting.set(id, { method, done: resolve });
    const token = (params as { partialResultToken?: string } | undefined)?.partialResultToken;
    if (token !== undefined) this.#tokens.set(token, method);
    this.send({ jsonrpc: '2.0', id, method, ...(params === undefined ? {} : { params }) });
    return { id, answer: promise };
  }

  request(method: string, params?: object): Promise<Answer> {
    return this.start(method, params).answer;
  }

  /** The result, as a record; throws where the answer is an error. */
  async result(method: string, params?: object): Promise<Record<string, unknown>> {
    const answer = await this.request(method, params);
    if (answer.error) throw new Error(`${method}: ${answer.error.code} ${answer.error.message}`);
    return answer.result as Record<string, unknown>;
  }

  initialize(
    goldfish?: { protocol: number; build: string; stops?: boolean },
    more: object = {},
  ): Promise<Answer> {
    return this.request('initialize', {
      processId: null,
      rootUri: null,
      capabilities: {},
      ...(goldfish ? { initializationOptions: { goldfish } } : {}),
      ...more,
    });
  }

  /** Resolves with the first notice, past or to come, that fits. Rejects when the connection closes first. */
  async notice(fits: (notice: Notice) => boolean): Promise<Notice> {
    return this.#until(() => this.notices.find(fits));
  }

  /** Resolves with the first answer to no request of ours. */
  async stray(): Promise<Answer> {
    return this.#until(() => this.strays.shift());
  }

  end(): Promise<void> {
    this.#end();
    return this.closed;
  }

  async #until<T>(look: () => T | undefined): Promise<T> {
    let over = false;
    void this.closed.then(() => {
      over = true;
    });
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      if (over) throw new Error('the connection closed first');
      await new Promise<void>((done) => {
        const wake = () => {
          this.#watchers.delete(wake);
          done();
        };
        this.#watchers.add(wake);
      });
    }
  }

  #wake(): void {
    for (const wake of [...this.#watchers]) wake();
  }

  #take(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    for (;;) {
      const end = this.#received.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = /^Content-Length: (\d+)$/m.exec(this.#received.toString('latin1', 0, end))?.[1];
      if (length === undefined) {
        this.faults.push(`bytes that are no message: ${this.#received.toString('latin1', 0, 200)}`);
        this.#received = Buffer.alloc(0);
        return;
      }
      const stop = end + 4 + Number(length);
      if (this.#received.length < stop) return;
      const text = this.#received.toString('utf8', end + 4, stop);
      this.#received = this.#received.subarray(stop);
      try {
        this.#message(JSON.parse(text) as Record<string, unknown>);
      } catch (error) {
        this.faults.push((error as Error).message);
      }
      this.#wake();
    }
  }

  #message(message: Record<string, unknown>): void {
    if (message.jsonrpc !== '2.0') throw new Error(`no JSON-RPC 2.0: ${JSON.stringify(message)}`);
    if (typeof message.method === 'string') {
      const params = (message.params ?? {}) as Record<string, unknown>;
      if ('id' in message) this.#serve(message.method, params, message.id);
      else this.#notice({ method: message.method, params });
      return;
    }
    const answer = message as unknown as Answer;
    if ('result' in message === 'error' in message)
      throw new Error('an answer must have a result or an error');
    const waiting = typeof answer.id === 'number' ? this.#waiting.get(answer.id) : undefined;
    if (waiting === undefined) this.strays.push(answer);
    else {
      this.#waiting.delete(answer.id as number);
      waiting.done(answer);
      if (answer.error === undefined && waiting.method.startsWith('goldfish/'))
        check(
          `Requests/properties/${escaped(waiting.method)}/properties/result`,
          answer.result,
          waiting.method,
        );
    }
    if (answer.error?.data !== undefined) check('ErrorData', answer.error.data, 'the data of an error');
  }

  #serve(method: string, params: Record<string, unknown>, id: unknown): void {
    const serve = this.serves.get(method);
    if (serve === undefined) throw new Error(`the daemon asked ${method}: it must not ask this client`);
    if (method.startsWith('goldfish/'))
      check(`ClientRequests/properties/${escaped(method)}/properties/params`, params, method);
    serve(params, id).then(
      (result) => this.send({ jsonrpc: '2.0', id, result }),
      (error: Error) => this.send({ jsonrpc: '2.0', id, error: { code: -32016, message: error.message } }),
    );
  }

  #notice(notice: Notice): void {
    this.notices.push(notice);
    if (notice.method.startsWith('goldfish/'))
      check(`Notifications/properties/${escaped(notice.method)}`, notice.params, notice.method);
    if (notice.method !== '$/progress') return;
    const partial = partials[this.#tokens.get(String(notice.params.token)) ?? ''];
    if (partial) check(partial, notice.params.value, `progress of ${partial}`);
  }
}

/** Speaks to the socket that the data folder's file names. */
export async function connectTo(
  dataDir: string,
): Promise<{ readonly client: IndependentClient; readonly socket: Socket }> {
  const { socket: path } = JSON.parse(readFileSync(join(dataDir, 'daemon.json'), 'utf8')) as {
    socket: string;
  };
  return connectToSocket(path);
}

export async function connectToSocket(path: string) {
  const socket = connect(path);
  await once(socket, 'connect');
  return { socket, client: new IndependentClient(socket, socket, () => socket.destroy()) };
}

/** Spawns a language server and speaks to its standard streams. */
export function spawnServer(command: string, args: readonly string[], env: NodeJS.ProcessEnv) {
  const child = endWithTests(spawn(command, args, { env, stdio: ['pipe', 'pipe', 'pipe'] }));
  let said = '';
  child.stderr.on('data', (text) => {
    said += text;
  });
  const exit = once(child, 'close').then(([code]) => code as number | null);
  const client = new IndependentClient(child.stdout, child.stdin, () => child.stdin.end());
  return { client, child, exit, said: () => said };
}
