import type { EvidenceKind } from '../../../protocol/base.ts';
import type { Evidence } from '../../../protocol/search.ts';
import type { Facts } from './facts.ts';
import type { Stage } from './stage.ts';
import type { TimeRange, Uri } from './time-range.ts';

export { EVIDENCE_LABELS } from '../../../protocol/names.ts';

export type LineKind = EvidenceKind;

/** One piece of text with its time, of any kind; Cues keep their own edges. */
export type Line = Evidence;

/** A sentence of a summary with the Clips that it rests on; it leads to them and is no evidence by itself. */
export interface SummaryNote {
  readonly text: string;
  readonly clips: readonly TimeRange[];
}

/**
 * What one stage found in one Clip: the row that is kept. `uri` is the copy's where it rests on the path
 * (sidecar Cues), else empty. Vectors are never kept here.
 */
export interface Description extends TimeRange {
  /** Hash of videoId, uri, stage and the range. */
  readonly id: string;
  readonly videoId: string;
  readonly uri: Uri | '';
  readonly clipId: string;
  readonly stage: Stage;
  readonly lines: readonly Line[];
  readonly facts?: Facts;
  /** Of the stage `summary` alone, whose range is the whole Video and whose lines are none. */
  readonly notes?: readonly SummaryNote[];
  /** Who made it: `tesseract.js eng`, `measured`, a model id, a track. */
  readonly describer: string;
  readonly recipe: string;
}
