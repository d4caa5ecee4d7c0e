import {
  copyFileSync,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { render, srt } from '../support/watched.ts';
import type { Random } from './random.ts';

/** A video on disk, with the words that only it contains. */
export interface TrueVideo {
  readonly path: string;
  /** Word in the subtitles inside the file. */
  readonly word: string;
  /** Word in the subtitle file beside it; undefined if there is none. */
  readonly besideWord: string | undefined;
}

const SYLLABLES = ['ba', 'de', 'fi', 'go', 'lu', 'ma', 'ne', 'pi', 'ro', 'su', 'ta', 'ze'];
const FOLDERS = ['a', 'b', 'c'];
/** Upper limit of files at a time. */
const MAX_FILES = 24;

/** Returns a word of three syllables that no other number gives: no stemmer and no stop word list knows it. */
function toWord(number: number): string {
  const at = (place: number) => SYLLABLES[Math.floor(number / SYLLABLES.length ** place) % SYLLABLES.length];
  return `q${at(0)}${at(1)}${at(2)}x`;
}

/** Changes a folder of videos as users do, at random, and knows what it contains. */
export class VideoFolder {
  readonly path: string;
  readonly #random: Random;
  /** Rendered files, by their words. */
  readonly #made: ReadonlyMap<string, string>;
  readonly #outside: string;
  readonly #videos = new Map<string, TrueVideo>();
  #lastWord: number;

  private constructor(root: string, made: ReadonlyMap<string, string>, random: Random) {
    this.path = join(root, 'videos');
    this.#outside = join(root, 'outside');
    this.#made = made;
    this.#random = random;
    this.#lastWord = made.size;
    for (const name of ['', ...FOLDERS]) mkdirSync(join(this.path, name), { recursive: true });
    mkdirSync(this.#outside);
  }

  /** Renders `contents` different videos and puts half of them into the folder. */
  static async create(root: string, contents: number, random: Random): Promise<VideoFolder> {
    mkdirSync(join(root, 'made'), { recursive: true });
    const made = new Map<string, string>();
    for (let number = 0; number < contents; number += 1) {
      const word = toWord(number);
      const path = join(root, 'made', `${word}.mp4`);
      await render(path, (number * 23) % 200, `Here grows ${word}.`, 2);
      made.set(word, path);
    }
    const folder = new VideoFolder(root, made, random);
    for (let number = 0; number < contents / 2; number += 1) folder.#add();
    return folder;
  }

  /** The videos that are in the folder now, by path. */
  videos(): readonly TrueVideo[] {
    return [...this.#videos.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  /** Makes one change. */
  change(): void {
    const changes = [
      () => this.#add(),
      () => this.#add(),
      () => this.#move(),
      () => this.#move(),
      () => this.#replace(),
      () => this.#remove(),
      () => this.#copy(),
      () => this.#writeBeside(),
      () => this.#writeBeside(),
      () => this.#removeBeside(),
      () => this.#swapFolders(),
      () => this.#touch(),
    ];
    this.#random.pick(changes)();
  }

  #freePath(): string {
    for (;;) {
      const path = join(
        this.path,
        this.#random.pick(['', ...FOLDERS]),
        `clip ${this.#random.below(1000)}.mp4`,
      );
      if (!existsSync(path)) return path;
    }
  }

  #any(): TrueVideo | undefined {
    return this.#videos.size === 0 ? undefined : this.#random.pick([...this.#videos.values()]);
  }

  /** Puts a whole file at a path at once, as a file manager does within a file system. */
  #put(from: string, to: string): void {
    const partial = join(this.#outside, 'partial.mp4');
    copyFileSync(from, partial);
    renameSync(partial, to);
  }

  #add(): void {
    if (this.#videos.size >= MAX_FILES) this.#remove();
    const [word, from] = this.#random.pick([...this.#made]);
    const path = this.#freePath();
    this.#put(from, path);
    this.#videos.set(path, { path, word, besideWord: undefined });
  }

  #replace(): void {
    const video = this.#any();
    if (video === undefined) return;
    const [word, from] = this.#random.pick([...this.#made]);
    this.#put(from, video.path);
    this.#videos.set(video.path, { ...video, word });
  }

  #move(): void {
    const video = this.#any();
    if (video === undefined) return;
    const path = this.#freePath();
    renameSync(video.path, path);
    if (video.besideWord !== undefined) renameSync(besidePath(video.path), besidePath(path));
    this.#videos.delete(video.path);
    this.#videos.set(path, { ...video, path });
  }

  #copy(): void {
    const video = this.#any();
    if (video === undefined || this.#videos.size >= MAX_FILES) return;
    const path = this.#freePath();
    this.#put(video.path, path);
    this.#videos.set(path, { ...video, path, besideWord: undefined });
  }

  #remove(): void {
    const video = this.#any();
    if (video === undefined) return;
    rmSync(video.path);
    rmSync(besidePath(video.path), { force: true });
    this.#videos.delete(video.path);
  }

  #writeBeside(): void {
    const video = this.#any();
    if (video === undefined) return;
    this.#lastWord += 1;
    const besideWord = toWord(this.#lastWord);
    const partial = join(this.#outside, 'partial.srt');
    writeFileSync(partial, srt(`And there is ${besideWord}.`));
    renameSync(partial, besidePath(video.path));
    this.#videos.set(video.path, { ...video, besideWord });
  }

  #removeBeside(): void {
    const video = [...this.#videos.values()].find(({ besideWord }) => besideWord !== undefined);
    if (video === undefined) return;
    rmSync(besidePath(video.path));
    this.#videos.set(video.path, { ...video, besideWord: undefined });
  }

  /** Gives two folders each other's name. */
  #swapFolders(): void {
    const from = join(this.path, this.#random.pick(FOLDERS));
    const to = join(this.path, this.#random.pick(FOLDERS));
    if (from === to) return;
    const before = this.videos();
    const spare = join(this.path, 'spare');
    renameSync(from, spare);
    renameSync(to, from);
    renameSync(spare, to);
    const isIn = (folder: string, path: string) => path.startsWith(`${folder}/`);
    for (const { path } of before) if (isIn(from, path) || isIn(to, path)) this.#videos.delete(path);
    for (const video of before) {
      const origin = [from, to].find((folder) => isIn(folder, video.path));
      if (origin === undefined) continue;
      const path = (origin === from ? to : from) + video.path.slice(origin.length);
      this.#videos.set(path, { ...video, path });
    }
  }

  #touch(): void {
    const video = this.#any();
    if (video === undefined) return;
    const { mtimeMs } = statSync(video.path);
    const later = new Date(mtimeMs + 1000);
    utimesSync(video.path, later, later);
  }
}

const besidePath = (path: string) => path.replace(/\.mp4$/, '.srt');
