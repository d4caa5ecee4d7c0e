import type { Duplex } from 'node:stream';
import type { PageResult } from '../../protocol/page.ts';
import { pageFolder } from '../base/children.ts';
import type { Lifetime } from '../base/lifetime.ts';
import type { Log } from '../base/log.ts';
import { dataDirPaths } from '../base/paths.ts';
import { createPageServer } from '../http/page-server.ts';
import type { Library } from '../library.ts';
import { type Access, DEVICE_ACCESS, LOCAL_ACCESS } from '../rpc/access.ts';
import { createWebSocketStream } from '../rpc/websocket-stream.ts';
import type { OpenSettings } from '../settings/settings-file.ts';
import { createNetworkPage } from './network-page.ts';
import { createPageAddressStore } from './page-address.ts';

export interface OpenPagesOptions {
  readonly library: Library;
  readonly dataDir: string;
  readonly settings: OpenSettings;
  readonly lifetime: Lifetime;
  /** Called with each page that connects, and what it may do. */
  readonly onClient: (stream: Duplex, access: Access) => void;
  readonly log: Log;
}

/** The page for this machine, and the one for other devices in its network. */
export interface Pages {
  /** Returns their addresses. Starts serving the page. */
  open(): Promise<PageResult>;
  /** Serves what was served before the daemon's last end, and what the settings say. */
  resume(): Promise<void>;
}

/** Creates the page's servers. They close with the lifetime. */
export function openPages({ library, dataDir, settings, lifetime, onClient, log }: OpenPagesOptions): Pages {
  const page = createPageServer({
    library,
    assets: pageFolder(),
    onClient: (webSocket) => onClient(createWebSocketStream(webSocket), LOCAL_ACCESS),
    address: createPageAddressStore(dataDirPaths(dataDir).page, (problem) => log.warn('page', { problem })),
    log: log.with({ part: 'page' }),
  });
  lifetime.defer('page', () => page.close());
  const networkPage = createNetworkPage({
    library,
    dataDir,
    onClient: (stream) => onClient(stream, DEVICE_ACCESS),
    log: log.with({ part: 'network page' }),
  });
  lifetime.defer('network page', () => networkPage.close());
  return {
    open: async () => ({ ...(await page.open()), network: await networkPage.url() }),
    async resume() {
      await page.resume();
      await networkPage.allow(settings.all()['page.network']);
      settings.onChange((all) => void networkPage.allow(all['page.network']));
    },
  };
}
