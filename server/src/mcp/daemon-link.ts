import type { Method, Params, Result } from '../../protocol/methods.ts';
import type { Client } from '../daemon/connect.ts';

/**
 * Sends a request to the daemon. Rejects with DaemonError, or with the signal's reason. `onPartial` receives partial
 * results.
 */
export type SendRequest = <M extends Method>(
  method: M,
  params: Params<M>,
  signal: AbortSignal,
  onPartial?: (value: unknown) => void,
) => Promise<Result<M>>;

export interface DaemonLink {
  readonly request: SendRequest;
  close(): Promise<void>;
}

/**
 * Connects with the first request. Connects again if the daemon has ended since, because an agent's session outlives
 * daemons.
 */
export function createDaemonLink(connect: () => Promise<Client>): DaemonLink {
  let client: Promise<Client> | undefined;
  const connectOnce = () => {
    client ??= connect().then(
      (openClient) => {
        void openClient.closed.then(dropClient);
        return openClient;
      },
      (error: unknown) => {
        dropClient();
        throw error;
      },
    );
    return client;
  };
  const dropClient = () => {
    client = undefined;
  };
  return {
    request: async (method, params, signal, onPartial) =>
      (await connectOnce()).request(method, params, {
        signal,
        ...(onPartial === undefined ? {} : { onPartial }),
      }),
    async close() {
      const openClient = await client?.catch(() => undefined);
      await openClient?.close();
    },
  };
}
