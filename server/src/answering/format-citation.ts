import { toClipId } from '../core/domain/clip-id.ts';
import { formatMediaLink } from '../core/domain/media-link.ts';
import type { Citation } from '../core/domain/search-result.ts';
import type { VideoFile } from '../core/domain/video.ts';
import type { Sentence } from '../core/language/sentence-splitter.ts';
import { findClipAt } from '../core/pipeline/group-lines-by-clip.ts';
import type { CatalogueReader } from '../search/catalogue-reader.ts';

/** Labels a quote that was not spoken with its origin. */
const EVIDENCE_PREFIXES: Readonly<Partial<Record<Sentence['kind'], string>>> = {
  screenText: 'On screen: ',
  description: 'Described: ',
  caption: 'Seen: ',
  title: 'Named: ',
  tag: 'Tagged: ',
};

/**
 * Formats quotes, e.g. `Ana: “Twelve euros.” [2]`. Several speakers follow one another. All answers use this
 * format.
 */
export function formatQuote(sentences: readonly Sentence[], n: number): string {
  const parts = sentences.map((sentence, i) => {
    const sameSpeaker = i > 0 && sentences[i - 1]?.speaker === sentence.speaker;
    const prefix = EVIDENCE_PREFIXES[sentence.kind] ?? (sentence.speaker ? `${sentence.speaker}: ` : '');
    return `${sameSpeaker ? '' : prefix}“${sentence.text}”`;
  });
  return `${parts.join(' ')} [${n}]`;
}

/** Creates the citation of sentences in time order. `sentences` must not be empty. */
export function createCitation(
  catalogue: CatalogueReader,
  copy: VideoFile,
  sentences: readonly Sentence[],
  n: number,
): Citation {
  const startMs = Math.round(Math.min(...sentences.map((sentence) => sentence.startMs)));
  const endMs = Math.round(Math.max(...sentences.map((sentence) => sentence.endMs)));
  const range = { startMs, endMs };
  const clip = findClipAt(catalogue.video(copy.videoId)?.clips ?? [], range) ?? range;
  return {
    n,
    clipId: toClipId(copy.videoId, clip),
    uri: copy.uri,
    ...range,
    link: formatMediaLink(copy.uri, range),
    quote: sentences.map(({ text }) => text).join(' '),
  };
}
