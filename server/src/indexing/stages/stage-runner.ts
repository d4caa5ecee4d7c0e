import type { Description } from '../../core/domain/description.ts';
import type { Outline, Passage } from '../../core/domain/passage.ts';
import type { Ms, TimeRange } from '../../core/domain/time-range.ts';
import type { VideoFile, VideoRecord } from '../../core/domain/video.ts';
import type { MediaFailure } from '../../core/errors/media-failure.ts';
import type { StagePlan } from '../../core/pipeline/planner.ts';
import type { RowReplacement, WriteBatch } from '../../ports/store.ts';
import type { WaitForTurn } from '../priority-gate.ts';

/** Where a stage goes on with a recording. */
export interface RecordingProgress {
  /** Clips before this time are done, and their rows stay; 0 to start. */
  readonly fromMs: Ms;
  /** True while the last clip may still become longer. */
  readonly isOpen: boolean;
}

/** The input of a stage. `record` is missing only for `probe`. */
export interface StageInput {
  readonly copy: VideoFile;
  readonly record: VideoRecord | undefined;
  /** True to create the rows of the path, false for those of the content. */
  readonly path: boolean;
  /** Without how far a recording had been written. */
  readonly recipe: string;
  /** Set while the video is still being recorded, and when the rest of it is read. */
  readonly recording?: RecordingProgress;
  /** Awaited before each batch for a model, so that a question goes first. */
  readonly turn: WaitForTurn;
}

/** Replaces the clips of a recording from a time on, and divides what follows them. */
export interface ClipUpdate {
  readonly fromMs: Ms;
  readonly clips: readonly TimeRange[];
  /** Length that clips are to have, ms. */
  readonly clipMs: Ms;
}

/** The result of a stage. Rows replace those of the same stage and place. */
export interface StageResult {
  /** Updates of the content's record. `subtitled` of a path stage belongs to the copy. */
  readonly recordUpdate?: Partial<
    Pick<
      VideoRecord,
      'probe' | 'clips' | 'textTimes' | 'subtitled' | 'soundTrack' | 'soundChannel' | 'speech'
    >
  >;
  /** How the clips of a recording change. Applied to those that it has by then, because it may have become longer. */
  readonly clipUpdate?: ClipUpdate;
  readonly descriptions?: readonly Description[];
  /** Failure of a part; everything else is in the rows. */
  readonly failure?: MediaFailure;
  /** Regrouped rows of other stages, and derived rows. */
  readonly recutRows?: readonly (RowReplacement<Description> & { readonly stage: Description['stage'] })[];
  readonly passages?: readonly RowReplacement<Passage>[];
  readonly outlines?: readonly Outline[];
  readonly vectors?: WriteBatch['vectors'];
}

/** Defines how a stage is planned and run. `run` rejects with MediaFailureError for bad media. */
export interface StageRunner {
  readonly plan: StagePlan;
  /** `save` stores rows of the content before the stage is done. They replace all rows of the stage. */
  run(
    input: StageInput,
    onShare: (share: number) => void,
    signal: AbortSignal,
    save: (descriptions: readonly Description[]) => Promise<void>,
  ): Promise<StageResult>;
}
