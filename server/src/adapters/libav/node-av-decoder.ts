import type { Converter } from '../../ports/converter.ts';
import type { Decoder } from '../../ports/decoder.ts';
import { subtitleTracks, withBitmapFiles } from './bitmap-files.ts';
import { picturesWithNodeAv } from './node-av-bitmaps.ts';
import { convert, cut } from './node-av-convert.ts';
import { frames } from './node-av-frames.ts';
import { pass } from './node-av-pass.ts';
import { probe } from './node-av-probe.ts';
import { subtitles } from './node-av-subtitles.ts';

/**
 * Creates a decoder and converter that run libav inside this process, mostly synchronously. Use it only in a
 * child process, which hostile media may crash.
 */
export function createNodeAvDecoder(): Decoder & Converter {
  const subtitlePictures = withBitmapFiles(picturesWithNodeAv);
  return { probe, subtitles, subtitleTracks, subtitlePictures, frames, pass, convert, cut };
}
