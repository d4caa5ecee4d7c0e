import type { Log } from '../base/log.ts';
import type { Description } from '../core/domain/description.ts';
import type { Stage } from '../core/domain/stage.ts';
import type { Job } from '../core/pipeline/job.ts';
import type { RunningJob } from '../ports/executor.ts';
import type { WriteBatch } from '../ports/store.ts';
import type { CatalogueView, VideoCatalogue } from './catalogue.ts';

/** What a stage saves on its way is searched so much later at most, ms: deriving Passages of a long video costs a second. */
const DERIVE_MS = 20_000;

export interface Saving {
  /** Stores rows of a stage that is not done, and has them derived before long. */
  save(job: Job, rows: readonly Description[]): Promise<void>;
  /** Call it with each job that has ended; `isWhole`: its result was stored. */
  ended(job: Job, isWhole: boolean): Promise<void>;
}

/**
 * Keeps what is searched up with rows that a stage saves before it is done, such as the captions of a long video.
 * `derived` are the stages whose rows are made from all others'.
 */
export function createSaving(options: {
  readonly catalogue: VideoCatalogue;
  readonly derived: readonly Stage[];
  readonly running: () => readonly RunningJob[];
  readonly onChange: (videoId: string) => void;
  readonly log: Log;
}): Saving {
  const { catalogue, derived, log } = options;
  /** When saved rows of a content were last planned to be derived; monotonic ms. */
  const derivedMs = new Map<string, number>();
  /** Contents whose latest saved rows are not derived, with the stage that saved them. */
  const stale = new Map<string, Stage>();
  /** Contents with rows that were saved while older ones were being derived. */
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
        // If the whole result cannot be written either, settling the job reports it.
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
      // A whole result has another recipe, and is derived for that.
      if (!isWhole) await deriveAgain(videoId);
    },
  };
}

/** Returns the record as if the derived stages had not run, so that they are planned again. */
function withoutDerived(view: CatalogueView, videoId: string, derived: readonly Stage[]): WriteBatch {
  const record = view.video(videoId);
  if (record === undefined) return {};
  const done = Object.entries(record.done).filter(([stage]) => !derived.includes(stage as Stage));
  return { videos: [{ ...record, done: Object.fromEntries(done) }] };
}
