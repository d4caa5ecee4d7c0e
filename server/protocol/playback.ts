import type { Uri } from './base.ts';

export interface PlaybackParams {
  readonly uri: Uri;
  /**
   * Containers (`mp4 webm mkv ogg mp3 wav flac`) and codecs (as in `Stream`; `pcm` for raw sound) that the player can
   * play. Empty: it failed at the file for a reason it does not tell.
   */
  readonly plays: readonly string[];
}

/** How the page's server plays a video to that player: `video?uri=...&plays=a,b&ms=...`. */
export interface PlaybackResult {
  /**
   * `original`: the file, by ranges. `converted`: a stream that begins at `ms`, its time 0, and takes no ranges: to seek
   * is to ask again.
   */
  readonly way: 'original' | 'converted';
  /** What becomes of the pictures and the sound of a converted one; absent where there are none. */
  readonly video?: 'copied' | 'encoded';
  readonly audio?: 'copied' | 'encoded';
  /** Why the last try to convert it failed, and what to do. */
  readonly failure?: { readonly reason: string; readonly remedy: string };
}
