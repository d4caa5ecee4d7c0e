import { STAGES, type Stage } from '../domain/stage.ts';
import type { VideoFile, VideoRecord } from '../domain/video.ts';

/** Work whose rows are lost: its records must no longer say that it is done, so that it is planned again. */
export interface ForgottenWork {
  /** Stages of all contents: rows were lost that name no content any more. */
  readonly everywhere: ReadonlySet<Stage>;
  /** Stages by content, of its copies too. */
  readonly byVideo: ReadonlyMap<string, ReadonlySet<Stage>>;
}

/** All that stages make from a file. What its container says is in its record. */
export const REMADE_STAGES: ReadonlySet<Stage> = new Set(STAGES.filter((stage) => stage !== 'probe'));

/** Returns the record or copy without its marks of this work; the very same one if it bears none. */
export function withoutWork<T extends Pick<VideoFile & VideoRecord, 'videoId' | 'done'>>(
  row: T,
  { everywhere, byVideo }: ForgottenWork,
): T {
  const own = byVideo.get(row.videoId);
  const kept = Object.entries(row.done).filter(
    ([stage]) => !everywhere.has(stage as Stage) && own?.has(stage as Stage) !== true,
  );
  return kept.length === Object.keys(row.done).length ? row : { ...row, done: Object.fromEntries(kept) };
}
