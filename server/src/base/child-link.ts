import { constants } from 'node:os';
import { type Message, type MessageConnection, NotificationType } from 'vscode-jsonrpc/node';
import { type ChildEnvironmentOptions, toChildEnvironment } from './child-environment.ts';
import { type ChildHost, startProcess, startThread } from './child-host.ts';
import { connectPort, READY_NOTIFICATION, TIME_SPENT } from './child-protocol.ts';
import { createChildSpentCounter } from './spent-time.ts';

const READY_TIMEOUT_MS = 30_000;

export interface ChildLinkOptions extends ChildEnvironmentOptions {
  /** Path of the child's entry file, from `childPath`. */
  readonly entry: string;
  /** Runs the child as a worker thread instead of a process, for code that blocks but cannot crash. */
  readonly thread?: {
    /** Heap for short-lived objects, MB. */
    readonly youngGenerationMb?: number;
  };
  /** Nice value of a process, -20..19. Default: low priority, so that the desktop stays responsive. */
  readonly priority?: number;
  /** How long the child may take until it is ready, ms. Default: 30 s. */
  readonly readyTimeoutMs?: number;
}

/** A child that is ready, and the connection to it. */
export interface ChildLink extends Pick<ChildHost, 'pid' | 'ended' | 'setKeepAlive' | 'kill' | 'end'> {
  readonly connection: MessageConnection;
}

/** Goes through the connection's own queue, after all messages of the child, so that none is lost. Never sent to a child. */
const ENDED_NOTIFICATION = new NotificationType<{ readonly reason: string }>('ended');

function startHost(options: ChildLinkOptions): ChildHost {
  const { entry, thread, priority = constants.priority.PRIORITY_LOW } = options;
  const env = toChildEnvironment(process.env, options);
  return thread === undefined
    ? startProcess({ entry, env, priority })
    : startThread({ entry, env, youngGenerationMb: thread.youngGenerationMb });
}

/** Starts a child; resolves when it is ready, rejects with the reason if it ends before that. */
export async function openChildLink(options: ChildLinkOptions): Promise<ChildLink> {
  const host = startHost(options);
  const connection = connectPort({
    post: host.port.post,
    listen(onMessage) {
      host.port.listen(onMessage);
      void host.ended.then((reason) => onMessage(toEndedMessage(reason)));
    },
  });
  const ready = new Promise<'ready'>((resolve) =>
    connection.onNotification(READY_NOTIFICATION, () => resolve('ready')),
  );
  const childEnd = new Promise<string>((resolve) =>
    connection.onNotification(ENDED_NOTIFICATION, ({ reason }) => resolve(reason)),
  );
  connection.onNotification(TIME_SPENT, createChildSpentCounter());
  connection.listen();
  const timer = setTimeout(host.kill, options.readyTimeoutMs ?? READY_TIMEOUT_MS);
  const failure = await Promise.race([ready.then(() => undefined), childEnd]);
  clearTimeout(timer);
  if (failure !== undefined) {
    connection.dispose();
    throw new Error(failure);
  }
  const { pid, setKeepAlive, kill, end } = host;
  return { connection, pid, ended: childEnd, setKeepAlive, kill, end };
}

function toEndedMessage(reason: string): Message {
  return { jsonrpc: '2.0', method: ENDED_NOTIFICATION.method, params: { reason } } as Message;
}
