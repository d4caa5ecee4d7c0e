import { formatTime } from '../core/domain/format-time.ts';
import type { VideoFile, VideoRecord } from '../core/domain/video.ts';
import { isStopWord } from '../core/language/stop-words.ts';
import type { Concept } from '../core/query/question-analysis.ts';
import { QUESTION_LANGUAGES } from '../core/query/question-intent.ts';
import { TITLE_SOURCE, toDisplayName } from '../core/ranking/build-outline.ts';
import type { Store } from '../ports/store.ts';
import type { CatalogueReader } from '../search/catalogue-reader.ts';
import { formatQuoteText } from './format-citation.ts';
import type { ResolvedQuestion } from './resolved-question.ts';
import { selectQuote } from './select-quote.ts';

const NOTHING_FOUND = 'Nothing in the index answers this.';
/** Maximum number of words that are named as missing, and of videos without text. */
const MAX_MISSING_WORDS = 3;
const MAX_SILENT_VIDEOS = 3;

/**
 * Says that nothing answers, and why: which words are found nowhere, which videos have no text to answer from, and what the
 * nearest place says. The nearest place is no answer.
 */
export async function describeRefusal(
  { store, catalogue }: { readonly store: Store; readonly catalogue: CatalogueReader },
  resolved: ResolvedQuestion,
): Promise<string> {
  const { question, absent } = resolved;
  const silent = await describeSilentVideos(store, catalogue, resolved);
  const firstLine = [NOTHING_FOUND, ...silent, ...describeWords(question.concepts, absent)].join(' ');
  const nearest = describeNearest(catalogue, resolved);
  return nearest === undefined ? firstLine : `${firstLine}\n${nearest}`;
}

/** Names the words that occur nowhere, and what was looked for in place of misspelt ones. */
function describeWords(concepts: readonly Concept[], absent: readonly number[]): readonly string[] {
  const corrected = concepts.flatMap(({ plain, typed }) =>
    typed === undefined ? [] : [`No video contains “${typed}”. Did you mean “${plain}”?`],
  );
  const missing = absent
    .flatMap((id) => concepts[id] ?? [])
    .filter(({ plain, weak, typed }) => !weak && typed === undefined && !isFunctionWord(plain))
    .slice(0, MAX_MISSING_WORDS)
    .map(({ plain }) => `“${plain}”`);
  return missing.length === 0 ? corrected : [...corrected, `Not found anywhere: ${missing.join(', ')}.`];
}

/** Returns whether a word says nothing by itself in some language: a question may be taken for another than its own. */
function isFunctionWord(word: string): boolean {
  return QUESTION_LANGUAGES.some((language) => isStopWord(word, language));
}

/** Says of the videos that are meant, or found by their name alone, that they have no text. */
async function describeSilentVideos(
  store: Store,
  catalogue: CatalogueReader,
  { wholeVideos, rankedPlaces }: ResolvedQuestion,
): Promise<readonly string[]> {
  const foundByName = rankedPlaces
    .filter(({ hit }) =>
      hit.evidence.every(({ kind, source }) => kind === 'facts' || source === TITLE_SOURCE),
    )
    .flatMap(({ hit }) => catalogue.copy(hit.uri) ?? []);
  const candidates = [...new Set([...wholeVideos, ...foundByName])].slice(0, MAX_SILENT_VIDEOS);
  const notices: string[] = [];
  for (const copy of candidates) {
    const record = catalogue.video(copy.videoId);
    const rows = await store.descriptions(copy.videoId, copy.uri);
    const hasText = rows.some(({ lines }) => lines.some(({ kind }) => kind !== 'facts' && kind !== 'frame'));
    if (!hasText) notices.push(describeSilence(copy, record));
  }
  return notices;
}

function describeSilence(copy: VideoFile, record: VideoRecord | undefined): string {
  const name = toDisplayName(copy, record);
  const hasSound = record?.probe.streams.some(({ kind }) => kind === 'audio') ?? false;
  return hasSound
    ? `“${name}” has sound and no transcript.`
    : `“${name}” has no sound, and no text in its picture is known.`;
}

/** Quotes the nearest place as such. */
function describeNearest(
  catalogue: CatalogueReader,
  { question, rankedPlaces }: ResolvedQuestion,
): string | undefined {
  const [nearest] = rankedPlaces;
  const copy = nearest && catalogue.copy(nearest.hit.uri);
  const sentences = nearest ? selectQuote(question, nearest) : [];
  const [first] = sentences;
  if (!copy || !first) return undefined;
  const name = toDisplayName(copy, catalogue.video(copy.videoId));
  return `The nearest place is ${name} at ${formatTime(first.startMs)}: ${formatQuoteText(sentences)}`;
}
