import type { Log } from '../base/log.ts';
import type { Description } from '../core/domain/description.ts';
import type { Stage } from '../core/domain/stage.ts';
import type { Job } from '../core/pipeline/job.ts';
import type { RunningJob } from '../ports/executor.ts';
import type { WriteBatch } from '../ports/store.ts';
import type { CatalogueView, VideoCatalogue } from './catalogue.ts';

/**
 * Minimum interval between derivations of partial results, in ms: deriving the passages of a long video takes
 * a second.
 */
const MIN_DERIVE_INTERVAL_MS = 20_000;

export interface PartialResults {
  /** Stores rows of an unfinished stage and schedules their derivation. */
  save(job: Job, rows: readonly Description[]): Promise<void>;
  /** Takes note of a job that has ended; call it for each. `isWhole`: its result was stored. */
  finishJob(job: Job, isWhole: boolean): Promise<void>;
}

/**
 * Makes rows searchable that a stage saves before it is done, such as the captions of a long video. `derived`
 * lists the stages that derive their rows from all others.
 */
export function createPartialResults(options: {
  readonly catalogue: VideoCatalogue;
  readonly derivedStages: readonly Stage[];
  readonly running: () => readonly RunningJob[];
  readonly onChange: (videoId: string) => void;
  readonly log: Log;
}): PartialResults {
  const { catalogue, derivedStages, log } = options;
  /** Time at which a derivation was last planned per content, in monotonic ms. */
  const lastDerivedMs = new Map<string, number>();
  /** Contents whose latest saved rows are not derived yet, with the stage that saved them. */
  const staleStages = new Map<string, Stage>();
  /** Contents whose rows were saved during a derivation of older rows. */
  const overtakenVideos = new Set<string>();

  const isDerived = (stage: Stage) => derivedStages.includes(stage);

  async function rederive(videoId: string): Promise<void> {
    await catalogue
      .change((view) => withoutDerivedStages(view, videoId, derivedStages))
      .catch((error: unknown) => log.warn('rows not derived', { videoId, error: String(error) }));
  }

  return {
    async save(job, rows) {
      const { videoId, stage } = job;
      const now = performance.now();
      const isDue = now - (lastDerivedMs.get(videoId) ?? Number.NEGATIVE_INFINITY) >= MIN_DERIVE_INTERVAL_MS;
      const descriptions = [{ videoId, uri: '', stage, rows }];
      try {
        await catalogue.change((view) =>
          view.copiesOf(videoId).length > 0
            ? { descriptions, ...(isDue ? withoutDerivedStages(view, videoId, derivedStages) : {}) }
            : undefined,
        );
      } catch (error) {
        // If the final result cannot be written either, settling the job reports it.
        log.warn('rows not saved', { job: job.key, error: String(error) });
        return;
      }
      if (!isDue) {
        staleStages.set(videoId, stage);
        return;
      }
      lastDerivedMs.set(videoId, now);
      staleStages.delete(videoId);
      if (
        options
          .running()
          .some((runningJob) => runningJob.job.videoId === videoId && isDerived(runningJob.job.stage))
      )
        overtakenVideos.add(videoId);
      options.onChange(videoId);
    },
    async finishJob({ videoId, stage }, isWhole) {
      if (isDerived(stage)) {
        if (overtakenVideos.delete(videoId)) await rederive(videoId);
        return;
      }
      if (staleStages.get(videoId) !== stage) return;
      staleStages.delete(videoId);
      lastDerivedMs.delete(videoId);
      // A complete result changes the recipe, which triggers the derivation.
      if (!isWhole) await rederive(videoId);
    },
  };
}

/** Returns a batch that marks the derived stages as not done, so that they are planned again. */
function withoutDerivedStages(
  view: CatalogueView,
  videoId: string,
  derivedStages: readonly Stage[],
): WriteBatch {
  const record = view.video(videoId);
  if (record === undefined) return {};
  const done = Object.entries(record.done).filter(([stage]) => !derivedStages.includes(stage as Stage));
  return { videos: [{ ...record, done: Object.fromEntries(done) }] };
}
