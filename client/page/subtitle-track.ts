import type { SubtitleState } from './subtitles.ts';

interface ShownTrack {
  readonly track: TextTrack;
  readonly subtitles: SubtitleState;
  readonly offsetMs: number;
}

/** The track of each player. A player can gain tracks, but not lose them, so each has one. */
const tracks = new WeakMap<HTMLVideoElement, ShownTrack>();

/**
 * Shows subtitles in a player, as a text track of its own: they stay in full screen and picture in picture. `offsetMs`
 * is the time of the video at which a converted stream begins.
 */
export function showSubtitles(
  player: HTMLVideoElement,
  subtitles: SubtitleState | undefined,
  offsetMs: number,
): void {
  const shown = tracks.get(player);
  if (subtitles === undefined || (shown?.subtitles === subtitles && shown.offsetMs === offsetMs)) return;
  const track = shown?.track ?? player.addTextTrack('subtitles', 'Goldfish', subtitles.language ?? '');
  // Cues can only be removed from a track that is not disabled.
  track.mode = 'hidden';
  for (const cue of [...(track.cues ?? [])]) track.removeCue(cue);
  for (const { startMs, endMs, text } of subtitles.cues)
    if (endMs > offsetMs)
      track.addCue(new VTTCue(Math.max(0, startMs - offsetMs) / 1000, (endMs - offsetMs) / 1000, text));
  track.mode = subtitles.language === undefined ? 'hidden' : 'showing';
  tracks.set(player, { track, subtitles, offsetMs });
}
