import type { VideoFile, VideoRecord } from '../core/domain/video.ts';
import { analyse } from '../core/language/tokenizer.ts';
import { typedExtensions } from '../core/library/media-extensions.ts';
import type { Question } from '../core/query/question-analysis.ts';
import { parseOverviewQuestion } from '../core/query/question-intent.ts';
import { toTitleText } from '../core/ranking/build-outline.ts';
import { matchesConcept } from '../core/ranking/concept-match.ts';
import type { CatalogueReader } from '../search/catalogue-reader.ts';

/**
 * Returns the videos that a question asks about as a whole, one copy per content. Returns [] if it asks about
 * a moment.
 */
export function findWholeVideos(
  input: string,
  question: Question,
  catalogue: CatalogueReader,
  allowedVideos: readonly VideoFile[],
): readonly VideoFile[] {
  const extensions = typedExtensions(input);
  const words = question.concepts
    .filter(({ weak, plain }) => !weak && !extensions.has(plain))
    .map(({ plain }) => plain);
  const nameWords = parseOverviewQuestion(input, words);
  if (!nameWords) return [];
  // "The lecture" can mean any video, but a file may be named so.
  const exactMatches = findByNames(words, question, catalogue, allowedVideos);
  const nameMatches =
    exactMatches.length > 0 ? exactMatches : findByNames(nameWords, question, catalogue, allowedVideos);
  return distinctByContent(nameMatches);
}

/** Returns the names of a copy: its file name without the extension, and its title. */
export function videoNames(copy: VideoFile, record: VideoRecord | undefined): readonly string[] {
  const file = copy.path.split(/[\\/]/).at(-1) ?? copy.path;
  return [...new Set([file.replace(/\.[^.]+$/, ''), record?.probe.title?.trim() ?? ''])].filter(Boolean);
}

/** Returns one copy per content, newest first. */
export function distinctByContent(copies: readonly VideoFile[]): readonly VideoFile[] {
  const newestFirst = [...copies].sort((a, b) => b.recordedMs - a.recordedMs || (a.uri < b.uri ? -1 : 1));
  const seenVideoIds = new Set<string>();
  return newestFirst.filter(({ videoId }) => !seenVideoIds.has(videoId) && seenVideoIds.add(videoId));
}

/** Returns the copies whose names contain all the words; all copies if there are no words. */
function findByNames(
  words: readonly string[],
  question: Question,
  catalogue: CatalogueReader,
  copies: readonly VideoFile[],
): readonly VideoFile[] {
  const conceptIds = question.concepts.flatMap(({ plain }, id) => (words.includes(plain) ? [id] : []));
  if (conceptIds.length === 0) return copies;
  return copies.filter((copy) => {
    const terms = titleTerms(catalogue, copy, question.language);
    return conceptIds.every((id) => matchesConcept(question, id, terms));
  });
}

export function titleTerms(
  catalogue: CatalogueReader,
  copy: VideoFile,
  language: string,
): ReadonlySet<string> {
  return new Set(analyse(toTitleText(copy, catalogue.video(copy.videoId)), language).split(' '));
}

/** Returns the copies whose names contain the most words of the question; [] if none contains any. */
export function findBestNamed(
  question: Question,
  catalogue: CatalogueReader,
  copies: readonly VideoFile[],
): readonly VideoFile[] {
  const matchCounts = copies.map((copy) => {
    const terms = titleTerms(catalogue, copy, question.language);
    return { copy, count: question.strong.filter((id) => matchesConcept(question, id, terms)).length };
  });
  const maxCount = Math.max(0, ...matchCounts.map(({ count }) => count));
  return matchCounts.filter(({ count }) => count === maxCount && maxCount > 0).map(({ copy }) => copy);
}
