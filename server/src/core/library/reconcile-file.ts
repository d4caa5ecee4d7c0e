import type { DiskFile } from '../domain/disk-file.ts';
import type { Uri } from '../domain/time-range.ts';
import type { Sidecar, VideoFile } from '../domain/video.ts';
import type { MediaFailure } from '../errors/media-failure.ts';
import { hashText } from '../text/hash-text.ts';
import { isSampleWholeFile } from './content-sampling.ts';
import { parseDateInName } from './file-name-date.ts';

/**
 * Describes what a disk scan means for the stored copies. Every `copy` is the new row; it lists path stages
 * in `done` only if their rows are still valid. Changes are ordered so that they can be committed one by one:
 * moved content gets its new copy before its old path is removed.
 */
export type FileChange =
  /** A new path. Its videoId may belong to stored content, which the copy then shares. */
  | { readonly kind: 'added'; readonly copy: VideoFile }
  /**
   * The content of a known path moved here. `from` follows as `removed`, unless another file is there now.
   * `before`: the content that was here earlier. `redo`: see `touched`.
   */
  | {
      readonly kind: 'moved';
      readonly copy: VideoFile;
      readonly from: Uri;
      readonly before?: VideoFile;
      readonly redo: boolean;
    }
  /** The path has new content: rows of `before.videoId` that depend on this path are invalid. */
  | { readonly kind: 'modified'; readonly copy: VideoFile; readonly before: VideoFile }
  /**
   * Size or modification time changed. `redo` is set if the samples are equal but no digest of the old bytes
   * exists: the videoId stays and every stage of the content runs again.
   */
  | { readonly kind: 'touched'; readonly copy: VideoFile; readonly redo: boolean }
  /**
   * A recording was continued, or closed: the bytes before are as they were. Its content stays the same, and so do its
   * finished clips. `copy.growing` says whether it is still being written.
   */
  | { readonly kind: 'grown'; readonly copy: VideoFile }
  /** Sidecars were added, changed or removed; only the cues of this path change. */
  | { readonly kind: 'sidecars'; readonly copy: VideoFile }
  /** Only `holders` or `digest` changed. */
  | { readonly kind: 'noted'; readonly copy: VideoFile }
  /** The file is unreadable or still being written; `copy.failures.probe` says why. Every scan retries it. */
  | { readonly kind: 'failed'; readonly copy: VideoFile }
  /** The path no longer exists or no longer belongs to a watched folder or `index` run. */
  | { readonly kind: 'removed'; readonly uri: Uri; readonly videoId: string };

/**
 * Entry in `VideoFile.holders` for files indexed by an `index` run, which follows files wherever they move.
 */
export const INDEX_RUN_HOLDER = 'index';

/** Result of comparing a path by stat only. */
export type StatVerdict = 'same' | 'sidecars' | 'identify';

/** A stored copy with an equal sample at another path, and the state of that path. */
export interface SamplePeer {
  readonly copy: VideoFile;
  /** `here`: unchanged by stat. `gone`: missing or replaced. `unknown`: its folder is offline. */
  readonly presence: 'here' | 'gone' | 'unknown';
}

/** A file that must be identified, because stat found a difference. */
export interface SampledFile {
  readonly file: DiskFile;
  readonly holders: readonly string[];
  readonly sample: string;
  readonly digest?: string;
  /** See `VideoFile.openBlocks`. */
  readonly openBlocks?: readonly string[] | undefined;
  /** The copy stored for the same path. */
  readonly before?: VideoFile;
}

/** Either a decision, or the files whose digests are needed to decide. */
export type ContentVerdict =
  | { readonly digests: readonly Uri[]; readonly change?: undefined }
  | { readonly digests?: undefined; readonly change: FileChange };

type StatFacts = Pick<DiskFile, 'bytes' | 'changeStamp' | 'modifiedMs'>;

export function compareStat(file: DiskFile, previousFile: VideoFile | undefined): StatVerdict {
  if (previousFile === undefined || previousFile.sample === '') return 'identify';
  if (!isSameStat(file, previousFile)) return 'identify';
  return isSameSidecars(file.sidecars, previousFile.sidecars) ? 'same' : 'sidecars';
}

/** Compares by stat. A file without a change stamp counts as unchanged: rows of older versions have none. */
function isSameStat(a: StatFacts, b: StatFacts): boolean {
  const isStampKnown = a.changeStamp !== undefined && b.changeStamp !== undefined;
  return (
    a.bytes === b.bytes && a.modifiedMs === b.modifiedMs && (!isStampKnown || a.changeStamp === b.changeStamp)
  );
}

/** Returns whether only the change stamp differs, so that the file may have been replaced by another. */
export function hasOnlyNewStamp(file: DiskFile, copy: VideoFile): boolean {
  return file.bytes === copy.bytes && file.modifiedMs === copy.modifiedMs && !isSameStat(file, copy);
}

function isSameSidecars(a: readonly Sidecar[], b: readonly Sidecar[]): boolean {
  return (
    a.length === b.length &&
    a.every((sidecar, at) => {
      const other = b[at];
      return sidecar.uri === other?.uri && isSameStat(sidecar, other);
    })
  );
}

/** Returns whether `uri` is `root` or below it. */
export function isWithin(uri: Uri, root: Uri): boolean {
  if (!uri.startsWith(root)) return false;
  return uri.length === root.length || root.endsWith('/') || uri[root.length] === '/';
}

/** Returns whether `uri` is in one of these folders, or is one of these files; true if there are no limits. */
export function isInPlaces(uri: Uri, places: readonly Uri[] | undefined): boolean {
  return places === undefined || places.some((place) => isWithin(uri, place));
}

/** Returns the copy with change stamps and file system as they are now; the same object if it has them. */
export function withChangeStamps(copy: VideoFile, file: DiskFile): VideoFile {
  const { volume = copy.volume } = file;
  const hasStamps =
    copy.volume === volume &&
    copy.changeStamp === file.changeStamp &&
    copy.sidecars.every((sidecar, at) => sidecar.changeStamp === file.sidecars[at]?.changeStamp);
  return hasStamps ? copy : { ...copy, changeStamp: file.changeStamp, volume, sidecars: file.sidecars };
}

/** Returns the copy with changed sidecars, so that its cues are read again. */
export function withChangedSidecars(previousFile: VideoFile, file: DiskFile): VideoFile {
  const { cues: _done, ...done } = previousFile.done;
  const { cues: _failure, screenText: _pictureFailure, ...failures } = previousFile.failures;
  const { subtitled: _subtitled, ...kept } = previousFile;
  return { ...kept, sidecars: file.sidecars, done, failures };
}

/** Removes one holder from a copy; returns undefined if none is left. */
export function withoutHolder(copy: VideoFile, holder: string): VideoFile | undefined {
  const holders = copy.holders.filter((name) => name !== holder);
  return holders.length === 0 ? undefined : { ...copy, holders };
}

export function withHolders(copy: VideoFile, holders: readonly string[]): VideoFile {
  if (holders.every((holder) => copy.holders.includes(holder))) return copy;
  return { ...copy, holders: [...new Set([...copy.holders, ...holders])].sort() };
}

/**
 * Returns the id of a content: from its sample, or from its digest if another content has the same sample.
 */
function toVideoId(hash: string): string {
  return `v${hash.slice(0, 31)}`;
}

/** Returns the row of a file that cannot be identified; its videoId and sample are empty. */
export function toFailedVideoFile(
  file: DiskFile,
  holders: readonly string[],
  previousFile: VideoFile | undefined,
  failure: MediaFailure,
): VideoFile {
  return {
    ...createVideoFile({ file, holders, sample: '', before: previousFile }, ''),
    failures: { probe: failure },
  };
}

/** Returns the row of a file that is being written and of which nothing can be read yet. */
export function toUnreadableRecording(
  file: DiskFile,
  holders: readonly string[],
  previousFile: VideoFile | undefined,
): VideoFile {
  const failure: MediaFailure = {
    kind: 'unfinished',
    reason: `${file.path} is still being recorded or copied, and its format can be read only when it is complete.`,
    remedy: 'Goldfish indexes it then. Record as .mkv, .ts or fragmented .mp4 to search it earlier.',
  };
  const copy = toFailedVideoFile(file, holders, previousFile, failure);
  return { ...copy, growing: { isReadable: false, blocks: [] } };
}

/** Returns the change for a recording in progress that is seen for the first time. */
export function toStartedRecording(
  sampledFile: Omit<SampledFile, 'sample'>,
  blocks: readonly string[],
): FileChange {
  // The path, because recordings that begin alike are not the same content.
  const videoId = toVideoId(
    hashText([sampledFile.file.uri, sampledFile.file.changeStamp ?? '', ...blocks].join('\n')),
  );
  const { before } = sampledFile;
  const copy: VideoFile = {
    ...createVideoFile({ ...sampledFile, sample: '' }, videoId),
    growing: { isReadable: true, blocks },
  };
  return before === undefined ? { kind: 'added', copy } : { kind: 'modified', copy, before };
}

/** Returns the change for a recording that was continued, or moved while it is being written. */
export function toGrownRecording(
  sampledFile: Omit<SampledFile, 'sample'>,
  previousFile: VideoFile,
  blocks: readonly string[],
): FileChange {
  const renewedFile = renewVideoFile({ ...sampledFile, sample: '' }, previousFile);
  return { kind: 'grown', copy: { ...renewedFile, sample: '', growing: { isReadable: true, blocks } } };
}

/** Returns the change for a recording that was renamed while it is being written: what is known of it stays as it is. */
export function toMovedRecording(
  { file, holders }: Pick<SampledFile, 'file' | 'holders'>,
  from: VideoFile,
): FileChange {
  const { bytes, modifiedMs, growing } = from;
  const copy = createVideoFile({ file, holders, sample: '', before: undefined }, from.videoId);
  const holdersAfter = from.holders.includes(INDEX_RUN_HOLDER) ? withHolders(copy, [INDEX_RUN_HOLDER]) : copy;
  return {
    kind: 'moved',
    copy: { ...holdersAfter, bytes, modifiedMs, growing, forgotten: from.forgotten },
    from: from.uri,
    redo: false,
  };
}

/**
 * Decides which content a file has. The sample suggests a match; a full digest confirms it before two files
 * share a content, and if the time changed but the sample is equal. `peers` are all other stored copies with
 * this sample.
 */
export function decideContent(sampledFile: SampledFile, peers: readonly SamplePeer[]): ContentVerdict {
  const { file, before } = sampledFile;
  const isWholeFileSampled = isSampleWholeFile(file.bytes);
  const contentHash = (hash: string | undefined) => (isWholeFileSampled ? sampledFile.sample : hash);
  const ownHash = contentHash(sampledFile.digest);

  if (before !== undefined && before.sample === sampledFile.sample) {
    // Only the change stamp differs, as after chmod: equal samples are enough.
    if (before.bytes === file.bytes && before.modifiedMs === file.modifiedMs)
      return { change: toTouched(sampledFile, before) };
    if (ownHash === undefined) return { digests: [file.uri] };
    const storedHash = contentHash(before.digest);
    const isDisputed = peers.some(
      ({ copy }) => copy.videoId === before.videoId && copy.digest !== undefined && copy.digest !== ownHash,
    );
    if (storedHash === ownHash || (storedHash === undefined && !isDisputed)) {
      return {
        change: {
          kind: 'touched',
          copy: renewVideoFile(sampledFile, before),
          redo: storedHash === undefined,
        },
      };
    }
  }
  const renamedPeer = peers
    .filter((peer) => peer.presence === 'gone' && peer.copy.modifiedMs === file.modifiedMs)
    .sort(
      (a, b) =>
        Number(toFileName(b.copy.uri) === toFileName(file.uri)) -
        Number(toFileName(a.copy.uri) === toFileName(file.uri)),
    )[0];
  if (renamedPeer !== undefined) return { change: toMoved(sampledFile, renamedPeer.copy, false) };

  if (peers.length > 0) {
    const undigestedPeers = peers
      .filter((peer) => peer.presence === 'here' && contentHash(peer.copy.digest) === undefined)
      .map((peer) => peer.copy.uri);
    if (ownHash === undefined) return { digests: [file.uri, ...undigestedPeers] };
    if (undigestedPeers.length > 0) return { digests: undigestedPeers };
    const identicalPeer = peers.find((peer) => contentHash(peer.copy.digest) === ownHash);
    if (identicalPeer !== undefined) {
      if (identicalPeer.presence === 'gone')
        return { change: toMoved(sampledFile, identicalPeer.copy, false) };
      return { change: toAddedOrModified(sampledFile, identicalPeer.copy.videoId) };
    }
    if (before?.growing?.isReadable) return { change: toClosedRecording(sampledFile, before) };
    const undecidedPeer = peers.find(
      (peer) => peer.presence === 'gone' && contentHash(peer.copy.digest) === undefined,
    );
    if (undecidedPeer !== undefined) return { change: toMoved(sampledFile, undecidedPeer.copy, true) };
    return { change: toAddedOrModified(sampledFile, toVideoId(ownHash)) };
  }
  if (before?.growing?.isReadable) return { change: toClosedRecording(sampledFile, before) };
  const sampleIsTaken = before?.sample === sampledFile.sample && ownHash !== undefined;
  return { change: toAddedOrModified(sampledFile, toVideoId(sampleIsTaken ? ownHash : sampledFile.sample)) };
}

/** Returns the change for a recording that its recorder has closed: an ordinary file from now on, with the same content. */
function toClosedRecording(sampledFile: SampledFile, before: VideoFile): FileChange {
  const { growing: _growing, ...closedFile } = renewVideoFile(sampledFile, before);
  return { kind: 'grown', copy: { ...closedFile, sample: sampledFile.sample } };
}

/** Returns the change for a file whose bytes, size and modification time are as before. */
function toTouched(sampledFile: SampledFile, before: VideoFile): FileChange {
  const copy = renewVideoFile({ ...sampledFile, digest: before.digest }, before);
  const kind = isSameSidecars(sampledFile.file.sidecars, before.sidecars) ? 'noted' : 'sidecars';
  return { kind, copy };
}

/** Returns the change for a file whose content was not moved here. */
function toAddedOrModified(sampledFile: SampledFile, videoId: string): FileChange {
  const copy = createVideoFile(sampledFile, videoId);
  return sampledFile.before === undefined
    ? { kind: 'added', copy }
    : { kind: 'modified', copy, before: sampledFile.before };
}

function toMoved(sampledFile: SampledFile, from: VideoFile, redo: boolean): FileChange {
  const copy: VideoFile = {
    ...createVideoFile(sampledFile, from.videoId),
    recordedMs: chooseRecordedMs(sampledFile.file, from),
    digest: sampledFile.digest ?? from.digest,
    forgotten: from.forgotten,
  };
  const copyWithIndexRun = from.holders.includes(INDEX_RUN_HOLDER)
    ? withHolders(copy, [INDEX_RUN_HOLDER])
    : copy;
  return { kind: 'moved', copy: copyWithIndexRun, from: from.uri, before: sampledFile.before, redo };
}

function renewVideoFile(sampledFile: SampledFile, previousFile: VideoFile): VideoFile {
  const { file, digest, openBlocks } = sampledFile;
  const withSidecars = isSameSidecars(file.sidecars, previousFile.sidecars)
    ? previousFile
    : withChangedSidecars(previousFile, file);
  return {
    ...withHolders(withSidecars, sampledFile.holders),
    bytes: file.bytes,
    modifiedMs: file.modifiedMs,
    changeStamp: file.changeStamp,
    volume: file.volume ?? previousFile.volume,
    digest,
    ...(openBlocks !== undefined || previousFile.openBlocks !== undefined ? { openBlocks } : {}),
    recordedMs: chooseRecordedMs(file, previousFile),
  };
}

function createVideoFile(sampledFile: SampledFile, videoId: string): VideoFile {
  const { file, before } = sampledFile;
  return {
    uri: file.uri,
    path: file.path,
    videoId,
    bytes: file.bytes,
    modifiedMs: file.modifiedMs,
    changeStamp: file.changeStamp,
    volume: file.volume,
    sample: sampledFile.sample,
    digest: sampledFile.digest,
    ...(sampledFile.openBlocks !== undefined && { openBlocks: sampledFile.openBlocks }),
    sidecars: file.sidecars,
    holders: [...new Set([...(before?.holders ?? []), ...sampledFile.holders])].sort(),
    done: {},
    failures: {},
    forgotten: before?.forgotten ?? false,
    recordedMs: chooseDateByPath(file),
  };
}

/** Returns the date known from the path: the date in the name, otherwise the modification time. */
function chooseDateByPath({ path, modifiedMs }: Pick<DiskFile, 'path' | 'modifiedMs'>): number {
  return (
    parseDateInName(path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)) ?? modifiedMs
  );
}

/** Keeps a date from the container; a date from the path is recomputed for the new path. */
function chooseRecordedMs(file: DiskFile, previousFile: VideoFile): number {
  const isOfPath =
    previousFile.recordedMs === previousFile.modifiedMs ||
    previousFile.recordedMs === chooseDateByPath(previousFile);
  return isOfPath ? chooseDateByPath(file) : previousFile.recordedMs;
}

function toFileName(uri: Uri): string {
  return uri.slice(uri.lastIndexOf('/') + 1);
}
