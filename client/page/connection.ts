import type { ErrorData } from '../../server/protocol/base.ts';
import type { Method, Notifications, Params, Result } from '../../server/protocol/methods.ts';
import type { UserRole } from '../../server/protocol/users.ts';
import { createId } from './create-id.ts';
import type { Host } from './host.ts';
import type { State } from './state.ts';

/** Reports an error response of the daemon, or a lost connection. */
export class RequestFailedError extends Error {
  readonly remedy: string;
  readonly cancelled: boolean;
  constructor(message: string, remedy: string, cancelled = false) {
    super(message);
    this.name = 'RequestFailedError';
    this.remedy = remedy;
    this.cancelled = cancelled;
  }
}

const REQUEST_CANCELLED = -32800;

interface DaemonMessage {
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

/** What the daemon says of a client over the network. */
interface Rights {
  readonly readOnly?: boolean;
  readonly role?: UserRole;
}

export interface ConnectionEvents {
  onOpen(rights: Pick<State, 'isReadOnly' | 'mayCorrect'>): void;
  onGone(): void;
  onNotification<N extends keyof Notifications>(method: N, params: Notifications[N]): void;
}

/** Opens a session with the daemon. Earlier requests wait until it is open. */
export function connect(host: Host, events: ConnectionEvents): Connection {
  const pendingRequests = new Map<
    number,
    { resolve: (value: never) => void; reject: (error: Error) => void }
  >();
  const partials = new Map<string, (value: unknown) => void>();
  const session = Promise.withResolvers<void>();
  session.promise.catch(() => undefined);
  let lastId = 0;

  const handleMessage = ({ id, method, params, result, error }: DaemonMessage) => {
    if (method === '$/progress') {
      const { token, value } = params as { token: string; value: unknown };
      partials.get(token)?.(value);
    } else if (method !== undefined) {
      events.onNotification(method as keyof Notifications, params as Notifications[keyof Notifications]);
    } else {
      const request = pendingRequests.get(Number(id));
      pendingRequests.delete(Number(id));
      if (error === undefined) request?.resolve(result as never);
      else {
        const remedy = error.data?.remedy ?? '';
        request?.reject(new RequestFailedError(error.message, remedy, error.code === REQUEST_CANCELLED));
      }
    }
  };
  const onGone = () => {
    const connectionError = new RequestFailedError('Disconnected from Goldfish.', 'Start Goldfish again.');
    session.reject(connectionError);
    for (const { reject } of pendingRequests.values()) reject(connectionError);
    pendingRequests.clear();
    events.onGone();
  };
  const send = async <R>(method: string, params: object): Promise<{ id: number; answer: Promise<R> }> => {
    lastId += 1;
    const id = lastId;
    const { promise, resolve, reject } = Promise.withResolvers<R>();
    pendingRequests.set(id, { resolve: resolve as (value: never) => void, reject });
    transport.send({ jsonrpc: '2.0', id, method, params });
    return { id, answer: promise };
  };
  const transport = host.connect({
    onMessage: (message) => handleMessage(message as DaemonMessage),
    onClose: onGone,
    async onOpen() {
      try {
        const clientInfo = { name: 'goldfish-page' };
        const { answer } = await send<{ capabilities?: { experimental?: Rights } }>('initialize', {
          processId: null,
          clientInfo,
          rootUri: null,
          capabilities: {},
        });
        const { readOnly = false, role } = (await answer).capabilities?.experimental ?? {};
        transport.send({ jsonrpc: '2.0', method: 'initialized', params: {} });
        session.resolve();
        const mayCorrect = role === 'corrector';
        events.onOpen({ isReadOnly: readOnly || mayCorrect, mayCorrect });
      } catch (error) {
        session.reject(error);
      }
    },
  });

  return {
    async request<M extends Method>(
      method: M,
      params: Params<M>,
      { signal, onPartial }: RequestOptions = {},
    ) {
      await session.promise;
      signal?.throwIfAborted();
      const token = createId();
      if (onPartial !== undefined) partials.set(token, onPartial);
      const requestParams = onPartial === undefined ? params : { ...params, partialResultToken: token };
      const { id, answer } = await send<Result<M>>(method, requestParams);
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
