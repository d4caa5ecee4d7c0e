import { type CallShape, EVENT_WINDOW, type FromChild, type ToChild } from './child-wire.ts';

export interface CallContext<Event> {
  /** Aborts when the caller no longer wants the result. */
  readonly signal: AbortSignal;
  /** Sends an event; resolves when another may be sent, so that a slow reader holds the child back. */
  emit(event: Event): Promise<void>;
}

export type Handlers<Calls extends Record<string, CallShape>> = {
  readonly [Name in keyof Calls]: (
    params: Calls[Name]['params'],
    context: CallContext<Calls[Name]['event']>,
  ) => Promise<Calls[Name]['result']>;
};

interface Running {
  readonly abort: AbortController;
  onWay: number;
  /** Events that wait to be sent: a handler may emit from several places at once. */
  waiting: (() => void)[];
}

/**
 * Answers a parent that forked this process with `supervise`. `detailOf` turns an error into data that the
 * parent's `errorOf` understands. The process ends with its parent; terminal signals are the parent's business.
 */
export function serve<Calls extends Record<string, CallShape>>(
  handlers: Handlers<Calls>,
  detailOf: (error: unknown) => unknown = () => undefined,
): void {
  const running = new Map<number, Running>();
  const send = (message: FromChild): void => {
    // A parent that is gone needs no answer: 'disconnect' ends this process.
    if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
  };
  const answer = async (id: number, name: string, params: unknown): Promise<void> => {
    const call: Running = { abort: new AbortController(), onWay: 0, waiting: [] };
    running.set(id, call);
    const { signal } = call.abort;
    const emit = async (event: unknown): Promise<void> => {
      signal.throwIfAborted();
      call.onWay += 1;
      send({ kind: 'event', id, event });
      while (call.onWay >= EVENT_WINDOW) {
        await new Promise<void>((wake) => call.waiting.push(wake));
        signal.throwIfAborted();
      }
    };
    try {
      const handler = handlers[name];
      if (!handler) throw new Error(`no call is named ${name}`);
      const result = await handler(params, { signal, emit });
      send({ kind: 'result', id, result });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      send({ kind: 'error', id, error: { message, detail: detailOf(error) } });
    } finally {
      running.delete(id);
    }
  };
  process.on('message', (message: ToChild) => {
    if (message.kind === 'call') {
      answer(message.id, message.name, message.params);
      return;
    }
    const call = running.get(message.id);
    if (!call) return;
    if (message.kind === 'taken') call.onWay -= 1;
    else call.abort.abort();
    for (const wake of call.waiting.splice(0)) wake();
  });
  process.on('disconnect', () => process.exit(0));
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => undefined);
  send({ kind: 'ready' });
}
