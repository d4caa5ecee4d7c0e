import { MEDIA_FORMATS } from '../../core/library/media-formats.ts';

/** Allowed demuxers. None of them opens another file or address: no playlist, concat or sdp. */
export const ALLOWED_DEMUXERS = [...new Set(MEDIA_FORMATS.flatMap(({ demuxers }) => demuxers))].join(',');

/** Allowed protocols. Input is always `file`; subtitles and pictures are written to `pipe`. */
export const ALLOWED_PROTOCOLS = 'file,pipe';

/** Maximum number of pixels in a picture: 8192 x 8192. */
export const MAX_DECODED_PIXELS = 67_108_864;

/** Maximum frame rate that is believed, frames per second. */
export const MAX_FRAMES_PER_SECOND = 1000;

/** Maximum size of one allocation, bytes. */
export const MAX_ALLOCATION_BYTES = 1_073_741_824;

/** A start up to this far before zero (µs) is inaudible encoder priming, not an offset. */
const MAX_PRIMING_US = 500_000;

/** Returns the offset to subtract from every time stamp, µs, for a container's start time. */
export function toOriginUs(startUs: number): number {
  return startUs < 0 && startUs > -MAX_PRIMING_US ? 0 : startUs;
}
