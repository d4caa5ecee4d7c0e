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
const DERIVE_MS = 20_000;

export interface Saving {
  /** Stores rows of an unfinished stage and schedules their derivation. */
  save(job: Job, rows: readonly Description[]): Promise<void>;
  /** Takes note of a job that has ended; call it for each. `isWhole`: its result was stored. */
  ended(job: Job, isWhole: boolean): Promise<void>;
}

/**
 * Makes rows searchable that a stage saves before it is done, such as the captions of a long video. `derived`
 * lists the stages that derive their rows from all others.
 */
export function createSaving(options: {
  readonly catalogue: VideoCatalogue;
  readonly derived: readonly Stage[];
  readonly running: () => readonly RunningJob[];
  readonly onChange: (videoId: string) => void;
  readonly log: Log;
}): Saving {
  const { catalogue, derived, log } = options;
  /** Time at which a derivation was last planned per content, in monotonic ms. */
  const derivedMs = new Map<string, number>();
  /** Contents whose latest saved rows are not derived yet, with the stage that saved them. */
  const stale = new Map<string, Stage>();
  /** Contents whose rows were saved during a derivation of older rows. */
  const overtaken = new Set<string>();

  const isDerived = (stage: Stage) => derived.includes(stage);

  async function deriveAgain(videoId: string): Promise<void> {
    await catalogue
      .change((view) => withoutDerived(view, videoId, derived))
      .catch((error: unknown) => log.warn('rows not derived', { videoId, error: String(error) }));
  }

  return {
    async save(job, rows) {
      const { videoId, stage } = job;
      const now = performance.now();
      const due = now - (derivedMs.get(videoId) ?? Number.NEGATIVE_INFINITY) >= DERIVE_MS;
      const descriptions = [{ videoId, uri: '', stage, rows }];
      try {
        await catalogue.change((view) =>
          view.copiesOf(videoId).length > 0
            ? { descriptions, ...(due ? withoutDerived(view, videoId, derived) : {}) }
            : undefined,
        );
      } catch (error) {
        // If the final result cannot be written either, settling the job reports it.
        log.warn('rows not saved', { job: job.key, error: String(error) });
        return;
      }
      if (!due) {
        stale.set(videoId, stage);
        return;
      }
      derivedMs.set(videoId, now);
      stale.delete(videoId);
      if (options.running().some((it) => it.job.videoId === videoId && isDerived(it.job.stage)))
        overtaken.add(videoId);
      options.onChange(videoId);
    },
    async ended({ videoId, stage }, isWhole) {
      if (isDerived(stage)) {
        if (overtaken.delete(videoId)) await deriveAgain(videoId);
        return;
      }
      if (stale.get(videoId) !== stage) return;
      stale.delete(videoId);
      derivedMs.delete(videoId);
      // A complete result changes the recipe, which triggers the derivation.
      if (!isWhole) await deriveAgain(videoId);
    },
  };
}

/** Returns a batch that marks the derived stages as not done, so that they are planned again. */
function withoutDerived(view: CatalogueView, videoId: string, derived: readonly Stage[]): WriteBatch {
  const record = view.video(videoId);
  if (record === undefined) return {};
  const done = Object.entries(record.done).filter(([stage]) => !derived.includes(stage as Stage));
  return { videos: [{ ...record, done: Object.fromEntries(done) }] };
}
