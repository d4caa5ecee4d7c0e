import { setTimeout as pause } from 'node:timers/promises';
import { ResponseError } from 'vscode-jsonrpc/node';
import { createPendingCall, enqueue, mayRetry, type PendingCall, type RetryPolicy } from './child-call.ts';
import { ChildError } from './child-error.ts';
import { type ChildLink, type ChildLinkOptions, openChildLink } from './child-link.ts';
import {
  CHILD_EVENT,
  type ChildCallTypes,
  type ChildErrorMessage,
  type ChildRequest,
  EVENT_TAKEN,
} from './child-protocol.ts';
import { toEventStream } from './child-stream.ts';
import { messageOf } from './message-of.ts';

export interface ChildSupervisorOptions extends ChildLinkOptions {
  /** For messages: `media`, `screen text`, ... */
  readonly name: string;
  /** Calls sent to the child at a time; the rest wait here. Default: 1. */
  readonly concurrency?: number;
  /**
   * A call without an event for this long has hung, and the child is killed, ms. Infinity: never. Time in our own event
   * handlers does not count.
   */
  readonly silenceMs: number;
  /** A child without calls is ended after this long, ms. */
  readonly idleMs: number;
  /** How long a cancelled call may go on before the child is killed for it, ms. Default: 5 s. */
  readonly cancelTimeoutMs?: number;
  /** Converts a child's error; the call rejects with a plain Error if it returns undefined. */
  readonly toError?: (error: ChildErrorMessage) => Error | undefined;
  /** Receives each crash, hang and failed start, for the log. */
  readonly onTrouble?: (message: string) => void;
}

export interface ChildCallOptions<Event> {
  readonly signal: AbortSignal;
  /** Called in order, one at a time. The child waits when too many events are unhandled. */
  readonly onEvent?: (event: Event) => void | Promise<void>;
  /** Goes before waiting calls that are not urgent. Never interrupts a running call. */
  readonly urgent?: boolean;
  /** Default: always. */
  readonly retry?: RetryPolicy;
}

/** Typed calls to one child, which is started when needed, ended when idle, and restarted after a crash or hang. */
export interface ChildSupervisor<Calls extends Record<string, ChildCallTypes>> {
  /**
   * Resolves with the child's result. Rejects with the signal's reason, the child's error, or ChildError. A call that a
   * crash or hang cut short runs once more, alone, if its retry policy allows: its events then come again.
   */
  call<Name extends keyof Calls & string>(
    name: Name,
    params: Calls[Name]['params'],
    options: ChildCallOptions<Calls[Name]['event']>,
  ): Promise<Calls[Name]['result']>;
  /** Yields the events of a call, each once: the call is not retried after its first event. Leaving the loop cancels it. */
  stream<Name extends keyof Calls & string>(
    name: Name,
    params: Calls[Name]['params'],
    signal: AbortSignal,
  ): AsyncGenerator<Calls[Name]['event'], void, undefined>;
  /** Undefined while no child runs, and for a thread. */
  readonly pid: number | undefined;
  /** Rejects all calls and ends the child. */
  close(): Promise<void>;
}

/** One run of a call in one child. */
interface Run {
  readonly call: PendingCall;
  readonly link: ChildLink;
  readonly token: number;
  pendingEvents: number;
  silenceTimer: NodeJS.Timeout | undefined;
}

interface SupervisorState {
  readonly options: ChildSupervisorOptions;
  readonly queue: PendingCall[];
  readonly runs: Set<Run>;
  link: ChildLink | undefined;
  opening: Promise<void> | undefined;
  closed: boolean;
  /** Crashes, hangs and failed starts since the last answer. */
  failureCount: number;
  nextToken: number;
  /** The run for which the child was killed. */
  hungRun: Run | undefined;
  idleTimer: NodeJS.Timeout | undefined;
}

const CANCEL_TIMEOUT_MS = 5000;
const FIRST_BACK_OFF_MS = 250;
const MAX_BACK_OFF_MS = 30_000;

/** Creates a supervisor of one child. Nothing starts before the first call. */
export function createChildSupervisor<Calls extends Record<string, ChildCallTypes>>(
  options: ChildSupervisorOptions,
): ChildSupervisor<Calls> {
  const state: SupervisorState = {
    options,
    queue: [],
    runs: new Set(),
    link: undefined,
    opening: undefined,
    closed: false,
    failureCount: 0,
    nextToken: 1,
    hungRun: undefined,
    idleTimer: undefined,
  };
  return {
    call: (name, params, callOptions) => requestCall(state, name, params, callOptions),
    stream: (name, params, signal) =>
      toEventStream((onEvent, stopSignal) => {
        const combinedSignal = AbortSignal.any([signal, stopSignal]);
        return requestCall(state, name, params, {
          signal: combinedSignal,
          onEvent,
          retry: 'beforeFirstEvent',
        });
      }),
    get pid() {
      return state.link?.pid;
    },
    close: () => close(state),
  };
}

async function requestCall(
  state: SupervisorState,
  name: string,
  params: unknown,
  { signal, onEvent, urgent = false, retry = 'always' }: ChildCallOptions<never>,
): Promise<unknown> {
  if (state.closed) throw toClosedError(state);
  signal.throwIfAborted();
  const { call, settled } = createPendingCall({ name, params, onEvent, urgent, retry }, () =>
    signal.removeEventListener('abort', onAbort),
  );
  const onAbort = (): void => {
    call.reject(signal.reason);
    cancel(state, call);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  enqueue(state.queue, call);
  startQueued(state);
  return settled;
}

/** Sends the calls that may start now. Starts a child if none runs, and the idle timer if nothing is running. */
function startQueued(state: SupervisorState): void {
  clearTimeout(state.idleTimer);
  if (state.closed) return;
  const { link, queue } = state;
  if (link === undefined) {
    if (queue.length > 0) state.opening ??= openChild(state);
    return;
  }
  while (queue[0] !== undefined && mayStart(state, queue[0])) {
    const call = queue.shift();
    if (call !== undefined) startRun(state, call, link);
  }
  link.setKeepAlive(state.runs.size > 0);
  if (state.runs.size === 0) {
    state.idleTimer = setTimeout(() => {
      state.link = undefined;
      void link.end();
    }, state.options.idleMs).unref();
  }
}

/** A call that was cut short runs alone: if the child crashes again, that call is the cause. */
function mayStart({ runs, options }: SupervisorState, call: PendingCall): boolean {
  if (runs.size === 0) return true;
  if (call.failedRuns > 0 || runs.size >= (options.concurrency ?? 1)) return false;
  return ![...runs].some((run) => run.call.failedRuns > 0);
}

async function openChild(state: SupervisorState): Promise<void> {
  try {
    if (state.failureCount > 0)
      await pause(Math.min(FIRST_BACK_OFF_MS * 2 ** (state.failureCount - 1), MAX_BACK_OFF_MS));
    if (!state.closed && state.queue.length > 0) await useLink(state, await openChildLink(state.options));
  } catch (error) {
    const message = `The ${state.options.name} process did not start: ${messageOf(error)}`;
    state.failureCount += 1;
    state.options.onTrouble?.(`${message}.`);
    for (const call of state.queue.splice(0)) {
      call.failedRuns += 1;
      if (mayRetry(call)) state.queue.push(call);
      else call.reject(new ChildError('start', message));
    }
  }
  state.opening = undefined;
  startQueued(state);
}

async function useLink(state: SupervisorState, link: ChildLink): Promise<void> {
  void link.ended.then((reason) => onLinkEnded(state, link, reason));
  if (state.closed) await link.end();
  else state.link = link;
}

function startRun(state: SupervisorState, call: PendingCall, link: ChildLink): void {
  const token = state.nextToken;
  state.nextToken += 1;
  const run: Run = { call, link, token, pendingEvents: 0, silenceTimer: undefined };
  state.runs.add(run);
  startSilenceTimer(state, run);
  const { connection } = link;
  const progress = connection.onProgress(CHILD_EVENT, token, (event) => takeEvent(state, run, event));
  const request: ChildRequest = { token, params: call.params };
  connection
    .sendRequest(call.name, request, call.cancellation.token)
    .finally(() => progress.dispose())
    .then(
      (result) => {
        if (!endRun(state, run)) return;
        call.eventChain.then(
          () => call.resolve(result),
          () => undefined,
        );
        startQueued(state);
      },
      (error: unknown) => {
        if (!endRun(state, run)) return;
        call.reject(toCallError(state, error));
        startQueued(state);
      },
    );
}

/** Ends a run that the child has answered. Returns false if the child's end has already ended it. */
function endRun(state: SupervisorState, run: Run): boolean {
  clearTimeout(run.silenceTimer);
  if (!state.runs.delete(run)) return false;
  state.failureCount = 0;
  return true;
}

function toCallError({ options }: SupervisorState, error: unknown): Error {
  const detail = error instanceof ResponseError ? error.data : undefined;
  const message = messageOf(error);
  return options.toError?.({ message, detail }) ?? new Error(message);
}

/** Passes an event to the call after the earlier ones, then lets the child send another. */
function takeEvent(state: SupervisorState, run: Run, event: unknown): void {
  const { call, link, token } = run;
  call.hasEvents = true;
  run.pendingEvents += 1;
  clearTimeout(run.silenceTimer);
  call.eventChain = call.eventChain.then(async () => {
    if (!call.settled) await call.onEvent?.(event as never);
    run.pendingEvents -= 1;
    if (!state.runs.has(run)) return;
    void link.connection.sendNotification(EVENT_TAKEN, { token });
    if (run.pendingEvents === 0) startSilenceTimer(state, run);
  });
  call.eventChain.catch((error: unknown) => {
    call.reject(error);
    cancel(state, call);
  });
}

/** Restarts the timer that kills a child that sends nothing, or that does not end a cancelled call. */
function startSilenceTimer(state: SupervisorState, run: Run): void {
  const { silenceMs, cancelTimeoutMs = CANCEL_TIMEOUT_MS } = state.options;
  const timeoutMs = run.call.settled ? cancelTimeoutMs : silenceMs;
  clearTimeout(run.silenceTimer);
  if (timeoutMs === Number.POSITIVE_INFINITY) return;
  run.silenceTimer = setTimeout(() => {
    state.hungRun = run;
    run.link.kill();
  }, timeoutMs);
}

/** Asks the child to stop a call that is already settled. It is killed if the call does not end in time. */
function cancel(state: SupervisorState, call: PendingCall): void {
  const index = state.queue.indexOf(call);
  if (index >= 0) state.queue.splice(index, 1);
  call.cancellation.cancel();
  for (const run of state.runs) if (run.call === call) startSilenceTimer(state, run);
}

/** Fails the calls of a child that ended, or queues them again. */
function onLinkEnded(state: SupervisorState, link: ChildLink, reason: string): void {
  const { hungRun, options } = state;
  const endedRuns = [...state.runs].filter((run) => run.link === link);
  for (const run of endedRuns) {
    clearTimeout(run.silenceTimer);
    state.runs.delete(run);
  }
  link.connection.dispose();
  if (state.closed || state.link !== link) return;
  state.link = undefined;
  state.hungRun = undefined;
  if (endedRuns.length > 0) {
    state.failureCount += 1;
    options.onTrouble?.(`The ${options.name} process ${hungRun ? 'hung and was killed' : reason}.`);
  }
  const error = hungRun
    ? new ChildError('hung', `The ${options.name} process gave no sign of life and was killed.`)
    : new ChildError('crashed', `The ${options.name} process ${reason}`);
  for (const run of endedRuns.toReversed()) {
    const { call } = run;
    if (call.settled) continue;
    // A hang counts only against the call that caused it.
    if (!hungRun || hungRun === run) call.failedRuns += 1;
    if (mayRetry(call)) state.queue.unshift(call);
    else call.reject(error);
  }
  startQueued(state);
}

async function close(state: SupervisorState): Promise<void> {
  state.closed = true;
  clearTimeout(state.idleTimer);
  const runs = [...state.runs];
  state.runs.clear();
  for (const run of runs) clearTimeout(run.silenceTimer);
  for (const call of [...state.queue.splice(0), ...runs.map((run) => run.call)])
    call.reject(toClosedError(state));
  await state.opening;
  const { link } = state;
  state.link = undefined;
  await link?.end();
}

function toClosedError({ options }: SupervisorState): ChildError {
  return new ChildError('start', `The ${options.name} process is closed.`);
}
