import type { EvidenceKind } from '../../../protocol/base.ts';
import type { Evidence } from '../../../protocol/search.ts';
import type { Facts } from './facts.ts';
import type { Stage } from './stage.ts';
import type { TimeRange, Uri } from './time-range.ts';
import type { StoredVoice } from './voice.ts';

export { EVIDENCE_LABELS } from '../../../protocol/names.ts';

export type LineKind = EvidenceKind;

/** One piece of text with its time, of any kind; Cues keep their own edges. */
export type Line = Evidence;

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
  /** Set only for stage `speakers`, whose range is the whole video and whose `lines` are empty. */
  readonly voices?: readonly StoredVoice[];
  /** Creator of the row: `tesseract.js eng`, `measured`, a model id or a track. */
  readonly describer: string;
  readonly recipe: string;
}
