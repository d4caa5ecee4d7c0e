import type { Uri } from '../core/domain/time-range.ts';
import type { VideoFile, VideoRecord } from '../core/domain/video.ts';

/** Gives search and answers access to copies and contents in memory. */
export interface CatalogueReader {
  /** Increases with every write to the index. */
  readonly revision: number;
  copy(uri: Uri): VideoFile | undefined;
  video(videoId: string): VideoRecord | undefined;
  /** Always in the same order. */
  copiesOf(videoId: string): readonly VideoFile[];
  copies(): Iterable<VideoFile>;
  /** Returns the copy itself, or all copies below a folder. */
  under(uri: Uri): readonly VideoFile[];
}
