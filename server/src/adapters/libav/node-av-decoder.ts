import type { Converter } from '../../ports/converter.ts';
import type { Decoder } from '../../ports/decoder.ts';
import { convert, cut } from './node-av-convert.ts';
import { frames } from './node-av-frames.ts';
import { pass } from './node-av-pass.ts';
import { probe } from './node-av-probe.ts';
import { subtitles } from './node-av-subtitles.ts';

/**
 * Decodes and converts with libav inside this process, mostly synchronously: it belongs into a child process, which hostile
 * media may crash.
 */
export function createNodeAvDecoder(): Decoder & Converter {
  return { probe, subtitles, frames, pass, convert, cut };
}
