import type { VideoFile } from '../core/domain/video.ts';
import { parseOverviewQuestion } from '../core/generation/video-outline.ts';
import { analyse } from '../core/language/tokenizer.ts';
import type { Question } from '../core/query/question-analysis.ts';
import { toTitleText } from '../core/ranking/build-outline.ts';
import { matchesConcept } from '../core/ranking/concept-match.ts';
import type { CatalogueReader } from '../search/catalogue-reader.ts';

/** The copies that a question about a whole video means, each content once; none where it asks for a place. */
export function findWholeVideos(
  input: string,
  question: Question,
  catalogue: CatalogueReader,
  allowed: readonly VideoFile[],
): readonly VideoFile[] {
  const words = question.concepts.filter(({ weak }) => !weak).map(({ plain }) => plain);
  const nameWords = parseOverviewQuestion(input, words);
  if (!nameWords) return [];
  // "the lecture" is a word for any video, but a file may be called so.
  const exactMatches = findByNames(words, question, catalogue, allowed);
  const nameMatches =
    exactMatches.length > 0 ? exactMatches : findByNames(nameWords, question, catalogue, allowed);
  return distinctByContent(nameMatches);
}

/** Each content once, the newest first. */
export function distinctByContent(copies: readonly VideoFile[]): readonly VideoFile[] {
  const newestFirst = [...copies].sort((a, b) => b.recordedMs - a.recordedMs || (a.uri < b.uri ? -1 : 1));
  const seen = new Set<string>();
  return newestFirst.filter(({ videoId }) => !seen.has(videoId) && seen.add(videoId));
}

/** Copies whose names hold all of those words; all of them where there are none. */
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

/** The one copy whose names hold the most words that are asked for; [] where none holds any, or several as many. */
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
  const bestMatches = matchCounts.filter(({ count }) => count === maxCount && maxCount > 0);
  return bestMatches.length === 1 ? bestMatches.map(({ copy }) => copy) : [];
}
