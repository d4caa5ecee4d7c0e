import { isSidecar } from './media-extensions.ts';

/** Folders beside videos that hold their subtitles. */
const SUBTITLE_FOLDERS = new Set(['sub', 'subs', 'subtitle', 'subtitles', 'captions']);

export function isSubtitleFolder(name: string): boolean {
  return SUBTITLE_FOLDERS.has(name.toLowerCase());
}

/** What downloaders write beside a video in JSON that is no transcript. */
const NOTES = /\.(?:info|live_chat|meta|metadata|description|annotations)\.json$/i;

/**
 * Tells whether a name is that of a subtitle file. `.sub` beside an `.idx` holds pictures: the `.idx` stands for both.
 */
export function isTextSidecar(name: string, names: ReadonlySet<string>): boolean {
  if (!isSidecar(name) || NOTES.test(name)) return false;
  if (!/\.sub$/i.test(name)) return true;
  const stem = name.slice(0, -'.sub'.length);
  return !names.has(`${stem}.idx`) && !names.has(`${stem}.IDX`);
}

/** Names as they are compared: case does not matter, nor whether an accent is a character of its own. */
const comparable = (name: string) => name.normalize('NFC').toLowerCase();

/** Zoom writes the size of the picture behind a recording's name, `GMT20260101-100000_Recording_1920x1080.mp4`. */
const RECORDING =
  /^(gmt\d{8}-\d{6}_recording(?:_\d{1,3})?)(?:_(?:avo|as|gallery|gvo|cc|transcript|[a-z]{2,8}))*(?:_\d{3,4}x\d{3,4})?$/;

/**
 * The media files of one folder by what a sidecar's name may begin with: the stem (`talk` of talk.mp4, for
 * talk.en.srt), the whole name (for talk.mp4.srt) and the recording of a meeting.
 */
export class SidecarOwners<T> {
  readonly #owners = new Map<string, T[]>();
  readonly #all: T[] = [];

  add(name: string, owner: T): void {
    this.#all.push(owner);
    const lower = comparable(name);
    const dot = lower.lastIndexOf('.');
    const stem = dot > 0 ? lower.slice(0, dot) : lower;
    for (const key of new Set([lower, stem, RECORDING.exec(stem)?.[1] ?? stem])) {
      const owners = this.#owners.get(key);
      if (owners === undefined) this.#owners.set(key, [owner]);
      else owners.push(owner);
    }
  }

  /**
   * Whose sidecar a text file is, by its path from the folder: beside the videos, in a subtitle folder (there any name
   * will do where there is but one video), or in a folder there that is named as the video.
   */
  findOwners(relative: string): readonly T[] {
    const [first = '', second, third, ...deeper] = relative.split('/');
    if (second === undefined) return this.#named(first);
    if (!isSubtitleFolder(first) || deeper.length > 0) return [];
    if (third !== undefined) return this.#owners.get(comparable(second)) ?? [];
    const namedOwners = this.#named(second);
    return namedOwners.length === 0 && this.#all.length === 1 ? this.#all : namedOwners;
  }

  /** By the longest stem alone: talk.part2.srt is not for talk.mp4 where there is a talk.part2.mp4. */
  #named(name: string): readonly T[] {
    const lower = comparable(name);
    for (let dot = lower.lastIndexOf('.'); dot > 0; dot = lower.lastIndexOf('.', dot - 1)) {
      const owners = this.#owners.get(lower.slice(0, dot));
      if (owners !== undefined) return owners;
    }
    return [];
  }
}
