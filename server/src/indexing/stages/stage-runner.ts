import type { Description } from '../../core/domain/description.ts';
import type { Outline, Passage } from '../../core/domain/passage.ts';
import type { VideoFile, VideoRecord } from '../../core/domain/video.ts';
import type { MediaFailure } from '../../core/errors/media-failure.ts';
import type { StagePlan } from '../../core/pipeline/planner.ts';
import type { RowReplacement, WriteBatch } from '../../ports/store.ts';
import type { Turn } from '../priority-gate.ts';

/** What a stage works on. `record` is absent for `probe` alone. */
export interface StageInput {
  readonly copy: VideoFile;
  readonly record: VideoRecord | undefined;
  /** True where the rows of the path are wanted, false for those of the content. */
  readonly path: boolean;
  readonly recipe: string;
  /** Awaited before each batch that is given to a model: a question that is being answered goes first. */
  readonly turn: Turn;
}

/** What a stage found; rows replace those of the same stage and place. */
export interface StageResult {
  /** What this stage learned of the content. `subtitled` of a path stage belongs to the copy. */
  readonly recordUpdate?: Partial<Pick<VideoRecord, 'probe' | 'clips' | 'textTimes' | 'subtitled'>>;
  readonly descriptions?: readonly Description[];
  /** A part that could not be done; the rest is in the rows. */
  readonly failure?: MediaFailure;
  /** Rows of other stages cut anew, and derived rows. */
  readonly recutRows?: readonly (RowReplacement<Description> & { readonly stage: Description['stage'] })[];
  readonly passages?: readonly RowReplacement<Passage>[];
  readonly outlines?: readonly Outline[];
  readonly vectors?: WriteBatch['vectors'];
}

/** One stage: how it is planned and how it is run. `run` rejects with FailureError for bad media. */
export interface StageRunner {
  readonly plan: StagePlan;
  /** `save` stores rows of content before the stage is done; those given replace all of the stage. */
  run(
    input: StageInput,
    onShare: (share: number) => void,
    signal: AbortSignal,
    save: (descriptions: readonly Description[]) => Promise<void>,
  ): Promise<StageResult>;
}
