import type { DiskFile } from './diskFile.ts';
import type { Failure } from './failure.ts';
import { dateInName } from './name-date.ts';
import type { Uri } from './range.ts';
import { sampleIsWhole } from './sampling.ts';
import type { Copy, Sidecar } from './video.ts';

/**
 * What a look at the disk means for the stored copies. Every `copy` is the row as it should now stand; its path
 * stages are in `done` only where their rows still hold. Changes come in an order that is safe to commit one by one:
 * a moved content gets its new copy before its old path is removed.
 */
export type Change =
  /** A path that was not known. Its videoId may name a content that is stored already: a copy shares it. */
  | { readonly kind: 'added'; readonly copy: Copy }
  /**
   * The content of a known path now lies here; `from` follows as `removed`, unless something else now lies there.
   * `before`: another content that lay here. `redo`: as in `touched`.
   */
  | {
      readonly kind: 'moved';
      readonly copy: Copy;
      readonly from: Uri;
      readonly before?: Copy;
      readonly redo: boolean;
    }
  /** The path holds another content: rows of `before.videoId` that rest on this path no longer hold. */
  | { readonly kind: 'modified'; readonly copy: Copy; readonly before: Copy }
  /**
   * Size or time were written anew. `redo`: the samples are equal and no digest of the old bytes was kept, so the
   * videoId stays and every stage of the content must run again under it.
   */
  | { readonly kind: 'touched'; readonly copy: Copy; readonly redo: boolean }
  /** Sidecars were added, edited or removed: the Cues of this path alone. */
  | { readonly kind: 'sidecars'; readonly copy: Copy }
  /** Only `heldBy` or `digest` differ. */
  | { readonly kind: 'noted'; readonly copy: Copy }
  /** The file cannot be read or does not settle: `copy.failures.probe` says why. It is tried again at each look. */
  | { readonly kind: 'failed'; readonly copy: Copy }
  /** The path is gone, or nobody holds it any longer. */
  | { readonly kind: 'removed'; readonly uri: Uri; readonly videoId: string };

/** The entry in Copy.heldBy of an `index` run, which names files wherever they go. */
export const RUN = 'index';

/** What stat alone says of a path. */
export type Look = 'same' | 'sidecars' | 'identify';

/** A stored copy with an equal sample at another path, and what lies at its path now. */
export interface Peer {
  readonly copy: Copy;
  /** `here`: unchanged by stat. `gone`: no file there, or another one. `unknown`: its folder is offline. */
  readonly presence: 'here' | 'gone' | 'unknown';
}

/** A file that stat said must be identified. */
export interface Arrival {
  readonly file: DiskFile;
  readonly heldBy: readonly string[];
  readonly sample: string;
  readonly digest?: string;
  /** The copy stored under the same path. */
  readonly before?: Copy;
}

/** Either a decision, or which files a digest must be had of before one can be made. */
export type Verdict =
  | { readonly digests: readonly Uri[]; readonly change?: undefined }
  | { readonly digests?: undefined; readonly change: Change };

export function look(file: DiskFile, before: Copy | undefined): Look {
  if (before === undefined || before.sample === '') return 'identify';
  if (before.bytes !== file.bytes || before.modifiedMs !== file.modifiedMs) return 'identify';
  return sameSidecars(file.sidecars, before.sidecars) ? 'same' : 'sidecars';
}

export function sameSidecars(a: readonly Sidecar[], b: readonly Sidecar[]): boolean {
  return (
    a.length === b.length &&
    a.every((one, at) => {
      const other = b[at];
      return one.uri === other?.uri && one.bytes === other.bytes && one.modifiedMs === other.modifiedMs;
    })
  );
}

/** True where `uri` is `root` or lies below it. */
export function isWithin(uri: Uri, root: Uri): boolean {
  return uri === root || uri.startsWith(root.endsWith('/') ? root : `${root}/`);
}

/** The copy with its Cues to be made again from other sidecars. */
export function withSidecars(before: Copy, file: DiskFile): Copy {
  const { cues: _done, ...done } = before.done;
  const { cues: _failure, ...failures } = before.failures;
  const { subtitled: _subtitled, ...kept } = before;
  return { ...kept, sidecars: file.sidecars, done, failures };
}

/** The copy without one holder; undefined where nobody holds it then. */
export function without(copy: Copy, holder: string): Copy | undefined {
  const heldBy = copy.heldBy.filter((name) => name !== holder);
  return heldBy.length === 0 ? undefined : { ...copy, heldBy };
}

export function withHolders(copy: Copy, holders: readonly string[]): Copy {
  if (holders.every((holder) => copy.heldBy.includes(holder))) return copy;
  return { ...copy, heldBy: [...new Set([...copy.heldBy, ...holders])].sort() };
}

/** The name of a content: from its sample, or from its digest where another content has the sample already. */
export function videoIdOf(hash: string): string {
  return `v${hash.slice(0, 31)}`;
}

/** The row of a file that cannot be identified: its videoId and sample are empty. */
export function failedCopy(
  file: DiskFile,
  heldBy: readonly string[],
  before: Copy | undefined,
  failure: Failure,
): Copy {
  return {
    ...fresh({ file, heldBy, sample: '', before }, ''),
    failures: { probe: failure },
  };
}

/**
 * Whose content a file is. Stat made us look and the sample proposes; a full digest decides before two files are
 * called one, and when the time changed under an equal sample. `peers` are all other stored copies with this sample.
 */
export function decide(arrival: Arrival, peers: readonly Peer[]): Verdict {
  const { file, before } = arrival;
  const whole = sampleIsWhole(file.bytes);
  const known = (hash: string | undefined) => (whole ? arrival.sample : hash);
  const own = known(arrival.digest);

  if (before !== undefined && before.sample === arrival.sample) {
    if (own === undefined) return { digests: [file.uri] };
    const old = known(before.digest);
    const disputed = peers.some(
      ({ copy }) => copy.videoId === before.videoId && copy.digest !== undefined && copy.digest !== own,
    );
    if (old === own || (old === undefined && !disputed)) {
      return { change: { kind: 'touched', copy: renewed(arrival, before), redo: old === undefined } };
    }
  }
  const renamed = peers
    .filter((peer) => peer.presence === 'gone' && peer.copy.modifiedMs === file.modifiedMs)
    .sort(
      (a, b) =>
        Number(nameOf(b.copy.uri) === nameOf(file.uri)) - Number(nameOf(a.copy.uri) === nameOf(file.uri)),
    )[0];
  if (renamed !== undefined) return { change: moved(arrival, renamed.copy, false) };

  if (peers.length > 0) {
    const wanted = peers
      .filter((peer) => peer.presence === 'here' && known(peer.copy.digest) === undefined)
      .map((peer) => peer.copy.uri);
    if (own === undefined) return { digests: [file.uri, ...wanted] };
    if (wanted.length > 0) return { digests: wanted };
    const twin = peers.find((peer) => known(peer.copy.digest) === own);
    if (twin !== undefined) {
      if (twin.presence === 'gone') return { change: moved(arrival, twin.copy, false) };
      return { change: placed(arrival, twin.copy.videoId) };
    }
    const unsure = peers.find((peer) => peer.presence === 'gone' && known(peer.copy.digest) === undefined);
    if (unsure !== undefined) return { change: moved(arrival, unsure.copy, true) };
    return { change: placed(arrival, videoIdOf(own)) };
  }
  const taken = before?.sample === arrival.sample && own !== undefined;
  return { change: placed(arrival, videoIdOf(taken ? own : arrival.sample)) };
}

/** A file whose content has this name and was not moved here. */
function placed(arrival: Arrival, videoId: string): Change {
  const copy = fresh(arrival, videoId);
  return arrival.before === undefined
    ? { kind: 'added', copy }
    : { kind: 'modified', copy, before: arrival.before };
}

function moved(arrival: Arrival, from: Copy, redo: boolean): Change {
  const copy: Copy = {
    ...fresh(arrival, from.videoId),
    recordedMs: recordedOf(arrival.file, from),
    digest: arrival.digest ?? from.digest,
    forgotten: from.forgotten,
  };
  const held = from.heldBy.includes(RUN) ? withHolders(copy, [RUN]) : copy;
  return { kind: 'moved', copy: held, from: from.uri, before: arrival.before, redo };
}

function renewed(arrival: Arrival, before: Copy): Copy {
  const { file, digest } = arrival;
  const kept = sameSidecars(file.sidecars, before.sidecars) ? before : withSidecars(before, file);
  return {
    ...withHolders(kept, arrival.heldBy),
    bytes: file.bytes,
    modifiedMs: file.modifiedMs,
    digest,
    recordedMs: recordedOf(file, before),
  };
}

function fresh(arrival: Arrival, videoId: string): Copy {
  const { file, before } = arrival;
  return {
    uri: file.uri,
    path: file.path,
    videoId,
    bytes: file.bytes,
    modifiedMs: file.modifiedMs,
    sample: arrival.sample,
    digest: arrival.digest,
    sidecars: file.sidecars,
    heldBy: [...new Set([...(before?.heldBy ?? []), ...arrival.heldBy])].sort(),
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
function recordedOf(file: DiskFile, before: Copy): number {
  const isOfPath = before.recordedMs === before.modifiedMs || before.recordedMs === datedByPath(before);
  return isOfPath ? datedByPath(file) : before.recordedMs;
}

function nameOf(uri: Uri): string {
  return uri.slice(uri.lastIndexOf('/') + 1);
}
