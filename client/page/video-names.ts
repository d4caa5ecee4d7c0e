import type { Uri } from '../../server/protocol/base.ts';
import type { VideoItem } from '../../server/protocol/videos.ts';
import { nameOf } from './text.ts';

/** Shorter names without an ending, such as "cat", are too often plain words. */
const MIN_STEM_CHARS = 4;

/** A piece of a text. With `uri` it is the name of that video. */
export interface NamedPiece {
  readonly text: string;
  readonly uri?: Uri;
}

type Named = Pick<VideoItem, 'uri' | 'path'>;

/** Returns the videos whose names a text contains, by name: with the ending of the file or without it. */
export function videosNamedIn(text: string, videos: readonly Named[]): ReadonlyMap<string, Uri> {
  const named = new Map<string, Uri>();
  for (const { uri, path } of videos) {
    const name = nameOf(path);
    const stem = name.replace(/\.[^.]+$/, '');
    if (stem.length < MIN_STEM_CHARS || !text.includes(stem)) continue;
    if (text.includes(name)) named.set(name, uri);
    // A plain word is no name: "aquarium" in a sentence may mean any.
    else if (/[^\p{L}]/u.test(stem) || text.includes(`“${stem}”`) || text.includes(`"${stem}"`))
      named.set(stem, uri);
  }
  return named;
}

const isWordPart = (character: string | undefined) =>
  character !== undefined && /[\p{L}\p{N}_-]/u.test(character);

/** Splits a text at names of videos. Of names that begin at the same place, the longest counts. */
export function splitVideoNames(text: string, named: ReadonlyMap<string, Uri>): readonly NamedPiece[] {
  const names = [...named.keys()].toSorted((a, b) => b.length - a.length);
  const pieces: NamedPiece[] = [];
  let plain = '';
  let at = 0;
  while (at < text.length) {
    const start = at;
    const name = isWordPart(text[start - 1])
      ? undefined
      : names.find(
          (candidate) => text.startsWith(candidate, start) && !isWordPart(text[start + candidate.length]),
        );
    if (name === undefined) {
      plain += text[at];
      at += 1;
      continue;
    }
    if (plain !== '') pieces.push({ text: plain });
    plain = '';
    pieces.push({ text: name, uri: named.get(name) });
    at += name.length;
  }
  return plain === '' ? pieces : [...pieces, { text: plain }];
}
