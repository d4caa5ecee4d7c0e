import type { EvalItem, EvalTask, SpanSeconds } from '../item.ts';

/** One line of a set's own subtitles. Times in seconds, from the start of its part of the video. */
export interface SetCue {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A part of a video that comes as a folder of pictures. */
export interface FramePart {
  /** Name that gold spans refer to. */
  readonly name: string;
  /** Folders to look for, relative to the videos folder. The first that exists counts. */
  readonly folders: readonly string[];
  readonly cues: readonly SetCue[];
}

/** Where a video comes from. Sets that offer several forms list the best first. */
export type VideoSource =
  /** A file, by its name without extension; the first that is found counts. */
  | { readonly kind: 'file'; readonly stems: readonly string[] }
  /** Pictures of one or more parts, joined to one video in this order. */
  | { readonly kind: 'frames'; readonly parts: readonly FramePart[]; readonly fps: number };

/** One video of a set. */
export interface SetVideo {
  readonly id: string;
  readonly sources: readonly VideoSource[];
  /** Names of subtitle files without extension. */
  readonly subtitleStems: readonly string[];
  /** Subtitles that come inside the set's annotations, for a source of kind `file`. */
  readonly cues?: readonly SetCue[];
}

/** An item before its video was built: spans may refer to a part of the video. */
export interface ParsedItem extends EvalItem {
  /** The part that `gold.spans` refers to; absent if they refer to the whole video. */
  readonly part?: string;
}

/** What a set's files say. */
export interface ParsedSet {
  readonly items: readonly ParsedItem[];
  readonly videos: readonly SetVideo[];
  /** One sentence for each entry that could not be used. */
  readonly problems: readonly string[];
}

/** A file of a set, read as text. */
export interface SetFile {
  /** Path relative to the folder it was found in. */
  readonly name: string;
  readonly text: string;
}

/** Files that an adapter needs, by glob patterns relative to the annotations or subtitles folder. */
export interface WantedFiles {
  readonly role: string;
  readonly patterns: readonly string[];
  readonly folder: 'annotations' | 'subtitles';
  readonly required: boolean;
}

/** Reads one data set. All members but `parse` are for people. */
export interface SetAdapter {
  readonly id: string;
  readonly title: string;
  readonly task: EvalTask;
  /** Published number of items, if known, and of which split. */
  readonly size: string;
  readonly licence: string;
  /** Where to get it. */
  readonly source: string;
  readonly files: readonly WantedFiles[];
  /** Table and column of the reference's paper; absent if it has none. */
  readonly paper?: { readonly table: PaperTable; readonly column: string };
  /** Reads a subtitle file in the set's own format. Without it, subtitle files are used as they are. */
  readonly parseSubtitles?: (file: SetFile) => readonly SetCue[];
  /** Converts the files' texts. Never throws: entries that cannot be used become problems. */
  readonly parse: (files: ReadonlyMap<string, readonly SetFile[]>) => ParsedSet;
}

export type PaperTable = 'axes' | 'short' | 'long';

/** Moves spans to another origin. */
export function shiftSpans(spans: readonly SpanSeconds[], seconds: number): readonly SpanSeconds[] {
  return spans.map(([start, end]) => [start + seconds, end + seconds]);
}
