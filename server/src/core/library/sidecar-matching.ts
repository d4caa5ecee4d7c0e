import { isSidecar } from './media-extensions.ts';

/** Lists names of subtitle folders beside videos. */
const SUBTITLE_FOLDERS = new Set(['sub', 'subs', 'subtitle', 'subtitles', 'captions']);

export function isSubtitleFolder(name: string): boolean {
  return SUBTITLE_FOLDERS.has(name.toLowerCase());
}

/** Matches JSON files that downloaders write beside a video and that are not transcripts. */
const METADATA_FILE = /\.(?:info|live_chat|meta|metadata|description|annotations)\.json$/i;

/**
 * Returns whether a name is that of a subtitle file. A `.sub` beside an `.idx` contains pictures; the `.idx`
 * represents both.
 */
export function isTextSidecar(name: string, names: ReadonlySet<string>): boolean {
  if (!isSidecar(name) || METADATA_FILE.test(name)) return false;
  if (!/\.sub$/i.test(name)) return true;
  const stem = name.slice(0, -'.sub'.length);
  return !names.has(`${stem}.idx`) && !names.has(`${stem}.IDX`);
}

/** Normalises a name for comparison, ignoring case and the encoding of accents. */
const comparable = (name: string) => name.normalize('NFC').toLowerCase();

/**
 * Matches Zoom recordings, whose names end with the picture size:
 * `GMT20260101-100000_Recording_1920x1080.mp4`.
 */
const RECORDING_NAME =
  /^(gmt\d{8}-\d{6}_recording(?:_\d{1,3})?)(?:_(?:avo|as|gallery|gvo|cc|transcript|[a-z]{2,8}))*(?:_\d{3,4}x\d{3,4})?$/;

/**
 * Finds the media files of a folder that a sidecar belongs to. Keys are the stem (`talk` of talk.mp4, for
 * talk.en.srt), the whole name (for talk.mp4.srt) and the name of a meeting recording.
 */
export class SidecarOwners<T> {
  readonly #owners = new Map<string, T[]>();
  readonly #allOwners: T[] = [];

  add(name: string, owner: T): void {
    this.#allOwners.push(owner);
    const lower = comparable(name);
    const dot = lower.lastIndexOf('.');
    const stem = dot > 0 ? lower.slice(0, dot) : lower;
    for (const key of new Set([lower, stem, RECORDING_NAME.exec(stem)?.[1] ?? stem])) {
      const owners = this.#owners.get(key);
      if (owners === undefined) this.#owners.set(key, [owner]);
      else owners.push(owner);
    }
  }

  /**
   * Returns the owners of a sidecar, by its path relative to the folder. It may lie beside the videos, in a
   * subtitle folder, or in a subfolder of that named after the video. In a subtitle folder for a single
   * video, any name matches.
   */
  findOwners(relative: string): readonly T[] {
    const [first = '', second, third, ...deeper] = relative.split('/');
    if (second === undefined) return this.#findNamed(first);
    if (!isSubtitleFolder(first) || deeper.length > 0) return [];
    if (third !== undefined) return this.#owners.get(comparable(second)) ?? [];
    const namedOwners = this.#findNamed(second);
    return namedOwners.length === 0 && this.#allOwners.length === 1 ? this.#allOwners : namedOwners;
  }

  /** Matches the longest stem only: talk.part2.srt does not belong to talk.mp4 if talk.part2.mp4 exists. */
  #findNamed(name: string): readonly T[] {
    const lower = comparable(name);
    for (let dot = lower.lastIndexOf('.'); dot > 0; dot = lower.lastIndexOf('.', dot - 1)) {
      const owners = this.#owners.get(lower.slice(0, dot));
      if (owners !== undefined) return owners;
    }
    return [];
  }
}
