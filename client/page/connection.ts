import type { ErrorData } from '../../server/protocol/base.ts';
import type { Method, Notifications, Params, Result } from '../../server/protocol/methods.ts';
import type { Host } from './host.ts';

/** An error the daemon answered with, or that it is gone. */
export class RequestFailed extends Error {
  readonly remedy: string;
  readonly cancelled: boolean;
  constructor(message: string, remedy: string, cancelled = false) {
    super(message);
    this.name = 'RequestFailed';
    this.remedy = remedy;
    this.cancelled = cancelled;
  }
}

const CANCELLED = -32800;

interface Answer {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: ErrorData };
}

export interface RequestOptions {
  readonly signal?: AbortSignal;
  readonly onPartial?: (value: unknown) => void;
}

export interface Connection {
  request<M extends Method>(method: M, params: Params<M>, options?: RequestOptions): Promise<Result<M>>;
  close(): void;
}

export interface ConnectionEvents {
  onOpen(): void;
  onGone(): void;
  onNotification<N extends keyof Notifications>(method: N, params: Notifications[N]): void;
}

/** Opens a session with the daemon. Requests made before it is open wait for it. */
export function connect(host: Host, events: ConnectionEvents): Connection {
  const waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
  const partials = new Map<string, (value: unknown) => void>();
  const opened = Promise.withResolvers<void>();
  opened.promise.catch(() => undefined);
  let last = 0;

  const take = ({ id, method, params, result, error }: Answer) => {
    if (method === '$/progress') {
      const { token, value } = params as { token: string; value: unknown };
      partials.get(token)?.(value);
    } else if (method !== undefined) {
      events.onNotification(method as keyof Notifications, params as Notifications[keyof Notifications]);
    } else {
      const request = waiting.get(Number(id));
      waiting.delete(Number(id));
      if (error === undefined) request?.resolve(result as never);
      else {
        const remedy = error.data?.remedy ?? '';
        request?.reject(new RequestFailed(error.message, remedy, error.code === CANCELLED));
      }
    }
  };
  const gone = () => {
    const lost = new RequestFailed('Goldfish has ended.', 'Start it again.');
    opened.reject(lost);
    for (const { reject } of waiting.values()) reject(lost);
    waiting.clear();
    events.onGone();
  };
  const send = async <R>(method: string, params: object): Promise<{ id: number; answer: Promise<R> }> => {
    last += 1;
    const id = last;
    const { promise, resolve, reject } = Promise.withResolvers<R>();
    waiting.set(id, { resolve: resolve as (value: never) => void, reject });
    transport.send({ jsonrpc: '2.0', id, method, params });
    return { id, answer: promise };
  };
  const transport = host.connect({
    onMessage: (message) => take(message as Answer),
    onClose: gone,
    async onOpen() {
      try {
        const clientInfo = { name: 'goldfish-page' };
        await (await send('initialize', { processId: null, clientInfo, rootUri: null, capabilities: {} }))
          .answer;
        transport.send({ jsonrpc: '2.0', method: 'initialized', params: {} });
        opened.resolve();
        events.onOpen();
      } catch (error) {
        opened.reject(error);
      }
    },
  });

  return {
    async request<M extends Method>(
      method: M,
      params: Params<M>,
      { signal, onPartial }: RequestOptions = {},
    ) {
      await opened.promise;
      signal?.throwIfAborted();
      const token = crypto.randomUUID();
      if (onPartial !== undefined) partials.set(token, onPartial);
      const asked = onPartial === undefined ? params : { ...params, partialResultToken: token };
      const { id, answer } = await send<Result<M>>(method, asked);
      const cancel = () => transport.send({ jsonrpc: '2.0', method: '$/cancelRequest', params: { id } });
      signal?.addEventListener('abort', cancel, { once: true });
      try {
        return await answer;
      } finally {
        signal?.removeEventListener('abort', cancel);
        partials.delete(token);
      }
    },
    close: () => transport.close(),
  };
}
