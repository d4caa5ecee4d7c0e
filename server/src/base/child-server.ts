import { type MessagePort, parentPort } from 'node:worker_threads';
import { type CancellationToken, ErrorCodes, ResponseError } from 'vscode-jsonrpc/node';
import {
  CHILD_EVENT,
  type ChildCallTypes,
  type ChildRequest,
  type ClonePort,
  connectPort,
  EVENT_TAKEN,
  MAX_EVENTS_IN_FLIGHT,
  READY_NOTIFICATION,
  TIME_SPENT,
} from './child-protocol.ts';
import { messageOf } from './message-of.ts';
import { readOwnProcessorMs } from './spent-time.ts';

export interface ChildCallContext<Event> {
  /** Aborts when the caller no longer wants the result. */
  readonly signal: AbortSignal;
  /** Sends an event. Resolves when another may be sent, so that the child waits for a slow reader. */
  emit(event: Event): Promise<void>;
}

export type ChildCallHandlers<Calls extends Record<string, ChildCallTypes>> = {
  readonly [Name in keyof Calls]: (
    params: Calls[Name]['params'],
    context: ChildCallContext<Calls[Name]['event']>,
  ) => Promise<Calls[Name]['result']>;
};

/**
 * Serves the calls of a parent that started this process or thread with `createChildSupervisor`. `detailOf` turns an
 * error into data for the parent's `toError`. `usesAccelerator` says whether the calls run on one now. A process ends with
 * its parent and leaves terminal signals to it.
 */
export function serveChildCalls<Calls extends Record<string, ChildCallTypes>>(
  handlers: ChildCallHandlers<Calls>,
  detailOf: (error: unknown) => unknown = () => undefined,
  usesAccelerator: () => boolean = () => false,
): void {
  const connection = connectPort(parentPort === null ? processPort() : threadPort(parentPort));
  const windows = new Map<number, EventWindow>();
  let acceleratorMs = 0;
  const tellTimeSpent = (startMs: number): void => {
    // The processor time of a thread is its process's.
    if (parentPort !== null) return;
    if (usesAccelerator()) acceleratorMs += performance.now() - startMs;
    void connection.sendNotification(TIME_SPENT, { processorMs: readOwnProcessorMs(), acceleratorMs });
  };
  connection.onNotification(EVENT_TAKEN, ({ token }) => windows.get(token)?.release());
  for (const name in handlers) {
    connection.onRequest(
      name,
      async ({ token, params }: ChildRequest, cancellationToken: CancellationToken): Promise<unknown> => {
        const signal = toAbortSignal(cancellationToken);
        const window = createEventWindow(signal, (event) =>
          connection.sendProgress(CHILD_EVENT, token, event),
        );
        windows.set(token, window);
        const startMs = performance.now();
        try {
          return await handlers[name](params, { signal, emit: window.emit });
        } catch (error) {
          throw new ResponseError(ErrorCodes.InternalError, messageOf(error), detailOf(error));
        } finally {
          windows.delete(token);
          tellTimeSpent(startMs);
        }
      },
    );
  }
  connection.listen();
  void connection.sendNotification(READY_NOTIFICATION);
}

/** Returns a signal that aborts when the token is cancelled. */
function toAbortSignal(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  else token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}

interface EventWindow {
  emit(event: unknown): Promise<void>;
  /** The parent has handled an event. */
  release(): void;
}

/** Limits the events of one call that the parent has not handled. A handler may emit from several places concurrently. */
function createEventWindow(signal: AbortSignal, send: (event: unknown) => Promise<void>): EventWindow {
  let eventsInFlight = 0;
  let blockedEmits: (() => void)[] = [];
  const wakeAll = (): void => {
    const wakes = blockedEmits;
    blockedEmits = [];
    for (const wake of wakes) wake();
  };
  signal.addEventListener('abort', wakeAll, { once: true });
  return {
    async emit(event) {
      signal.throwIfAborted();
      eventsInFlight += 1;
      await send(event);
      while (eventsInFlight >= MAX_EVENTS_IN_FLIGHT) {
        signal.throwIfAborted();
        await new Promise<void>((resolve) => blockedEmits.push(resolve));
      }
      signal.throwIfAborted();
    },
    release() {
      eventsInFlight -= 1;
      wakeAll();
    },
  };
}

function processPort(): ClonePort {
  process.on('disconnect', () => process.exit(0));
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => undefined);
  return {
    post(message) {
      // If the parent is gone, 'disconnect' ends this process.
      if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
    },
    listen: (onMessage) => process.on('message', onMessage),
  };
}

function threadPort(port: MessagePort): ClonePort {
  return {
    post: (message) => port.postMessage(message),
    listen: (onMessage) => port.on('message', onMessage),
  };
}
