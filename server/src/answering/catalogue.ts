import type { Uri } from '../core/range.ts';
import type { Copy, VideoRecord } from '../core/video.ts';

/** What answering must know of copies and contents; whoever keeps them in memory offers it. */
export interface Catalogue {
  /** Grows with every write to the index. */
  readonly revision: number;
  copy(uri: Uri): Copy | undefined;
  video(videoId: string): VideoRecord | undefined;
  /** In the same order at every call. */
  copiesOf(videoId: string): readonly Copy[];
  copies(): Iterable<Copy>;
  /** The copy itself, or all copies below a folder. */
  under(uri: Uri): readonly Copy[];
}
