import type { Description } from '../domain/description.ts';
import type { VectorRow } from '../domain/vector.ts';
import type { VideoFile, VideoRecord } from '../domain/video.ts';
import type { Job } from './job.ts';

/**
 * A job with everything that its stage reads besides the media, so that a worker needs no index. Plain data without
 * secrets: it travels through a queue engine.
 */
export interface WorkTask {
  readonly job: Job;
  readonly copy: VideoFile;
  /** All copies of the content that are not forgotten. */
  readonly copies: readonly VideoFile[];
  readonly record: VideoRecord;
  /** Rows as stages stored them, of the stages that this one reads. */
  readonly stored: readonly Description[];
  /** The same kind of rows with user corrections applied. */
  readonly corrected: readonly Description[];
  readonly vectors: readonly VectorRow[];
  /** The store's count of lost vectors, which is part of recipes. */
  readonly lostVectorCount: number;
  /** Revision of the corrections of the content, which is part of recipes. */
  readonly correctionsRevision: string;
  /** Words that people have corrected transcripts to. Missing from older daemons. */
  readonly learnedWords?: readonly string[];
}
