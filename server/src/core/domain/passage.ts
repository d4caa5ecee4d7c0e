import type { Line } from './description.ts';
import type { TimeRange, Uri } from './time-range.ts';

/**
 * The unit of full-text search: a 60 s window of lines; a window starts every 30 s. Derived from
 * Descriptions, never a source of truth. `terms` holds the indexed terms (see core/language/tokenizer.ts).
 */
export interface Passage extends TimeRange {
  readonly id: string;
  readonly videoId: string;
  /** URI of the copy if its lines depend on the path; otherwise empty. */
  readonly uri: Uri | '';
  readonly terms: string;
  readonly lines: readonly Line[];
}

/** One row per copy with names, tags and all its words, for matching whole videos. */
export interface Outline {
  readonly uri: Uri;
  readonly videoId: string;
  readonly terms: string;
  /** File name, folder names, container title, device and date, as shown. */
  readonly title: string;
}
