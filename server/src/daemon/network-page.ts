import { networkInterfaces } from 'node:os';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { pageFolder } from '../base/children.ts';
import type { Log } from '../base/log.ts';
import { messageOf } from '../base/message-of.ts';
import { dataDirPaths } from '../base/paths.ts';
import { createPageServer, type PageServer, type PageServerOptions } from '../http/page-server.ts';
import { createWebSocketStream } from '../rpc/websocket-stream.ts';
import { createPageAddressStore } from './page-address.ts';

export interface NetworkPage {
  /** Returns the address for other devices, or undefined if they may not open the page or there is no network. */
  url(): Promise<string | undefined>;
  /** Serves the page or stops serving it. Never rejects. */
  allow(isAllowed: boolean): Promise<void>;
  close(): void;
}

export interface NetworkPageOptions extends Pick<PageServerOptions, 'library'> {
  readonly dataDir: string;
  /** Accepts the connection of another device, which may only read. */
  readonly onClient: (stream: Duplex) => void;
  readonly log: Log;
}

/** Returns the IPv4 addresses of this machine in its networks. */
function networkAddresses(): readonly string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address);
}

/** Creates the page for other devices in the network. Its token is another than that of the page on this machine. */
export function createNetworkPage({ library, dataDir, onClient, log }: NetworkPageOptions): NetworkPage {
  const address = createPageAddressStore(dataDirPaths(dataDir).networkPage, (problem) =>
    log.warn('network page', { problem }),
  );
  const streams = new Set<Duplex>();
  let server: PageServer | undefined;

  const acceptClient = (webSocket: WebSocket) => {
    const stream = createWebSocketStream(webSocket);
    streams.add(stream);
    stream.once('close', () => streams.delete(stream));
    onClient(stream);
  };
  const close = () => {
    server?.close();
    server = undefined;
    for (const stream of streams) stream.destroy();
  };

  return {
    close,
    async allow(isAllowed) {
      if (!isAllowed) return close();
      if (server !== undefined) return;
      server = createPageServer({
        library,
        assets: pageFolder(),
        onClient: acceptClient,
        address,
        log,
        network: networkAddresses,
      });
      try {
        await server.open();
      } catch (error) {
        log.warn('page not served in the network', { message: messageOf(error) });
        close();
      }
    },
    async url() {
      if (server === undefined || networkAddresses().length === 0) return undefined;
      return (await server.open()).url;
    },
  };
}
