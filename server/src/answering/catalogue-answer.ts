import { formatTime } from '../core/domain/format-time.ts';
import type { Answer, Scope } from '../core/domain/search-result.ts';
import type { VideoFile } from '../core/domain/video.ts';
import type { Sentence } from '../core/language/sentence-splitter.ts';
import { asksForDuration } from '../core/query/answer-kinds.ts';
import { asksForVideoCount, asksForVideosWithoutText } from '../core/query/catalogue-questions.ts';
import { parseQuery } from '../core/query/query-parser.ts';
import { asksForNothingElse } from '../core/query/question-intent.ts';
import { MAX_HIT_MS } from '../core/ranking/best-span.ts';
import { TITLE_SOURCE, toDisplayName } from '../core/ranking/build-outline.ts';
import type { Store } from '../ports/store.ts';
import type { CatalogueReader } from '../search/catalogue-reader.ts';
import { createScopeFilter } from '../search/scope-filter.ts';
import { type AskRequest, createTextWriter } from './ask-request.ts';
import { findVideosByName } from './find-videos-by-name.ts';
import { createCitation } from './format-citation.ts';
import { MAX_LISTED_QUOTES } from './list-quotes.ts';
import { distinctByContent } from './select-videos.ts';

interface CatalogueDeps {
  readonly store: Store;
  readonly catalogue: CatalogueReader;
}

/**
 * Answers what the list of videos answers, and no sentence in them: "how many videos are there", "how long is m07", "which
 * videos have no transcript". Undefined for other questions.
 */
export async function answerFromCatalogue(
  { store, catalogue }: CatalogueDeps,
  { question, scope }: Pick<AskRequest, 'question' | 'scope'>,
  onDelta: (delta: string) => void,
  signal: AbortSignal,
): Promise<Answer | undefined> {
  const answerLines = (lines: readonly string[], videos: readonly VideoFile[]): Answer => {
    const out = createTextWriter(onDelta);
    for (const line of lines) out.addLine(line);
    const citations = videos.map((copy, i) =>
      createCitation(catalogue, copy, [nameSentence(catalogue, copy)], i + 1),
    );
    return { answer: out.text(), citations, grounded: true, hits: [] };
  };
  if (asksForVideoCount(question)) {
    const count = videosOf(catalogue, scope, question).length;
    return answerLines([count === 1 ? '1 video is indexed here.' : `${count} videos are indexed here.`], []);
  }
  if (asksForVideosWithoutText(question)) {
    const silent = await findVideosWithoutText(store, videosOf(catalogue, scope, question), signal);
    const listed = silent.slice(0, MAX_LISTED_QUOTES);
    const names = listed.map((copy, i) => `${toDisplayName(copy, catalogue.video(copy.videoId))} [${i + 1}]`);
    const total = `${silent.length} ${silent.length === 1 ? 'video has' : 'videos have'} no transcript and no other text.`;
    return answerLines([...names, total], listed);
  }
  const named = asksForDuration(question) ? findVideosByName(catalogue, scope, question) : undefined;
  if (!named || !asksForNothingElse(named.question)) return undefined;
  const videos = distinctByContent(named.videos).slice(0, MAX_LISTED_QUOTES);
  const lines = videos.map((copy, i) => {
    const record = catalogue.video(copy.videoId);
    return `${toDisplayName(copy, record)} lasts ${formatTime(record?.probe.durationMs ?? 0)}. [${i + 1}]`;
  });
  return answerLines(lines, videos);
}

function videosOf(catalogue: CatalogueReader, scope: Scope, question: string): readonly VideoFile[] {
  return distinctByContent(createScopeFilter(catalogue, scope, parseQuery(question)).copies());
}

async function findVideosWithoutText(
  store: Store,
  videos: readonly VideoFile[],
  signal: AbortSignal,
): Promise<readonly VideoFile[]> {
  const silent: VideoFile[] = [];
  for (const copy of videos) {
    signal.throwIfAborted();
    const rows = await store.descriptions(copy.videoId, copy.uri);
    const hasText = rows.some(({ lines }) => lines.some(({ kind }) => kind !== 'facts' && kind !== 'frame'));
    if (!hasText) silent.push(copy);
  }
  return silent;
}

/** The name of a video, as what a citation of the whole video quotes. */
function nameSentence(catalogue: CatalogueReader, copy: VideoFile): Sentence {
  const record = catalogue.video(copy.videoId);
  const endMs = Math.max(1, Math.min(record?.probe.durationMs ?? MAX_HIT_MS, MAX_HIT_MS));
  return { text: toDisplayName(copy, record), kind: 'title', source: TITLE_SOURCE, startMs: 0, endMs };
}
