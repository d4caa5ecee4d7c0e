import type { Decoder } from '../../ports/decoder.ts';
import { frames } from './node-av-frames.ts';
import { pass } from './node-av-pass.ts';
import { probe } from './node-av-probe.ts';
import { subtitles } from './node-av-subtitles.ts';

/**
 * Decodes with libav inside this process, mostly synchronously: it belongs into a child process, which hostile
 * media may crash.
 */
export function createNodeAvDecoder(): Decoder {
  return { probe, subtitles, frames, pass };
}
