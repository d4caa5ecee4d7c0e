import { titleOf } from '../core/outline.ts';
import { overviewOf } from '../core/overview.ts';
import type { Question } from '../core/question.ts';
import { holds } from '../core/rescore.ts';
import type { Copy } from '../core/video.ts';
import { analyse } from '../core/words.ts';
import type { Catalogue } from './catalogue.ts';

/** The copies that a question about a whole video means, each content once; none where it asks for a place. */
export function wholeVideos(
  input: string,
  question: Question,
  catalogue: Catalogue,
  allowed: readonly Copy[],
): readonly Copy[] {
  const words = question.concepts.filter(({ weak }) => !weak).map(({ plain }) => plain);
  const naming = overviewOf(input, words);
  if (!naming) return [];
  // "the lecture" is a word for any video, but a file may be called so.
  const exactly = called(words, question, catalogue, allowed);
  const named = exactly.length > 0 ? exactly : called(naming, question, catalogue, allowed);
  return once(named);
}

/** Each content once, the newest first. */
export function once(copies: readonly Copy[]): readonly Copy[] {
  const newest = [...copies].sort((a, b) => b.recordedMs - a.recordedMs || (a.uri < b.uri ? -1 : 1));
  const seen = new Set<string>();
  return newest.filter(({ videoId }) => !seen.has(videoId) && seen.add(videoId));
}

/** Copies whose names hold all of those words; all of them where there are none. */
function called(
  words: readonly string[],
  question: Question,
  catalogue: Catalogue,
  copies: readonly Copy[],
): readonly Copy[] {
  const asked = question.concepts.flatMap(({ plain }, id) => (words.includes(plain) ? [id] : []));
  if (asked.length === 0) return copies;
  return copies.filter((copy) => {
    const terms = termsOfNames(catalogue, copy, question.language);
    return asked.every((id) => holds(question, id, terms));
  });
}

export function termsOfNames(catalogue: Catalogue, copy: Copy, language: string): ReadonlySet<string> {
  return new Set(analyse(titleOf(copy, catalogue.video(copy.videoId)), language).split(' '));
}

/** The one copy whose names hold the most words that are asked for; [] where none holds any, or several as many. */
export function bestNamed(
  question: Question,
  catalogue: Catalogue,
  copies: readonly Copy[],
): readonly Copy[] {
  const held = copies.map((copy) => {
    const terms = termsOfNames(catalogue, copy, question.language);
    return { copy, count: question.strong.filter((id) => holds(question, id, terms)).length };
  });
  const most = Math.max(0, ...held.map(({ count }) => count));
  const best = held.filter(({ count }) => count === most && most > 0);
  return best.length === 1 ? best.map(({ copy }) => copy) : [];
}
