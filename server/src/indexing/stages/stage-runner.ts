import type { Description } from '../../core/domain/description.ts';
import type { Outline, Passage } from '../../core/domain/passage.ts';
import type { VideoFile, VideoRecord } from '../../core/domain/video.ts';
import type { MediaFailure } from '../../core/errors/media-failure.ts';
import type { StagePlan } from '../../core/pipeline/planner.ts';
import type { RowReplacement, WriteBatch } from '../../ports/store.ts';
import type { WaitForTurn } from '../priority-gate.ts';

/** The input of a stage. `record` is missing only for `probe`. */
export interface StageInput {
  readonly copy: VideoFile;
  readonly record: VideoRecord | undefined;
  /** True to create the rows of the path, false for those of the content. */
  readonly path: boolean;
  readonly recipe: string;
  /** Awaited before each batch for a model, so that a question goes first. */
  readonly turn: WaitForTurn;
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
