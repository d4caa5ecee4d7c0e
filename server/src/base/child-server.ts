import { type ChildCallTypes, type FromChild, MAX_EVENTS_IN_FLIGHT, type ToChild } from './child-protocol.ts';
import { messageOf } from './message-of.ts';

export interface ChildCallContext<Event> {
  /** Aborts when the caller no longer wants the result. */
  readonly signal: AbortSignal;
  /** Sends an event; resolves when another may be sent, so that a slow reader holds the child back. */
  emit(event: Event): Promise<void>;
}

export type ChildCallHandlers<Calls extends Record<string, ChildCallTypes>> = {
  readonly [Name in keyof Calls]: (
    params: Calls[Name]['params'],
    context: ChildCallContext<Calls[Name]['event']>,
  ) => Promise<Calls[Name]['result']>;
};

interface RunningCall {
  readonly controller: AbortController;
  eventsInFlight: number;
  /** Events that wait to be sent: a handler may emit from several places at once. */
  blockedEmits: (() => void)[];
}

/**
 * Answers a parent that forked this process with `supervise`. `detailOf` turns an error into data that the
 * parent's `errorOf` understands. The process ends with its parent; terminal signals are the parent's business.
 */
export function serveChildCalls<Calls extends Record<string, ChildCallTypes>>(
  handlers: ChildCallHandlers<Calls>,
  detailOf: (error: unknown) => unknown = () => undefined,
): void {
  const runningCalls = new Map<number, RunningCall>();
  const send = (message: FromChild): void => {
    // A parent that is gone needs no answer: 'disconnect' ends this process.
    if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
  };
  const handleCall = async (id: number, name: string, params: unknown): Promise<void> => {
    const call: RunningCall = { controller: new AbortController(), eventsInFlight: 0, blockedEmits: [] };
    runningCalls.set(id, call);
    const { signal } = call.controller;
    const emit = async (event: unknown): Promise<void> => {
      signal.throwIfAborted();
      call.eventsInFlight += 1;
      send({ kind: 'event', id, event });
      while (call.eventsInFlight >= MAX_EVENTS_IN_FLIGHT) {
        await new Promise<void>((resolve) => call.blockedEmits.push(resolve));
        signal.throwIfAborted();
      }
    };
    try {
      const handler = handlers[name];
      if (!handler) throw new Error(`no call is named ${name}`);
      const result = await handler(params, { signal, emit });
      send({ kind: 'result', id, result });
    } catch (error) {
      const message = messageOf(error);
      send({ kind: 'error', id, error: { message, detail: detailOf(error) } });
    } finally {
      runningCalls.delete(id);
    }
  };
  process.on('message', (message: ToChild) => {
    if (message.kind === 'call') {
      handleCall(message.id, message.name, message.params);
      return;
    }
    const call = runningCalls.get(message.id);
    if (!call) return;
    if (message.kind === 'taken') call.eventsInFlight -= 1;
    else call.controller.abort();
    for (const wake of call.blockedEmits.splice(0)) wake();
  });
  process.on('disconnect', () => process.exit(0));
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => undefined);
  send({ kind: 'ready' });
}
