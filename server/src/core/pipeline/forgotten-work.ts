import { STAGES, type Stage } from '../domain/stage.ts';
import type { VideoFile, VideoRecord } from '../domain/video.ts';

/** Lists work whose rows are lost. Its records must no longer count as done, so that it is planned again. */
export interface ForgottenWork {
  /** Stages to repeat for all contents, because the lost rows no longer name one. */
  readonly everywhere: ReadonlySet<Stage>;
  /** Stages to repeat by content, including its copies. */
  readonly byVideo: ReadonlyMap<string, ReadonlySet<Stage>>;
}

/** All stages except `probe`, whose result is stored in the record. */
export const REMADE_STAGES: ReadonlySet<Stage> = new Set(STAGES.filter((stage) => stage !== 'probe'));

/** Returns the record or copy without this work in `done`; the same object if nothing changes. */
export function withoutWork<T extends Pick<VideoFile & VideoRecord, 'videoId' | 'done'>>(
  row: T,
  { everywhere, byVideo }: ForgottenWork,
): T {
  const forgottenStages = byVideo.get(row.videoId);
  const keptStages = Object.entries(row.done).filter(
    ([stage]) => !everywhere.has(stage as Stage) && forgottenStages?.has(stage as Stage) !== true,
  );
  return keptStages.length === Object.keys(row.done).length
    ? row
    : { ...row, done: Object.fromEntries(keptStages) };
}
