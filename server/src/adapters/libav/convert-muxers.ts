type Options = Readonly<Record<string, string>>;

/**
 * Options for an mp4 that plays while it is written. It has fragments of half a second. Its header is written
 * after the first fragment, because only then is it known how much of the copied video lies before the start.
 * That part goes into an edit list, so that players do not show it.
 */
export const FRAGMENTED_MP4_OPTIONS: Options = { movflags: 'delay_moov', frag_duration: '500000' };

/** Returns the container for a file extension, with muxer options that put the index at the front. */
export function findMuxer(path: string): [format: string, options: Options] {
  if (/\.mk[av]$/.test(path)) return ['matroska', {}];
  return [path.endsWith('.m4a') ? 'ipod' : 'mp4', { movflags: 'faststart' }];
}
