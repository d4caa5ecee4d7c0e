import type { Method, Params, Result } from '../../protocol/methods.ts';
import type { Client } from '../daemon/connect.ts';

/** Asks the daemon; rejects with DaemonError, or with the signal's reason. `onPartial` takes what comes before the result. */
export type Ask = <M extends Method>(
  method: M,
  params: Params<M>,
  signal: AbortSignal,
  onPartial?: (value: unknown) => void,
) => Promise<Result<M>>;

export interface DaemonLink {
  readonly ask: Ask;
  close(): Promise<void>;
}

/** Connects with the first question, and anew where the daemon has ended since: an agent's session outlives daemons. */
export function createDaemonLink(connect: () => Promise<Client>): DaemonLink {
  let client: Promise<Client> | undefined;
  const open = () => {
    client ??= connect().then(
      (opened) => {
        void opened.closed.then(forget);
        return opened;
      },
      (error: unknown) => {
        forget();
        throw error;
      },
    );
    return client;
  };
  const forget = () => {
    client = undefined;
  };
  return {
    ask: async (method, params, signal, onPartial) =>
      (await open()).request(method, params, { signal, ...(onPartial === undefined ? {} : { onPartial }) }),
    async close() {
      const opened = await client?.catch(() => undefined);
      await opened?.close();
    },
  };
}
