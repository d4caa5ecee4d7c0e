import { MEDIA_FORMATS } from '../../core/library/media-formats.ts';

/** Demuxers that may be used: none of them opens another file or address. No playlist, concat or sdp. */
export const ALLOWED_DEMUXERS = [...new Set(MEDIA_FORMATS.flatMap(({ demuxers }) => demuxers))].join(',');

/** `pipe` is what a subtitle or picture is written to; input is always `file`. */
export const ALLOWED_PROTOCOLS = 'file,pipe';

/** px of one picture: 8192 x 8192. */
export const MAX_DECODED_PIXELS = 67_108_864;

/** Bytes of one allocation. */
export const MAX_ALLOCATION_BYTES = 1_073_741_824;

/** A start before zero up to this (µs) is sound priming that nobody hears, not an offset. */
const PRIMING_US = 500_000;

/** What is subtracted from every time stamp, µs, given the container's start time. */
export function toOriginUs(startUs: number): number {
  return startUs < 0 && startUs > -PRIMING_US ? 0 : startUs;
}
