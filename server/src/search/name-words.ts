import type { VideoFile, VideoRecord } from '../core/domain/video.ts';
import { tokenize } from '../core/language/tokenizer.ts';
import { toTitleText } from '../core/ranking/build-outline.ts';
import { toComparableText } from '../core/ranking/query-filter.ts';
import type { CatalogueReader } from './catalogue-reader.ts';

/**
 * Caches values derived from the title and path of a copy. A changed copy is a new object, so entries are
 * never stale.
 */
interface CopyNames {
  readonly record: VideoRecord | undefined;
  /** Content words of the title. */
  words?: readonly string[];
  /** Path and title as `in:` compares them. */
  place?: string;
}

interface WordCounts {
  readonly revision: number;
  readonly counts: ReadonlyMap<string, number>;
}

const namesByCopy = new WeakMap<VideoFile, CopyNames>();
const countsByCatalogue = new WeakMap<CatalogueReader, WordCounts>();

function loadNames(copy: VideoFile, record: VideoRecord | undefined): CopyNames {
  const cachedNames = namesByCopy.get(copy);
  if (cachedNames && sameNames(cachedNames.record, record)) return cachedNames;
  const names: CopyNames = { record };
  namesByCopy.set(copy, names);
  return names;
}

/** Compares titles and devices, which rarely change while indexing replaces a record many times. */
function sameNames(a: VideoRecord | undefined, b: VideoRecord | undefined): boolean {
  return a === b || (a?.probe.title === b?.probe.title && a?.probe.device === b?.probe.device);
}

function titleWords(copy: VideoFile, record: VideoRecord | undefined): readonly string[] {
  const names = loadNames(copy, record);
  names.words ??= tokenize(toTitleText(copy, record)).words.map(({ word }) => word);
  return names.words;
}

/** Returns a copy's path and title as comparable text, in which `in:` searches. */
export function placeText(copy: VideoFile, record: VideoRecord | undefined): string {
  const names = loadNames(copy, record);
  names.place ??= toComparableText(`${copy.path} ${toTitleText(copy, record)}`);
  return names.place;
}

/**
 * Counts each word in the titles of all copies. Titles are read once per copy and counted again only after
 * the index has changed.
 */
export function countNameWords(catalogue: CatalogueReader): ReadonlyMap<string, number> {
  const { revision } = catalogue;
  const cachedCounts = countsByCatalogue.get(catalogue);
  if (cachedCounts?.revision === revision) return cachedCounts.counts;
  const counts = countNameWordsOf(catalogue, catalogue.copies());
  countsByCatalogue.set(catalogue, { revision, counts });
  return counts;
}

/** Counts each word in the titles of some copies. */
export function countNameWordsOf(
  catalogue: CatalogueReader,
  copies: Iterable<VideoFile>,
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const copy of copies)
    for (const word of titleWords(copy, catalogue.video(copy.videoId)))
      counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}
