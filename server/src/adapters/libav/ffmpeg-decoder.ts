import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Converter } from '../../ports/converter.ts';
import type { Decoder } from '../../ports/decoder.ts';
import { subtitleTracks, withBitmapFiles } from './bitmap-files.ts';
import { picturesWithFfmpeg } from './ffmpeg-bitmaps.ts';
import { convertWithFfmpeg, cutWithFfmpeg } from './ffmpeg-convert.ts';
import { type FilterSupport, parseFilterSupport } from './ffmpeg-filters.ts';
import { framesWithFfmpeg } from './ffmpeg-frames.ts';
import { locateFfmpeg } from './ffmpeg-locate.ts';
import { passWithFfmpeg } from './ffmpeg-pass.ts';
import { probeWithFfmpeg } from './ffmpeg-probe.ts';
import { subtitlesWithFfmpeg } from './ffmpeg-subtitles.ts';

/** An ffmpeg command and its abilities. */
interface Program {
  readonly path: string;
  readonly filterSupport: FilterSupport;
}

async function findFfmpeg(setting: string): Promise<Program> {
  const path = await locateFfmpeg(setting);
  if (path === undefined) {
    throw new Error(
      setting
        ? `Cannot find the program ${setting}, or no ffprobe beside it or on PATH. Set media.ffmpegPath to the path of an ffmpeg, or clear it.`
        : 'Cannot find ffmpeg with its ffprobe. Install FFmpeg, or set media.backend to node-av.',
    );
  }
  const { stdout } = await promisify(execFile)(path, ['-hide_banner', '-filters'], {
    timeout: 20_000,
    killSignal: 'SIGKILL',
    maxBuffer: 4_000_000,
  });
  return { path, filterSupport: parseFilterSupport(stdout) };
}

/**
 * Creates a decoder and converter on the ffmpeg command line: `setting`, otherwise ffmpeg from PATH, otherwise
 * ffmpeg-static.
 */
export function createFfmpegDecoder(setting: string): Decoder & Converter {
  let programSearch: Promise<Program> | undefined;
  const program = (): Promise<Program> => {
    programSearch ??= findFfmpeg(setting).catch((error: unknown) => {
      programSearch = undefined;
      throw error;
    });
    return programSearch;
  };
  return {
    async probe(uri, signal) {
      return probeWithFfmpeg((await program()).path, uri, signal);
    },
    async subtitles(uri, stream, signal, hints) {
      return subtitlesWithFfmpeg((await program()).path, uri, stream, signal, hints);
    },
    subtitleTracks,
    subtitlePictures: withBitmapFiles(async function* (uri, stream, signal, hints) {
      yield* picturesWithFfmpeg((await program()).path, uri, stream, signal, hints);
    }),
    async *frames(uri, timesMs, box, signal, hints) {
      const { path, filterSupport } = await program();
      yield* framesWithFfmpeg(path, filterSupport, uri, timesMs, box, signal, hints);
    },
    async *pass(uri, request, signal, hints) {
      const { path, filterSupport } = await program();
      yield* passWithFfmpeg(path, filterSupport, uri, request, signal, hints);
    },
    async *convert(uri, request, signal, hints) {
      const { path, filterSupport } = await program();
      yield* convertWithFfmpeg(path, filterSupport, uri, request, signal, hints);
    },
    async cut(request, onTime, signal) {
      const { path, filterSupport } = await program();
      return cutWithFfmpeg(path, filterSupport, request, onTime, signal);
    },
  };
}
