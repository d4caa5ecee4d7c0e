import type { CueKind } from './cue.ts';
import type { Facts } from './facts.ts';
import type { Stage } from './stage.ts';
import type { TimeRange, Uri } from './time-range.ts';

/**
 * Names the origin of a line. `tag` is text by the user. `frame` marks a picture found without text; only
 * hits contain such lines, never Descriptions.
 */
export type LineKind = CueKind | 'screenText' | 'caption' | 'facts' | 'title' | 'tag' | 'frame';

/** One piece of text of any kind with its time range. Cues keep their original edges. */
export interface Line extends TimeRange {
  readonly kind: LineKind;
  readonly text: string;
  readonly speaker?: string;
  /** Sidecar file name, `track 2`, model name, and so on. */
  readonly source: string;
  /** BCP 47 tag; missing if unknown. */
  readonly language?: string;
  /** Set if a user corrected the line: the id of the correction and the original. */
  readonly corrected?: { readonly id: string; readonly text: string; readonly speaker?: string };
}

/** One sentence of a summary and the clips it is based on. It leads to evidence but is not evidence. */
export interface SummaryNote {
  readonly text: string;
  readonly clips: readonly TimeRange[];
}

/**
 * Stores what one stage found in one clip. `uri` is set if the row depends on the path (sidecar cues) and
 * empty otherwise. Vectors are stored elsewhere.
 */
export interface Description extends TimeRange {
  /** Hash of videoId, uri, stage and range. */
  readonly id: string;
  readonly videoId: string;
  readonly uri: Uri | '';
  readonly clipId: string;
  readonly stage: Stage;
  readonly lines: readonly Line[];
  readonly facts?: Facts;
  /** Set only for stage `summary`, whose range is the whole video and whose `lines` are empty. */
  readonly notes?: readonly SummaryNote[];
  /** Creator of the row: `tesseract.js eng`, `measured`, a model id or a track. */
  readonly describer: string;
  readonly recipe: string;
}
