import type { Uri } from '../core/domain/time-range.ts';
import type { VideoFile, VideoRecord } from '../core/domain/video.ts';

/** What answering must know of copies and contents; whoever keeps them in memory offers it. */
export interface CatalogueReader {
  /** Grows with every write to the index. */
  readonly revision: number;
  copy(uri: Uri): VideoFile | undefined;
  video(videoId: string): VideoRecord | undefined;
  /** In the same order at every call. */
  copiesOf(videoId: string): readonly VideoFile[];
  copies(): Iterable<VideoFile>;
  /** The copy itself, or all copies below a folder. */
  under(uri: Uri): readonly VideoFile[];
}
