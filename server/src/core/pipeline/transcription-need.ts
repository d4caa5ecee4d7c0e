import type { MediaProbe, StreamInfo, VideoFile, VideoRecord } from '../domain/video.ts';

/** Returns whether a video has an audio track. */
export function hasSound({ streams }: MediaProbe): boolean {
  return streams.some(({ kind }) => kind === 'audio');
}

/** Returns whether a stream is a text subtitle track. */
export function isTextTrack(stream: StreamInfo): boolean {
  return stream.kind === 'subtitle' && stream.textual === true;
}

/**
 * Returns whether subtitles already contain the speech, in a text track or a sidecar of any copy. The lines
 * that were read decide, because a subtitle file may contain drone telemetry or a single forced line. Returns
 * undefined while a track or file is unread.
 */
export function isSubtitled(
  { probe, subtitled, failures }: Pick<VideoRecord, 'probe' | 'subtitled' | 'failures'>,
  copies: readonly Pick<VideoFile, 'sidecars' | 'subtitled' | 'failures'>[],
): boolean | undefined {
  const inside = probe.streams.some((stream) => isTextTrack(stream) && !stream.describes)
    ? (subtitled ?? (failures.cues === undefined ? undefined : false))
    : false;
  const sidecarCopies = copies
    .filter(({ sidecars }) => sidecars.length > 0)
    .map((copy) => copy.subtitled ?? (copy.failures.cues === undefined ? undefined : false));
  const all = [inside, ...sidecarCopies];
  if (all.includes(true)) return true;
  return all.includes(undefined) ? undefined : false;
}
