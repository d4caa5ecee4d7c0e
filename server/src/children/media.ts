import { rm } from 'node:fs/promises';
import { createFfmpegDecoder } from '../adapters/libav/ffmpeg-decoder.ts';
import { encodeJpeg } from '../adapters/sharp-jpeg.ts';
import { decodePicture } from '../adapters/sharp-picture.ts';
import { serve } from '../base/serve.ts';
import { FailureError } from '../core/failure.ts';
import { createMeasure } from '../core/measure.ts';
import type { Converter } from '../ports/converter.ts';
import type { Decoder } from '../ports/decoder.ts';
import type { Alive, Backend, ErrorDetail, MediaCalls } from './media-messages.ts';

/** How often a call without events of its own shows that it goes on, ms. */
const ALIVE_MS = 5000;
/** How often a measuring pass tells how far it is, ms of video. */
const TELL_MS = 1000;
/** Small pictures for colours, one a second. */
const COLOUR = { width: 64, height: 64, everyMs: 1000 };

let nodeAv: Promise<Decoder & Converter> | undefined;

/** node-av is loaded on first use: its library weighs, and may be missing on a platform. */
async function decoderOf({ kind, ffmpegPath }: Backend): Promise<Decoder & Converter> {
  if (kind === 'ffmpeg') return createFfmpegDecoder(ffmpegPath);
  nodeAv ??= import('../adapters/libav/node-av-decoder.ts').then(({ createNodeAvDecoder }) =>
    createNodeAvDecoder(),
  );
  try {
    return await nodeAv;
  } catch (error) {
    if (kind === 'node-av') throw error;
    return createFfmpegDecoder(ffmpegPath);
  }
}

/** Runs work that may say nothing for long, with a sign of life now and then. */
async function lively<T>(emit: (event: Alive) => Promise<void>, work: () => Promise<T>): Promise<T> {
  const timer = setInterval(() => {
    emit('alive').catch(() => undefined);
  }, ALIVE_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

serve<MediaCalls>(
  {
    async probe({ uri, backend }, { signal, emit }) {
      const decoder = await decoderOf(backend);
      return lively(emit, () => decoder.probe(uri, signal));
    },
    async subtitles({ uri, backend, stream }, { signal, emit }) {
      const decoder = await decoderOf(backend);
      return lively(emit, () => decoder.subtitles(uri, stream, signal));
    },
    async frames({ uri, backend, timesMs, box }, { signal, emit }) {
      const decoder = await decoderOf(backend);
      return lively(emit, async () => {
        for await (const picture of decoder.frames(uri, timesMs, box, signal)) await emit(picture);
        return null;
      });
    },
    async still({ uri, backend, timeMs, box }, { signal, emit }) {
      const decoder = await decoderOf(backend);
      return lively(emit, async () => {
        for await (const picture of decoder.frames(uri, [timeMs], box, signal)) return encodeJpeg(picture);
        throw new Error('The decoder gave no picture.');
      });
    },
    async picture({ bytes, box }, { emit }) {
      return lively(emit, () => decodePicture(bytes, box));
    },
    async pass({ uri, backend, request }, { signal, emit }) {
      const decoder = await decoderOf(backend);
      return lively(emit, async () => {
        for await (const event of decoder.pass(uri, request, signal)) await emit(event);
        return null;
      });
    },
    async measure({ uri, backend, clipMs, durationMs }, { signal, emit }) {
      const decoder = await decoderOf(backend);
      const measure = createMeasure({ clipMs, durationMs });
      let toldMs = 0;
      const request = { grey: true, frames: COLOUR, audio: true };
      return lively(emit, async () => {
        for await (const event of decoder.pass(uri, request, signal)) {
          if (event.kind === 'grey') measure.grey(event.timeMs, event.data);
          else if (event.kind === 'frame') measure.colour(event);
          else if (event.kind === 'audio') measure.audio(event.timeMs, event.samples);
          if (event.timeMs - toldMs < TELL_MS) continue;
          toldMs = event.timeMs;
          await emit(toldMs);
        }
        return measure.finish();
      });
    },
    async convert({ uri, backend, request }, { signal, emit }) {
      const converter = await decoderOf(backend);
      return lively(emit, async () => {
        for await (const bytes of converter.convert(uri, request, signal)) await emit(bytes);
        return null;
      });
    },
    async cut({ request, backend }, { signal, emit }) {
      const converter = await decoderOf(backend);
      let toldMs = 0;
      const onTime = (doneMs: number) => {
        if (doneMs - toldMs < TELL_MS) return;
        toldMs = doneMs;
        emit(toldMs).catch(() => undefined);
      };
      try {
        return await lively(emit, () => converter.cut(request, onTime, signal));
      } catch (error) {
        // A parent that gave it up may have removed the file before it was made.
        await rm(request.path, { force: true });
        throw error;
      }
    },
  },
  (error): ErrorDetail | undefined =>
    error instanceof FailureError ? { failure: error.failure } : undefined,
);
