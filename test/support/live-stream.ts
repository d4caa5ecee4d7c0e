import { EventEmitter, once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { runFfmpeg } from './run-ffmpeg.ts';

/** A live HLS stream on the loopback interface, whose segments of a second appear when a test publishes them. */
export interface LiveStream {
  readonly url: string;
  /** Every request, by path and query. */
  readonly requests: readonly string[];
  /** Makes segments available up to this number. `isOver`: there will be no more. */
  publish(count: number, isOver?: boolean): void;
  /** Resolves when a segment was requested, by its number from 0. */
  requested(segment: number): Promise<void>;
  /** Refuses every connection from now on, or accepts them again. */
  setDown(isDown: boolean): void;
  close(): void;
}

/** Divides a video into segments and serves them. `secret` must be in the query of the playlist. */
export async function startLiveStream(video: string, folder: string, secret: string): Promise<LiveStream> {
  runFfmpeg(
    ...['-i', video, '-c:v', 'libx264', '-g', '10', '-keyint_min', '10', '-sc_threshold', '0', '-c:a', 'aac'],
    ...[
      '-f',
      'hls',
      '-hls_time',
      '1',
      '-hls_list_size',
      '0',
      '-hls_segment_filename',
      join(folder, '%03d.ts'),
    ],
    join(folder, 'all.m3u8'),
  );
  const total = readdirSync(folder).filter((name) => name.endsWith('.ts')).length;
  const events = new EventEmitter();
  const sockets = new Set<Socket>();
  const requests: string[] = [];
  let [available, isEnded, isDown] = [0, false, false];
  const playlist = () => {
    const segments = Array.from({ length: Math.min(available, total) }, (_, i) => {
      return `#EXTINF:1.0,\n${String(i).padStart(3, '0')}.ts\n`;
    });
    return `#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:1\n#EXT-X-MEDIA-SEQUENCE:0\n${segments.join('')}${isEnded ? '#EXT-X-ENDLIST\n' : ''}`;
  };
  const server: Server = createServer((request, response) => {
    requests.push(request.url ?? '');
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
    const [, segment] = /^\/(\d+)\.ts$/.exec(pathname) ?? [];
    if (pathname === '/live.m3u8' && searchParams.get('token') === secret) {
      response.setHeader('content-type', 'application/vnd.apple.mpegurl');
      response.end(playlist());
    } else if (segment !== undefined && Number(segment) < available) {
      response.setHeader('content-type', 'video/mp2t');
      response.end(readFileSync(join(folder, `${segment}.ts`)));
      events.emit('segment', Number(segment));
    } else response.writeHead(404).end();
  });
  server.on('connection', (socket) => {
    if (isDown) socket.destroy();
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/live.m3u8?token=${secret}`,
    requests,
    publish(count, isOver = false) {
      available = count;
      isEnded = isOver;
    },
    async requested(segment) {
      const isRequested = () => requests.some((path) => path === `/${String(segment).padStart(3, '0')}.ts`);
      while (!isRequested()) await once(events, 'segment');
    },
    setDown(down) {
      isDown = down;
      if (down) for (const socket of sockets) socket.destroy();
    },
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
