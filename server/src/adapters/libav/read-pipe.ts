import type { Buffer } from 'node:buffer';
import type { Readable } from 'node:stream';

/** Bytes that may wait for their reader before ffmpeg is paused. */
const MAX_WAITING_BYTES = 1024 * 1024;

/** Yields the bytes of a pipe. ffmpeg pauses while too many bytes wait. */
export async function* readPipe(pipe: Readable): AsyncGenerator<Uint8Array, void, undefined> {
  const queuedChunks: Uint8Array[] = [];
  let queuedBytes = 0;
  let isClosed = false;
  let resumeReading: () => void = () => undefined;
  pipe.on('data', (data: Buffer) => {
    queuedChunks.push(new Uint8Array(data));
    queuedBytes += data.length;
    if (queuedBytes > MAX_WAITING_BYTES) pipe.pause();
    resumeReading();
  });
  pipe.on('close', () => {
    isClosed = true;
    resumeReading();
  });
  pipe.resume();
  for (;;) {
    const bytes = queuedChunks.shift();
    if (bytes) {
      queuedBytes -= bytes.length;
      yield bytes;
    } else if (isClosed) return;
    else {
      pipe.resume();
      await new Promise<void>((resolve) => {
        resumeReading = resolve;
      });
    }
  }
}
