/** Describes the subtitles of the open video. */
export interface SubtitleState {
  /** BCP 47, or empty if the language is unknown. */
  readonly languages: readonly string[];
  /** The language shown. Undefined if subtitles are off. */
  readonly language?: string;
  readonly cues: readonly SubtitleCue[];
}

export interface SubtitleCue {
  readonly startMs: number;
  readonly endMs: number;
  readonly text: string;
}

const TIMES = /^(?:(\d+):)?(\d{2}):(\d{2})\.(\d{3}) --> (?:(\d+):)?(\d{2}):(\d{2})\.(\d{3})/;

const toMs = (hours: string | undefined, minutes = '0', seconds = '0', ms = '0') =>
  ((Number(hours ?? 0) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000 + Number(ms);

/** Parses WebVTT into cues. Blocks without times, such as notes, are left out. */
export function parseWebVtt(text: string): readonly SubtitleCue[] {
  return text.split(/\r?\n\r?\n/).flatMap((block) => {
    const lines = block.split(/\r?\n/);
    const at = lines.findIndex((line) => TIMES.test(line));
    const times = TIMES.exec(lines[at] ?? '');
    if (times === null) return [];
    const [, h1, m1, s1, f1, h2, m2, s2, f2] = times;
    const words = lines
      .slice(at + 1)
      .join('\n')
      .trim();
    return words === '' ? [] : [{ startMs: toMs(h1, m1, s1, f1), endMs: toMs(h2, m2, s2, f2), text: words }];
  });
}

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
