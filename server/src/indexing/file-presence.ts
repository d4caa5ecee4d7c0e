import type { VideoFile } from '../core/domain/video.ts';
import { inodeOf } from '../core/library/same-file.ts';
import type { Disk } from '../ports/disk.ts';

/** Returns whether the file of a copy is unchanged since the last scan, by size and time. A recording may have been continued. */
export async function presenceOf(disk: Disk, copy: VideoFile): Promise<'same' | 'changed' | 'gone'> {
  try {
    const now = await disk.stat(copy.uri, new AbortController().signal);
    if (now === undefined) return 'gone';
    // What is known of a recording stays right while it is continued.
    if (copy.growing?.isReadable && inodeOf(now.changeStamp) === inodeOf(copy.changeStamp))
      return now.bytes >= copy.bytes ? 'same' : 'changed';
    return now.bytes === copy.bytes && now.modifiedMs === copy.modifiedMs ? 'same' : 'changed';
  } catch {
    // No permission or not a regular file: the stage reports it better.
    return 'same';
  }
}
