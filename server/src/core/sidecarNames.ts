import { isSidecar } from './extensions.ts';

/** Folders beside videos that hold their subtitles. */
const SUBTITLE_FOLDERS = new Set(['sub', 'subs', 'subtitle', 'subtitles', 'captions']);

export function isSubtitleFolder(name: string): boolean {
  return SUBTITLE_FOLDERS.has(name.toLowerCase());
}

/** Whether a name is that of a text sidecar; `.sub` beside an `.idx` holds pictures. */
export function isTextSidecar(name: string, names: ReadonlySet<string>): boolean {
  if (!isSidecar(name)) return false;
  if (!/\.sub$/i.test(name)) return true;
  const stem = name.slice(0, -'.sub'.length);
  return !names.has(`${stem}.idx`) && !names.has(`${stem}.IDX`);
}

/**
 * The media files of one folder by what a sidecar's name may begin with: the stem (`talk` of talk.mp4, for
 * talk.en.srt) and the whole name (for talk.mp4.srt). Case does not matter.
 */
export class Stems<T> {
  readonly #owners = new Map<string, T[]>();
  readonly #all: T[] = [];

  add(name: string, owner: T): void {
    this.#all.push(owner);
    const lower = name.toLowerCase();
    const dot = lower.lastIndexOf('.');
    for (const key of new Set([lower, dot > 0 ? lower.slice(0, dot) : lower])) {
      const owners = this.#owners.get(key);
      if (owners === undefined) this.#owners.set(key, [owner]);
      else owners.push(owner);
    }
  }

  /**
   * Whose sidecar a text file is, by its path from the folder: beside the videos, in a subtitle folder (there any name
   * will do where there is but one video), or in a folder there that is named as the video.
   */
  ownersOf(relative: string): readonly T[] {
    const [first = '', second, third, ...deeper] = relative.split('/');
    if (second === undefined) return this.#named(first);
    if (!isSubtitleFolder(first) || deeper.length > 0) return [];
    if (third !== undefined) return this.#owners.get(second.toLowerCase()) ?? [];
    const named = this.#named(second);
    return named.length === 0 && this.#all.length === 1 ? this.#all : named;
  }

  /** By the longest stem alone: talk.part2.srt is not for talk.mp4 where there is a talk.part2.mp4. */
  #named(name: string): readonly T[] {
    const lower = name.toLowerCase();
    for (let dot = lower.lastIndexOf('.'); dot > 0; dot = lower.lastIndexOf('.', dot - 1)) {
      const owners = this.#owners.get(lower.slice(0, dot));
      if (owners !== undefined) return owners;
    }
    return [];
  }
}
