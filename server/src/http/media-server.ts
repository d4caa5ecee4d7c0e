import type { AddressInfo } from 'node:net';
import { http } from '../base/http.ts';
import type { Log } from '../base/log.ts';
import { checkMediaTicket } from '../base/media-ticket.ts';
import { messageOf } from '../base/message-of.ts';
import type { Library } from '../library.ts';
import { allowsMethod, sendError } from './send-response.ts';
import { serveVideo } from './serve-video.ts';

export interface MediaServerOptions {
  readonly library: Pick<Library, 'holds' | 'isIndexedFile'>;
  /** `HOST:PORT`; port 0 chooses a free one. */
  readonly address: string;
  readonly token: string;
  readonly log: Log;
}

export interface MediaServer {
  /** Address for workers, with a final slash. */
  readonly url: string;
  close(): void;
}

/**
 * Serves indexed files to workers on other hosts, by ranges, and only to those who know the token. It lists nothing and
 * takes no path. Rejects if the address cannot be used.
 */
export async function startMediaServer(options: MediaServerOptions): Promise<MediaServer> {
  const { library, token, log } = options;
  const target = new URL(`http://${options.address}`);
  const server = http.createServer((request, response) => {
    const handle = async () => {
      if (!allowsMethod(request, response)) return;
      const url = new URL(request.url ?? '/', 'http://localhost');
      const uri =
        url.pathname === '/media' ? checkMediaTicket(url.searchParams, token, Date.now()) : undefined;
      if (uri === undefined)
        return sendError(
          response,
          403,
          'The signature is wrong or too old. Check the token and the clock of the worker.',
        );
      if (!library.holds(uri)) return sendError(response, 404, 'Not found.');
      return serveVideo(request, response, library, uri);
    };
    handle().catch((error: unknown) => {
      if (response.headersSent || response.destroyed) {
        response.destroy();
        return;
      }
      log.error('media request failed', { message: messageOf(error) });
      sendError(response, 500, 'Internal error in Goldfish. The log has details.');
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(Number(target.port || 80), target.hostname.replace(/^\[|\]$/g, ''), () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { port } = server.address() as AddressInfo;
  target.port = String(port);
  log.info('media served to workers', { url: target.href });
  return {
    url: target.href,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
