import type { MediaProbe, StreamInfo, VideoFile, VideoRecord } from '../domain/video.ts';

/** Tells whether there is sound. */
export function hasSound({ streams }: MediaProbe): boolean {
  return streams.some(({ kind }) => kind === 'audio');
}

/** Tells whether a stream is a subtitle track of text. */
export function isTextTrack(stream: StreamInfo): boolean {
  return stream.kind === 'subtitle' && stream.textual === true;
}

/**
 * Tells whether what is said is written down already, in a track of text or beside any of the copies. The lines that
 * were read decide, not that a file exists: it may hold readings of a drone or one forced line. Undefined while a
 * track or file is still to be read.
 */
export function isSubtitled(
  { probe, subtitled, failures }: Pick<VideoRecord, 'probe' | 'subtitled' | 'failures'>,
  copies: readonly Pick<VideoFile, 'sidecars' | 'subtitled' | 'failures'>[],
): boolean | undefined {
  const inside = probe.streams.some((stream) => isTextTrack(stream) && !stream.describes)
    ? (subtitled ?? (failures.cues === undefined ? undefined : false))
    : false;
  const beside = copies
    .filter(({ sidecars }) => sidecars.length > 0)
    .map((copy) => copy.subtitled ?? (copy.failures.cues === undefined ? undefined : false));
  const all = [inside, ...beside];
  if (all.includes(true)) return true;
  return all.includes(undefined) ? undefined : false;
}
