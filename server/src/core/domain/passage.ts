import type { Line } from './description.ts';
import type { TimeRange, Uri } from './time-range.ts';

/**
 * The unit of word retrieval: a 60 s window of lines, 30 s apart, derived from Descriptions and never a source
 * of truth. `terms` is what the full-text index sees: analysed content words (see words.ts).
 */
export interface Passage extends TimeRange {
  readonly id: string;
  readonly videoId: string;
  /** The copy's where its lines rest on the path, else empty. */
  readonly uri: Uri | '';
  readonly terms: string;
  readonly lines: readonly Line[];
}

/** One row a copy: names, tags and all its words, for video-level matching. */
export interface Outline {
  readonly uri: Uri;
  readonly videoId: string;
  readonly terms: string;
  /** File name, folder names, container title, device, date: as shown. */
  readonly title: string;
}
