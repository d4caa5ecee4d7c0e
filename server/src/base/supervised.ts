import { constants } from 'node:os';
import { type Link, openLink } from './child-link.ts';
import type { CallShape, FromChild, WireError } from './child-wire.ts';

/** A child that crashed, hung or would not start, where trying again did not help. */
export class ChildError extends Error {
  readonly kind: 'crashed' | 'hung' | 'start';
  constructor(kind: ChildError['kind'], message: string) {
    super(message);
    this.name = 'ChildError';
    this.kind = kind;
  }
}

export interface SupervisedOptions {
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
  readonly readyMs?: number;
  /** How long a cancelled call may go on before the child is killed for it, ms. 5 s where absent. */
  readonly cancelMs?: number;
  /** Nice value; low where absent, so that the desktop stays quick. */
  readonly priority?: number;
  /** Beside our own environment; undefined takes a variable out of it. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Makes an error of ours from what the child's `detailOf` gave; a plain Error where it returns undefined. */
  readonly errorOf?: (error: WireError) => Error | undefined;
  /** Told of each crash, hang and failed start, for the log. */
  readonly onTrouble?: (message: string) => void;
}

export interface CallOptions<Event> {
  readonly signal: AbortSignal;
  /** Called in order, one at a time; the child is held back until it resolves. */
  readonly onEvent?: (event: Event) => void | Promise<void>;
  /** Goes before calls that wait and are not urgent; what is under way is not broken off. */
  readonly urgent?: boolean;
}

/** One child process behind typed calls: started when needed, ended when idle, restarted after a crash or hang. */
export interface Supervised<Calls extends Record<string, CallShape>> {
  /**
   * Resolves with the child's result. A call that a crash or hang cut short is tried once more, alone; then it
   * rejects with ChildError. Its events are signs of progress: they come again with the second try. Rejects with the
   * signal's reason.
   */
  call<Name extends keyof Calls & string>(
    name: Name,
    params: Calls[Name]['params'],
    options: CallOptions<Calls[Name]['event']>,
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

interface Task {
  readonly id: number;
  readonly name: string;
  readonly params: unknown;
  readonly onEvent: ((event: unknown) => void | Promise<void>) | undefined;
  readonly settle: (error: unknown, result?: unknown) => void;
  /** Its events are data, not progress. */
  readonly once: boolean;
  readonly urgent: boolean;
  /** Runs that a crash, hang or failed start cut short. */
  lost: number;
  /** May it be run again from the start? */
  repeatable: boolean;
  /** Events being taken, in order. */
  taking: Promise<void>;
  waiting: number;
  settled: boolean;
  timer: NodeJS.Timeout | undefined;
}

const RUNS = 2;
const BACK_OFF_MS = 250;
const BACK_OFF_MOST_MS = 30_000;

/** Supervises one child; nothing is started before the first call. */
export function supervise<Calls extends Record<string, CallShape>>(
  options: SupervisedOptions,
): Supervised<Calls> {
  const queue: Task[] = [];
  const active = new Map<number, Task>();
  let link: Link | undefined;
  let opening: Promise<void> | undefined;
  /** Grows with each child, so that the end of a former one is not taken for the present one's. */
  let generation = 0;
  let closed = false;
  /** Crashes, hangs and failed starts since the last result. */
  let troubles = 0;
  let nextId = 1;
  let hung: Task | undefined;
  let idle: NodeJS.Timeout | undefined;

  const forget = (task: Task): void => {
    clearTimeout(task.timer);
    active.delete(task.id);
  };
  /** Starts or restarts the time in which the child must show a sign of life. */
  const watch = (task: Task, ms: number): void => {
    clearTimeout(task.timer);
    task.timer = setTimeout(() => {
      hung = task;
      link?.kill();
    }, ms);
  };

  const onEnd = (reason: string, ended: number): void => {
    if (closed || ended !== generation) return;
    link = undefined;
    const blamed = hung;
    hung = undefined;
    if (active.size > 0) {
      troubles += 1;
      options.onTrouble?.(`The ${options.name} process ${blamed ? 'hung and was killed' : reason}.`);
    }
    for (const task of [...active.values()].reverse()) {
      forget(task);
      if (task.settled) continue;
      // A hang is one call's doing; the others were only beside it.
      if (!blamed || blamed === task) task.lost += 1;
      if (task.lost >= RUNS || !task.repeatable) {
        const error = blamed
          ? new ChildError('hung', `The ${options.name} process gave no sign of life and was killed.`)
          : new ChildError('crashed', `The ${options.name} process ${reason}`);
        task.settle(error);
      } else queue.unshift(task);
    }
    pump();
  };

  const onMessage = (message: FromChild): void => {
    if (message.kind === 'ready') return;
    const task = active.get(message.id);
    if (!task) return;
    if (message.kind === 'event') {
      if (task.once) task.repeatable = false;
      task.waiting += 1;
      clearTimeout(task.timer);
      task.taking = task.taking.then(async () => {
        if (!task.settled) await task.onEvent?.(message.event);
        task.waiting -= 1;
        if (!active.has(task.id)) return;
        link?.send({ kind: 'taken', id: task.id });
        if (task.waiting === 0) watch(task, task.settled ? (options.cancelMs ?? 5000) : options.silenceMs);
      });
      task.taking.catch((error: unknown) => {
        task.settle(error);
        cancel(task);
      });
      return;
    }
    forget(task);
    troubles = 0;
    if (message.kind === 'result') {
      task.taking.then(
        () => task.settle(undefined, message.result),
        () => undefined,
      );
    } else task.settle(options.errorOf?.(message.error) ?? new Error(message.error.message));
    pump();
  };

  /** The caller is served already; the child is told, and killed where it does not let go. */
  const cancel = (task: Task): void => {
    const at = queue.indexOf(task);
    if (at >= 0) queue.splice(at, 1);
    if (!active.has(task.id)) return;
    link?.send({ kind: 'cancel', id: task.id });
    watch(task, options.cancelMs ?? 5000);
  };

  const open = async (): Promise<void> => {
    try {
      if (troubles > 0) {
        const pause = Math.min(BACK_OFF_MS * 2 ** (troubles - 1), BACK_OFF_MOST_MS);
        await new Promise((wake) => setTimeout(wake, pause));
      }
      if (closed || queue.length === 0) return;
      generation += 1;
      const mine = generation;
      const opened = await openLink(
        {
          entry: options.entry,
          priority: options.priority ?? constants.priority.PRIORITY_LOW,
          env: options.env,
          readyMs: options.readyMs ?? 30_000,
        },
        onMessage,
        (reason) => onEnd(reason, mine),
      );
      if (closed) await opened.end();
      else link = opened;
    } catch (error) {
      troubles += 1;
      const reason = error instanceof Error ? error.message : String(error);
      options.onTrouble?.(`The ${options.name} process did not start: ${reason}.`);
      for (const task of queue.splice(0)) {
        task.lost += 1;
        if (task.lost < RUNS) queue.push(task);
        else task.settle(new ChildError('start', `The ${options.name} process did not start: ${reason}`));
      }
    }
    opening = undefined;
    pump();
  };

  /** May the next in the queue go? A call that was cut short goes alone, so that the guilty one is found. */
  const mayStart = (task: Task): boolean => {
    if (active.size === 0) return true;
    if (task.lost > 0) return false;
    return active.size < (options.concurrency ?? 1) && ![...active.values()].some((other) => other.lost > 0);
  };

  const pump = (): void => {
    clearTimeout(idle);
    if (closed) return;
    if (queue.length > 0 && !link) {
      opening ??= open();
      return;
    }
    while (link && queue[0] && mayStart(queue[0])) {
      const task = queue.shift();
      if (!task) break;
      active.set(task.id, task);
      link.send({ kind: 'call', id: task.id, name: task.name, params: task.params });
      watch(task, options.silenceMs);
    }
    link?.hold(active.size > 0);
    if (link && active.size === 0) {
      idle = setTimeout(() => {
        const ending = link;
        link = undefined;
        generation += 1;
        ending?.end();
      }, options.idleMs).unref();
    }
  };

  const request = <Name extends keyof Calls & string>(
    name: Name,
    params: Calls[Name]['params'],
    { signal, onEvent, urgent = false }: CallOptions<Calls[Name]['event']>,
    once: boolean,
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
        cancel(task);
      };
      const task: Task = {
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
        lost: 0,
        once,
        urgent,
        repeatable: true,
        taking: Promise.resolve(),
        waiting: 0,
        settled: false,
        timer: undefined,
      };
      nextId += 1;
      signal.addEventListener('abort', onAbort, { once: true });
      const patient = urgent ? queue.findIndex((other) => !other.urgent) : -1;
      queue.splice(patient < 0 ? queue.length : patient, 0, task);
      pump();
    });

  return {
    call: (name, params, options) => request(name, params, options, false),
    stream(name, params, signal) {
      return streamOf((onEvent, stop) =>
        request(name, params, { signal: AbortSignal.any([signal, stop]), onEvent }, true),
      );
    },
    get pid() {
      return link?.pid;
    },
    async close() {
      closed = true;
      clearTimeout(idle);
      const error = new ChildError('start', `The ${options.name} process is closed.`);
      for (const task of queue.splice(0)) task.settle(error);
      for (const task of [...active.values()]) {
        forget(task);
        task.settle(error);
      }
      await opening;
      await link?.end();
      link = undefined;
    },
  };
}

/** Turns the events of a call into a loop; the call waits while the loop's body runs. */
async function* streamOf<Event>(
  start: (onEvent: (event: Event) => Promise<void>, stop: AbortSignal) => Promise<unknown>,
): AsyncGenerator<Event, void, undefined> {
  const stop = new AbortController();
  const ready: { readonly event: Event; readonly taken: () => void }[] = [];
  let over = false;
  let failure: { readonly error: unknown } | undefined;
  let wake: () => void = () => undefined;
  const finished = start(
    (event) =>
      new Promise((taken) => {
        ready.push({ event, taken });
        wake();
      }),
    stop.signal,
  ).then(
    () => undefined,
    (error: unknown) => {
      failure = { error };
    },
  );
  finished.then(() => {
    over = true;
    wake();
  });
  try {
    for (;;) {
      if (failure) throw failure.error;
      const next = ready.shift();
      if (next) {
        yield next.event;
        next.taken();
      } else if (over) break;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  } finally {
    stop.abort();
    for (const { taken } of ready) taken();
  }
}
