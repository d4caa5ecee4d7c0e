import type { Stage } from '../core/domain/stage.ts';
import type { VideoFile, VideoRecord } from '../core/domain/video.ts';
import type { Job } from '../core/pipeline/job.ts';
import { toJobKey } from '../core/pipeline/planner.ts';
import { runJob } from './job-run.ts';
import { readableCopies, touch } from './planner.ts';
import type { Schedule } from './schedule.ts';
import { settleJob } from './settler.ts';

/** Runs the derived stages of a content immediately, without the executor. */
export async function deriveNow(schedule: Schedule, videoId: string): Promise<void> {
  const { catalogue, plans } = schedule;
  const record = catalogue.video(videoId);
  const readable = readableCopies(schedule, videoId);
  // Derived stages read rows only, so an unavailable drive does not matter.
  const copies =
    readable.length > 0 ? readable : catalogue.copiesOf(videoId).filter((copy) => !copy.forgotten);
  for (const { stage, derived, content } of plans) {
    const job =
      derived === true && record !== undefined
        ? createDerivedJob(stage, record, copies, content?.(record, copies))
        : undefined;
    if (job === undefined) continue;
    const outcome = await runJob(schedule, job, () => undefined, new AbortController().signal, 'here');
    await settleJob(schedule, job, outcome);
  }
  touch(schedule, [videoId]);
}

/** Returns the job of a derived stage; undefined if there is nothing to do. */
function createDerivedJob(
  stage: Stage,
  { videoId, done }: VideoRecord,
  copies: readonly VideoFile[],
  recipe: string | undefined,
): Job | undefined {
  const [copy] = copies;
  if (copy === undefined || recipe === undefined || done[stage] === recipe) return undefined;
  const key = toJobKey(stage, videoId, '', recipe);
  return { key, stage, videoId, uri: copy.uri, path: false, recipe, lane: 'now', rank: 0 };
}
