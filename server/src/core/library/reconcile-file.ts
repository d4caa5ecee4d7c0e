import type { DiskFile } from '../domain/disk-file.ts';
import type { Uri } from '../domain/time-range.ts';
import type { Sidecar, VideoFile } from '../domain/video.ts';
import type { MediaFailure } from '../errors/media-failure.ts';
import { isSampleWholeFile } from './content-sampling.ts';
import { dateInName } from './file-name-date.ts';

/**
 * What a look at the disk means for the stored copies. Every `copy` is the row as it should now stand; its path
 * stages are in `done` only where their rows still hold. Changes come in an order that is safe to commit one by one:
 * a moved content gets its new copy before its old path is removed.
 */
export type FileChange =
  /** A path that was not known. Its videoId may name a content that is stored already: a copy shares it. */
  | { readonly kind: 'added'; readonly copy: VideoFile }
  /**
   * The content of a known path now lies here; `from` follows as `removed`, unless something else now lies there.
   * `before`: another content that lay here. `redo`: as in `touched`.
   */
  | {
      readonly kind: 'moved';
      readonly copy: VideoFile;
      readonly from: Uri;
      readonly before?: VideoFile;
      readonly redo: boolean;
    }
  /** The path holds another content: rows of `before.videoId` that rest on this path no longer hold. */
  | { readonly kind: 'modified'; readonly copy: VideoFile; readonly before: VideoFile }
  /**
   * Size or time were written anew. `redo`: the samples are equal and no digest of the old bytes was kept, so the
   * videoId stays and every stage of the content must run again under it.
   */
  | { readonly kind: 'touched'; readonly copy: VideoFile; readonly redo: boolean }
  /** Sidecars were added, edited or removed: the Cues of this path alone. */
  | { readonly kind: 'sidecars'; readonly copy: VideoFile }
  /** Only `heldBy` or `digest` differ. */
  | { readonly kind: 'noted'; readonly copy: VideoFile }
  /** The file cannot be read or does not settle: `copy.failures.probe` says why. It is tried again at each look. */
  | { readonly kind: 'failed'; readonly copy: VideoFile }
  /** The path is gone, or nobody holds it any longer. */
  | { readonly kind: 'removed'; readonly uri: Uri; readonly videoId: string };

/** The entry in Copy.heldBy of an `index` run, which names files wherever they go. */
export const INDEX_RUN_HOLDER = 'index';

/** What stat alone says of a path. */
export type StatVerdict = 'same' | 'sidecars' | 'identify';

/** A stored copy with an equal sample at another path, and what lies at its path now. */
export interface SamplePeer {
  readonly copy: VideoFile;
  /** `here`: unchanged by stat. `gone`: no file there, or another one. `unknown`: its folder is offline. */
  readonly presence: 'here' | 'gone' | 'unknown';
}

/** A file that stat said must be identified. */
export interface SampledFile {
  readonly file: DiskFile;
  readonly heldBy: readonly string[];
  readonly sample: string;
  readonly digest?: string;
  /** The copy stored under the same path. */
  readonly before?: VideoFile;
}

/** Either a decision, or which files a digest must be had of before one can be made. */
export type ContentVerdict =
  | { readonly digests: readonly Uri[]; readonly change?: undefined }
  | { readonly digests?: undefined; readonly change: FileChange };

export function compareStat(file: DiskFile, before: VideoFile | undefined): StatVerdict {
  if (before === undefined || before.sample === '') return 'identify';
  if (before.bytes !== file.bytes || before.modifiedMs !== file.modifiedMs) return 'identify';
  return isSameSidecars(file.sidecars, before.sidecars) ? 'same' : 'sidecars';
}

function isSameSidecars(a: readonly Sidecar[], b: readonly Sidecar[]): boolean {
  return (
    a.length === b.length &&
    a.every((sidecar, at) => {
      const other = b[at];
      return (
        sidecar.uri === other?.uri && sidecar.bytes === other.bytes && sidecar.modifiedMs === other.modifiedMs
      );
    })
  );
}

/** True where `uri` is `root` or lies below it. */
export function isWithin(uri: Uri, root: Uri): boolean {
  return uri === root || uri.startsWith(root.endsWith('/') ? root : `${root}/`);
}

/** The copy with its Cues to be made again from other sidecars. */
export function withChangedSidecars(before: VideoFile, file: DiskFile): VideoFile {
  const { cues: _done, ...done } = before.done;
  const { cues: _failure, ...failures } = before.failures;
  const { subtitled: _subtitled, ...kept } = before;
  return { ...kept, sidecars: file.sidecars, done, failures };
}

/** The copy without one holder; undefined where nobody holds it then. */
export function withoutHolder(copy: VideoFile, holder: string): VideoFile | undefined {
  const heldBy = copy.heldBy.filter((name) => name !== holder);
  return heldBy.length === 0 ? undefined : { ...copy, heldBy };
}

export function withHolders(copy: VideoFile, holders: readonly string[]): VideoFile {
  if (holders.every((holder) => copy.heldBy.includes(holder))) return copy;
  return { ...copy, heldBy: [...new Set([...copy.heldBy, ...holders])].sort() };
}

/** The name of a content: from its sample, or from its digest where another content has the sample already. */
function toVideoId(hash: string): string {
  return `v${hash.slice(0, 31)}`;
}

/** The row of a file that cannot be identified: its videoId and sample are empty. */
export function toFailedVideoFile(
  file: DiskFile,
  heldBy: readonly string[],
  before: VideoFile | undefined,
  failure: MediaFailure,
): VideoFile {
  return {
    ...createVideoFile({ file, heldBy, sample: '', before }, ''),
    failures: { probe: failure },
  };
}

/**
 * Whose content a file is. Stat made us look and the sample proposes; a full digest decides before two files are
 * called one, and when the time changed under an equal sample. `peers` are all other stored copies with this sample.
 */
export function decideContent(sampled: SampledFile, peers: readonly SamplePeer[]): ContentVerdict {
  const { file, before } = sampled;
  const whole = isSampleWholeFile(file.bytes);
  const contentHash = (hash: string | undefined) => (whole ? sampled.sample : hash);
  const ownHash = contentHash(sampled.digest);

  if (before !== undefined && before.sample === sampled.sample) {
    if (ownHash === undefined) return { digests: [file.uri] };
    const storedHash = contentHash(before.digest);
    const disputed = peers.some(
      ({ copy }) => copy.videoId === before.videoId && copy.digest !== undefined && copy.digest !== ownHash,
    );
    if (storedHash === ownHash || (storedHash === undefined && !disputed)) {
      return {
        change: { kind: 'touched', copy: renewVideoFile(sampled, before), redo: storedHash === undefined },
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
  if (renamedPeer !== undefined) return { change: toMoved(sampled, renamedPeer.copy, false) };

  if (peers.length > 0) {
    const undigested = peers
      .filter((peer) => peer.presence === 'here' && contentHash(peer.copy.digest) === undefined)
      .map((peer) => peer.copy.uri);
    if (ownHash === undefined) return { digests: [file.uri, ...undigested] };
    if (undigested.length > 0) return { digests: undigested };
    const identicalPeer = peers.find((peer) => contentHash(peer.copy.digest) === ownHash);
    if (identicalPeer !== undefined) {
      if (identicalPeer.presence === 'gone') return { change: toMoved(sampled, identicalPeer.copy, false) };
      return { change: toAddedOrModified(sampled, identicalPeer.copy.videoId) };
    }
    const undecidedPeer = peers.find(
      (peer) => peer.presence === 'gone' && contentHash(peer.copy.digest) === undefined,
    );
    if (undecidedPeer !== undefined) return { change: toMoved(sampled, undecidedPeer.copy, true) };
    return { change: toAddedOrModified(sampled, toVideoId(ownHash)) };
  }
  const sampleIsTaken = before?.sample === sampled.sample && ownHash !== undefined;
  return { change: toAddedOrModified(sampled, toVideoId(sampleIsTaken ? ownHash : sampled.sample)) };
}

/** A file whose content has this name and was not moved here. */
function toAddedOrModified(sampled: SampledFile, videoId: string): FileChange {
  const copy = createVideoFile(sampled, videoId);
  return sampled.before === undefined
    ? { kind: 'added', copy }
    : { kind: 'modified', copy, before: sampled.before };
}

function toMoved(sampled: SampledFile, from: VideoFile, redo: boolean): FileChange {
  const copy: VideoFile = {
    ...createVideoFile(sampled, from.videoId),
    recordedMs: chooseRecordedMs(sampled.file, from),
    digest: sampled.digest ?? from.digest,
    forgotten: from.forgotten,
  };
  const heldCopy = from.heldBy.includes(INDEX_RUN_HOLDER) ? withHolders(copy, [INDEX_RUN_HOLDER]) : copy;
  return { kind: 'moved', copy: heldCopy, from: from.uri, before: sampled.before, redo };
}

function renewVideoFile(sampled: SampledFile, before: VideoFile): VideoFile {
  const { file, digest } = sampled;
  const withSidecars = isSameSidecars(file.sidecars, before.sidecars)
    ? before
    : withChangedSidecars(before, file);
  return {
    ...withHolders(withSidecars, sampled.heldBy),
    bytes: file.bytes,
    modifiedMs: file.modifiedMs,
    digest,
    recordedMs: chooseRecordedMs(file, before),
  };
}

function createVideoFile(sampled: SampledFile, videoId: string): VideoFile {
  const { file, before } = sampled;
  return {
    uri: file.uri,
    path: file.path,
    videoId,
    bytes: file.bytes,
    modifiedMs: file.modifiedMs,
    sample: sampled.sample,
    digest: sampled.digest,
    sidecars: file.sidecars,
    heldBy: [...new Set([...(before?.heldBy ?? []), ...sampled.heldBy])].sort(),
    done: {},
    failures: {},
    forgotten: before?.forgotten ?? false,
    recordedMs: datedByPath(file),
  };
}

/** The date that the path alone gives: the one in the name, else the file's. */
function datedByPath({ path, modifiedMs }: Pick<DiskFile, 'path' | 'modifiedMs'>): number {
  return dateInName(path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)) ?? modifiedMs;
}

/** A container's date is kept; a date that was only the path's follows the path. */
function chooseRecordedMs(file: DiskFile, before: VideoFile): number {
  const isOfPath = before.recordedMs === before.modifiedMs || before.recordedMs === datedByPath(before);
  return isOfPath ? datedByPath(file) : before.recordedMs;
}

function toFileName(uri: Uri): string {
  return uri.slice(uri.lastIndexOf('/') + 1);
}
