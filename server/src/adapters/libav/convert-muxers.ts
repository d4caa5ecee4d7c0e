type Options = Readonly<Record<string, string>>;

/**
 * mp4 that plays while it comes: pieces of half a second, and a head that is written once the first of them is there,
 * for only then is known how much of the copied pictures lies before the start. It is told as an edit list, which
 * players leave out of what they show.
 */
export const FRAGMENTED_MP4_OPTIONS: Options = { movflags: 'delay_moov', frag_duration: '500000' };

/** The container of a file by its ending, with the options of its muxer: the index stands in front. */
export function findMuxer(path: string): [format: string, options: Options] {
  if (/\.mk[av]$/.test(path)) return ['matroska', {}];
  return [path.endsWith('.m4a') ? 'ipod' : 'mp4', { movflags: 'faststart' }];
}
