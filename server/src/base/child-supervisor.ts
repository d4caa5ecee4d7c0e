import { constants } from 'node:os';
import { type ChildLink, openChildLink } from './child-link.ts';
import type { ChildCallTypes, ChildErrorMessage, FromChild } from './child-protocol.ts';

/** A child that crashed, hung or would not start, where trying again did not help. */
export class ChildError extends Error {
  readonly kind: 'crashed' | 'hung' | 'start';
  constructor(kind: ChildError['kind'], message: string) {
    super(message);
    this.name = 'ChildError';
    this.kind = kind;
  }
}

export interface ChildSupervisorOptions {
  /** For messages: `media`, `screen text`, ... */
  readonly name: string;
  /** Path of the entry file, from `childPath`. */
  readonly entry: string;
  /** Calls sent to the child at a time; the rest wait here. 1 where absent. */
  readonly concurrency?: number;
  /** A call without sign of life for so long has hung: the child is killed. Time that our own reader takes does not count. ms */
  readonly silenceMs: number;
  /** A child without work is ended after so long, ms. */
  readonly idleMs: number;
  /** How long it may take to start, ms. 30 s where absent. */
  readonly readyTimeoutMs?: number;
  /** How long a cancelled call may go on before the child is killed for it, ms. 5 s where absent. */
  readonly cancelTimeoutMs?: number;
  /** Nice value; low where absent, so that the desktop stays quick. */
  readonly priority?: number;
  /** Beside our own environment; undefined takes a variable out of it. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Makes an error of ours from what the child's `detailOf` gave; a plain Error where it returns undefined. */
  readonly toError?: (error: ChildErrorMessage) => Error | undefined;
  /** Told of each crash, hang and failed start, for the log. */
  readonly onTrouble?: (message: string) => void;
}

export interface ChildCallOptions<Event> {
  readonly signal: AbortSignal;
  /** Called in order, one at a time; the child is held back until it resolves. */
  readonly onEvent?: (event: Event) => void | Promise<void>;
  /** Goes before calls that wait and are not urgent; what is under way is not broken off. */
  readonly urgent?: boolean;
}

/** One child process behind typed calls: started when needed, ended when idle, restarted after a crash or hang. */
export interface ChildSupervisor<Calls extends Record<string, ChildCallTypes>> {
  /**
   * Resolves with the child's result. A call that a crash or hang cut short is tried once more, alone; then it
   * rejects with ChildError. Its events are signs of progress: they come again with the second try. Rejects with the
   * signal's reason.
   */
  call<Name extends keyof Calls & string>(
    name: Name,
    params: Calls[Name]['params'],
    options: ChildCallOptions<Calls[Name]['event']>,
  ): Promise<Calls[Name]['result']>;
  /** The events of a call, each once: it is not tried again after the first. Leaving the loop cancels it. */
  stream<Name extends keyof Calls & string>(
    name: Name,
    params: Calls[Name]['params'],
    signal: AbortSignal,
  ): AsyncGenerator<Calls[Name]['event'], void, undefined>;
  readonly pid: number | undefined;
  /** Rejects what is under way and ends the child. */
  close(): Promise<void>;
}

interface QueuedCall {
  readonly id: number;
  readonly name: string;
  readonly params: unknown;
  readonly onEvent: ((event: unknown) => void | Promise<void>) | undefined;
  readonly settle: (error: unknown, result?: unknown) => void;
  /** Its events are data, not progress. */
  readonly eventsAreData: boolean;
  readonly urgent: boolean;
  /** Runs that a crash, hang or failed start cut short. */
  failedRuns: number;
  /** May it be run again from the start? */
  retryable: boolean;
  /** Events being taken, in order. */
  eventChain: Promise<void>;
  pendingEvents: number;
  settled: boolean;
  timer: NodeJS.Timeout | undefined;
}

const MAX_RUNS = 2;
const FIRST_BACK_OFF_MS = 250;
const MAX_BACK_OFF_MS = 30_000;

/** Supervises one child; nothing is started before the first call. */
export function createChildSupervisor<Calls extends Record<string, ChildCallTypes>>(
  options: ChildSupervisorOptions,
): ChildSupervisor<Calls> {
  const queue: QueuedCall[] = [];
  const active = new Map<number, QueuedCall>();
  let link: ChildLink | undefined;
  let opening: Promise<void> | undefined;
  /** Grows with each child, so that the end of a former one is not taken for the present one's. */
  let generation = 0;
  let closed = false;
  /** Crashes, hangs and failed starts since the last result. */
  let failureCount = 0;
  let nextId = 1;
  let hungTask: QueuedCall | undefined;
  let idleTimer: NodeJS.Timeout | undefined;

  const removeActive = (task: QueuedCall): void => {
    clearTimeout(task.timer);
    active.delete(task.id);
  };
  /** Starts or restarts the time in which the child must show a sign of life. */
  const startSilenceTimer = (task: QueuedCall, timeoutMs: number): void => {
    clearTimeout(task.timer);
    task.timer = setTimeout(() => {
      hungTask = task;
      link?.kill();
    }, timeoutMs);
  };

  const onEnd = (reason: string, endedGeneration: number): void => {
    if (closed || endedGeneration !== generation) return;
    link = undefined;
    const culprit = hungTask;
    hungTask = undefined;
    if (active.size > 0) {
      failureCount += 1;
      options.onTrouble?.(`The ${options.name} process ${culprit ? 'hung and was killed' : reason}.`);
    }
    for (const task of [...active.values()].reverse()) {
      removeActive(task);
      if (task.settled) continue;
      // A hang is one call's doing; the others were only beside it.
      if (!culprit || culprit === task) task.failedRuns += 1;
      if (task.failedRuns >= MAX_RUNS || !task.retryable) {
        const error = culprit
          ? new ChildError('hung', `The ${options.name} process gave no sign of life and was killed.`)
          : new ChildError('crashed', `The ${options.name} process ${reason}`);
        task.settle(error);
      } else queue.unshift(task);
    }
    startQueued();
  };

  const onMessage = (message: FromChild): void => {
    if (message.kind === 'ready') return;
    const task = active.get(message.id);
    if (!task) return;
    if (message.kind === 'event') {
      if (task.eventsAreData) task.retryable = false;
      task.pendingEvents += 1;
      clearTimeout(task.timer);
      task.eventChain = task.eventChain.then(async () => {
        if (!task.settled) await task.onEvent?.(message.event);
        task.pendingEvents -= 1;
        if (!active.has(task.id)) return;
        link?.send({ kind: 'taken', id: task.id });
        if (task.pendingEvents === 0)
          startSilenceTimer(task, task.settled ? (options.cancelTimeoutMs ?? 5000) : options.silenceMs);
      });
      task.eventChain.catch((error: unknown) => {
        task.settle(error);
        cancelInChild(task);
      });
      return;
    }
    removeActive(task);
    failureCount = 0;
    if (message.kind === 'result') {
      task.eventChain.then(
        () => task.settle(undefined, message.result),
        () => undefined,
      );
    } else task.settle(options.toError?.(message.error) ?? new Error(message.error.message));
    startQueued();
  };

  /** The caller is served already; the child is told, and killed where it does not let go. */
  const cancelInChild = (task: QueuedCall): void => {
    const index = queue.indexOf(task);
    if (index >= 0) queue.splice(index, 1);
    if (!active.has(task.id)) return;
    link?.send({ kind: 'cancel', id: task.id });
    startSilenceTimer(task, options.cancelTimeoutMs ?? 5000);
  };

  const openChild = async (): Promise<void> => {
    try {
      if (failureCount > 0) {
        const backOffMs = Math.min(FIRST_BACK_OFF_MS * 2 ** (failureCount - 1), MAX_BACK_OFF_MS);
        await new Promise((resolve) => setTimeout(resolve, backOffMs));
      }
      if (closed || queue.length === 0) return;
      generation += 1;
      const ownGeneration = generation;
      const openedLink = await openChildLink(
        {
          entry: options.entry,
          priority: options.priority ?? constants.priority.PRIORITY_LOW,
          env: options.env,
          readyTimeoutMs: options.readyTimeoutMs ?? 30_000,
        },
        onMessage,
        (reason) => onEnd(reason, ownGeneration),
      );
      if (closed) await openedLink.endAndWait();
      else link = openedLink;
    } catch (error) {
      failureCount += 1;
      const reason = error instanceof Error ? error.message : String(error);
      options.onTrouble?.(`The ${options.name} process did not start: ${reason}.`);
      for (const task of queue.splice(0)) {
        task.failedRuns += 1;
        if (task.failedRuns < MAX_RUNS) queue.push(task);
        else task.settle(new ChildError('start', `The ${options.name} process did not start: ${reason}`));
      }
    }
    opening = undefined;
    startQueued();
  };

  /** May the next in the queue go? A call that was cut short goes alone, so that the guilty one is found. */
  const mayStart = (task: QueuedCall): boolean => {
    if (active.size === 0) return true;
    if (task.failedRuns > 0) return false;
    return (
      active.size < (options.concurrency ?? 1) && ![...active.values()].some((other) => other.failedRuns > 0)
    );
  };

  const startQueued = (): void => {
    clearTimeout(idleTimer);
    if (closed) return;
    if (queue.length > 0 && !link) {
      opening ??= openChild();
      return;
    }
    while (link && queue[0] && mayStart(queue[0])) {
      const task = queue.shift();
      if (!task) break;
      active.set(task.id, task);
      link.send({ kind: 'call', id: task.id, name: task.name, params: task.params });
      startSilenceTimer(task, options.silenceMs);
    }
    link?.setKeepAlive(active.size > 0);
    if (link && active.size === 0) {
      idleTimer = setTimeout(() => {
        const idleLink = link;
        link = undefined;
        generation += 1;
        idleLink?.endAndWait();
      }, options.idleMs).unref();
    }
  };

  const request = <Name extends keyof Calls & string>(
    name: Name,
    params: Calls[Name]['params'],
    { signal, onEvent, urgent = false }: ChildCallOptions<Calls[Name]['event']>,
    eventsAreData: boolean,
  ): Promise<Calls[Name]['result']> =>
    new Promise((resolve, reject) => {
      if (closed) {
        reject(new ChildError('start', `The ${options.name} process is closed.`));
        return;
      }
      if (signal.aborted) {
        reject(signal.reason);
        return;
      }
      const onAbort = (): void => {
        task.settle(signal.reason);
        cancelInChild(task);
      };
      const task: QueuedCall = {
        id: nextId,
        name,
        params,
        onEvent,
        settle(error, result) {
          if (task.settled) return;
          task.settled = true;
          signal.removeEventListener('abort', onAbort);
          if (error === undefined) resolve(result);
          else reject(error);
        },
        failedRuns: 0,
        eventsAreData,
        urgent,
        retryable: true,
        eventChain: Promise.resolve(),
        pendingEvents: 0,
        settled: false,
        timer: undefined,
      };
      nextId += 1;
      signal.addEventListener('abort', onAbort, { once: true });
      const firstNotUrgent = urgent ? queue.findIndex((other) => !other.urgent) : -1;
      queue.splice(firstNotUrgent < 0 ? queue.length : firstNotUrgent, 0, task);
      startQueued();
    });

  return {
    call: (name, params, options) => request(name, params, options, false),
    stream(name, params, signal) {
      return toEventStream((onEvent, stopSignal) =>
        request(name, params, { signal: AbortSignal.any([signal, stopSignal]), onEvent }, true),
      );
    },
    get pid() {
      return link?.pid;
    },
    async close() {
      closed = true;
      clearTimeout(idleTimer);
      const error = new ChildError('start', `The ${options.name} process is closed.`);
      for (const task of queue.splice(0)) task.settle(error);
      for (const task of [...active.values()]) {
        removeActive(task);
        task.settle(error);
      }
      await opening;
      await link?.endAndWait();
      link = undefined;
    },
  };
}

/** Turns the events of a call into a loop; the call waits while the loop's body runs. */
async function* toEventStream<Event>(
  start: (onEvent: (event: Event) => Promise<void>, stopSignal: AbortSignal) => Promise<unknown>,
): AsyncGenerator<Event, void, undefined> {
  const controller = new AbortController();
  const queuedEvents: { readonly event: Event; readonly acknowledge: () => void }[] = [];
  let hasFinished = false;
  let failure: { readonly error: unknown } | undefined;
  let wake: () => void = () => undefined;
  const finished = start(
    (event) =>
      new Promise((acknowledge) => {
        queuedEvents.push({ event, acknowledge });
        wake();
      }),
    controller.signal,
  ).then(
    () => undefined,
    (error: unknown) => {
      failure = { error };
    },
  );
  finished.then(() => {
    hasFinished = true;
    wake();
  });
  try {
    for (;;) {
      if (failure) throw failure.error;
      const next = queuedEvents.shift();
      if (next) {
        yield next.event;
        next.acknowledge();
      } else if (hasFinished) break;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  } finally {
    controller.abort();
    for (const { acknowledge } of queuedEvents) acknowledge();
  }
}
