import type { DiskFile } from '../core/domain/disk-file.ts';
import type { Uri } from '../core/domain/time-range.ts';
import type { VideoFile } from '../core/domain/video.ts';
import {
  type FileChange,
  toGrownRecording,
  toMovedRecording,
  toStartedRecording,
  toUnreadableRecording,
} from '../core/library/reconcile-file.ts';
import { inodeOf } from '../core/library/same-file.ts';
import { isClosed, isContinued, isRecording } from '../core/recording/judge-growth.ts';
import type { Disk, RecordingReading } from '../ports/disk.ts';

/** A file that is new or changed according to stat. */
export interface UnidentifiedFile {
  readonly file: DiskFile;
  readonly holders: readonly string[];
}

/** Time without a write after which a file of which nothing could be read is looked at as a complete one, ms. */
const COMPLETE_AFTER_MS = 1500;

/**
 * What a file on disk means as a recording.
 * - `follow`: the change, or undefined if nothing has changed.
 * - `complete`: it is to be identified by its whole content. `before` is what it continues.
 */
export type RecordingVerdict =
  | { readonly kind: 'follow'; readonly change: FileChange | undefined }
  | { readonly kind: 'complete'; readonly before: VideoFile | undefined };

/**
 * Decides whether a file whose copy is stored continues a recording. `isShared`: the content is at another path too, where
 * it stays as it was. Rejects with MediaFailureError.
 */
export async function followRecording(
  { file, holders }: UnidentifiedFile,
  before: VideoFile | undefined,
  isShared: boolean,
  disk: Disk,
  signal: AbortSignal,
): Promise<RecordingVerdict> {
  const { growing } = before ?? {};
  if (before === undefined) return { kind: 'complete', before };
  if (growing === undefined && isShared) return { kind: 'complete', before };
  if (growing === undefined) return followCompleteFile({ file, holders }, before, disk, signal);
  const reading = await disk.recording(file.uri, signal);
  if (!growing.isReadable) {
    if (reading.quietMs >= COMPLETE_AFTER_MS) return { kind: 'complete', before };
    if (!isRecording(reading)) return { kind: 'follow', change: undefined };
    return startRecording({ file, holders }, reading, before, disk, signal);
  }
  if (!(await continues(file.uri, before, growing.blocks, reading, disk, signal)))
    return { kind: 'complete', before: { ...before, growing: undefined } };
  if (isClosed(reading)) return { kind: 'complete', before };
  if (reading.bytes === before.bytes && reading.modifiedMs === before.modifiedMs)
    return { kind: 'follow', change: undefined };
  return growRecording({ file, holders }, reading, before, disk, signal);
}

/** A complete file that was appended to is a recording after a pause. */
async function followCompleteFile(
  candidate: UnidentifiedFile,
  before: VideoFile,
  disk: Disk,
  signal: AbortSignal,
): Promise<RecordingVerdict> {
  const { uri, bytes } = candidate.file;
  const isLonger = before.sample !== '' && bytes > before.bytes;
  if (!isLonger || !(await beginsWith(uri, before, disk, signal))) return { kind: 'complete', before };
  const reading = await disk.recording(uri, signal);
  // Containers that are not read in parts are other files when they are longer.
  if ((reading.layout?.parts.length ?? 0) === 0) return { kind: 'complete', before };
  return growRecording(candidate, reading, before, disk, signal);
}

/** Returns whether a file begins with all that another version of it contained. */
async function beginsWith(
  uri: Uri,
  { bytes, sample, openBlocks = [] }: VideoFile,
  disk: Disk,
  signal: AbortSignal,
): Promise<boolean> {
  if ((await disk.sample(uri, signal, bytes)) === sample) return true;
  return openBlocks.length > 0 && isContinued(openBlocks, await disk.growthBlocks(uri, bytes, signal));
}

/** Age up to which a complete file may be a recording that pauses, ms. */
const MAX_PAUSE_MS = 60_000;

/**
 * Returns the blocks by which a complete file is recognised if its recorder goes on with it. Undefined if it was not
 * written lately, or if it says that it is complete.
 */
export async function readOpenBlocks(
  { uri, bytes, modifiedMs }: DiskFile,
  disk: Disk,
  signal: AbortSignal,
): Promise<readonly string[] | undefined> {
  if (Date.now() - modifiedMs > MAX_PAUSE_MS) return undefined;
  const { layout } = await disk.recording(uri, signal);
  return layout?.isFinished === false ? disk.growthBlocks(uri, bytes, signal) : undefined;
}

async function continues(
  uri: Uri,
  before: VideoFile,
  blocks: readonly string[],
  { bytes }: RecordingReading,
  disk: Disk,
  signal: AbortSignal,
): Promise<boolean> {
  return bytes >= before.bytes && isContinued(blocks, await disk.growthBlocks(uri, before.bytes, signal));
}

/** Returns what a file means that is seen being written, and was not known as a recording. */
export async function startRecording(
  { file, holders }: UnidentifiedFile,
  reading: RecordingReading,
  before: VideoFile | undefined,
  disk: Disk,
  signal: AbortSignal,
): Promise<RecordingVerdict> {
  const { bytes, modifiedMs, changeStamp } = reading;
  const current = { ...file, bytes, modifiedMs, changeStamp };
  if (!isRecording(reading)) {
    if (before?.growing?.isReadable === false) return { kind: 'follow', change: undefined };
    return {
      kind: 'follow',
      change: { kind: 'failed', copy: toUnreadableRecording(current, holders, before) },
    };
  }
  const blocks = await disk.growthBlocks(file.uri, bytes, signal);
  // A row without content has nothing that the new one would replace.
  const replaced = before?.videoId === '' ? undefined : before;
  return { kind: 'follow', change: toStartedRecording({ file: current, holders, before: replaced }, blocks) };
}

async function growRecording(
  { file, holders }: UnidentifiedFile,
  { bytes, modifiedMs, changeStamp }: RecordingReading,
  before: VideoFile,
  disk: Disk,
  signal: AbortSignal,
): Promise<RecordingVerdict> {
  const current = { ...file, bytes, modifiedMs, changeStamp };
  const blocks = await disk.growthBlocks(file.uri, bytes, signal);
  return { kind: 'follow', change: toGrownRecording({ file: current, holders, before }, before, blocks) };
}

/** Finds the recording that a new path continues, because it was renamed: the same file, and its old path is gone. */
export async function findMovedRecording(
  { file, holders }: UnidentifiedFile,
  recordings: readonly VideoFile[],
  isGone: (copy: VideoFile) => Promise<boolean>,
): Promise<FileChange | undefined> {
  const inode = inodeOf(file.changeStamp);
  if (inode === undefined) return undefined;
  for (const recording of recordings) {
    const isSame = recording.growing?.isReadable === true && inodeOf(recording.changeStamp) === inode;
    if (!isSame || recording.uri === file.uri || file.bytes < recording.bytes) continue;
    if (await isGone(recording)) return toMovedRecording({ file, holders }, recording);
  }
  return undefined;
}
