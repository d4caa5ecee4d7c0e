import type { EvidenceKind } from '../../../protocol/base.ts';
import type { TimeRange } from './time-range.ts';

export type { AlertEvent } from '../../../protocol/alerts.ts';
export { EVIDENCE_KINDS } from '../../../protocol/names.ts';

/** A saved search that notifies when newly indexed text matches it. */
export interface Alert {
  readonly id: string;
  readonly query: string;
  /** Milliseconds since 1970. */
  readonly createdMs: number;
  /** Whether the desktop shows a notification. */
  readonly desktop: boolean;
  /** Address on this machine that each event is posted to. */
  readonly webhook?: string;
}

/** A sentence that matched an alert. */
export interface AlertMatch extends TimeRange {
  readonly alertId: string;
  readonly videoId: string;
  readonly kind: EvidenceKind;
  readonly text: string;
  readonly speaker?: string;
  /** Milliseconds since 1970. */
  readonly matchedMs: number;
}
