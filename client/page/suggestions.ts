import type { VideoResult } from '../../server/protocol/videos.ts';
import { toMomentKind } from './moments.ts';
import type { Suggestion } from './state.ts';
import { nameOf } from './text.ts';

/** Limits the characters of a line that becomes a question. Longer ones are not read at a glance. */
const LENGTH = { min: 14, max: 80 };

/** Returns whether a line on screen reads like a heading: a few words, mostly letters, no code, path or number. */
function isHeading(text: string): boolean {
  const words = text.trim().split(/\s+/);
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  return (
    words.length >= 2 &&
    words.length <= 7 &&
    text.length <= LENGTH.max &&
    letters / text.length > 0.75 &&
    /^\p{Lu}/u.test(text) &&
    !/[\d%/\\{}<>=$|:]/.test(text)
  );
}

const fits = (text: string) => text.length >= LENGTH.min && text.length <= LENGTH.max;

/**
 * Returns questions that a video's own words suggest, best first: a question that is asked in it, then the headings
 * that it shows. Nothing is invented, so each has a place that it comes from.
 */
export function suggestQuestions({ uri, path, lines }: VideoResult): readonly Suggestion[] {
  const place = nameOf(path);
  const asked = lines.flatMap(({ kind, text, startMs }) =>
    kind === 'speech'
      ? (text.match(/[^.!?]+\?/g) ?? [])
          .map((question) => question.trim())
          .filter(fits)
          .map((question) => ({ question, uri, ms: startMs, kind: toMomentKind(kind), place }))
      : [],
  );
  const headings = lines.flatMap(({ kind, text, startMs }) => {
    const [first = ''] = text.split(/[\n.]/);
    return kind === 'screenText' && isHeading(first)
      ? [{ question: `Where is “${first.trim()}” shown?`, uri, ms: startMs, kind: toMomentKind(kind), place }]
      : [];
  });
  return [...asked, ...headings];
}

/** Takes suggestions from each video in turn, so that they come from different ones. */
export function mixSuggestions(
  byVideo: readonly (readonly Suggestion[])[],
  count: number,
): readonly Suggestion[] {
  const mixed: Suggestion[] = [];
  const longest = Math.max(0, ...byVideo.map(({ length }) => length));
  for (let at = 0; at < longest && mixed.length < count; at += 1)
    for (const suggestions of byVideo) {
      const suggestion = suggestions[at];
      const isKnown = mixed.some(({ question }) => question === suggestion?.question);
      if (suggestion !== undefined && !isKnown && mixed.length < count) mixed.push(suggestion);
    }
  return mixed;
}
