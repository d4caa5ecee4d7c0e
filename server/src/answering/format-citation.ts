import { toClipId } from '../core/domain/clip-id.ts';
import { EVIDENCE_LABELS } from '../core/domain/description.ts';
import { formatMediaLink } from '../core/domain/media-link.ts';
import type { Citation } from '../core/domain/search-result.ts';
import type { TimeRange } from '../core/domain/time-range.ts';
import type { VideoFile } from '../core/domain/video.ts';
import type { Sentence } from '../core/language/sentence-splitter.ts';
import { findClipAt } from '../core/pipeline/group-lines-by-clip.ts';
import type { CatalogueReader } from '../search/catalogue-reader.ts';

/** Returns what a quote was taken from, as `On screen: `; '' for what was said. */
function toEvidencePrefix(kind: Sentence['kind']): string {
  if (kind === 'speech' || kind === 'frame' || kind === 'facts') return '';
  const label = EVIDENCE_LABELS[kind];
  return `${label.charAt(0).toUpperCase()}${label.slice(1)}: `;
}

/**
 * Formats quotes, e.g. `Ana: “Twelve euros.” [2]`. Several speakers follow one another. All answers use this
 * format.
 */
export function formatQuote(sentences: readonly Sentence[], n: number): string {
  return `${formatQuoteText(sentences)} [${n}]`;
}

/** Formats quotes without a citation mark. */
export function formatQuoteText(sentences: readonly Sentence[]): string {
  const parts = sentences.map((sentence, i) => {
    const sameSpeaker = i > 0 && sentences[i - 1]?.speaker === sentence.speaker;
    const prefix = toEvidencePrefix(sentence.kind) || (sentence.speaker ? `${sentence.speaker}: ` : '');
    return `${sameSpeaker ? '' : prefix}“${sentence.text}”`;
  });
  return parts.join(' ');
}

/** Returns the quoted words. */
export function toQuoteText(sentences: readonly Sentence[]): string {
  return sentences.map(({ text }) => text).join(' ');
}

/** Returns where a quote begins, within the cited range, and of which kind it is; nothing without sentences. */
export function toQuotePosition(
  [first]: readonly Pick<Sentence, 'startMs' | 'kind'>[],
  { startMs, endMs }: TimeRange,
): Pick<Citation, 'seekMs' | 'kind'> {
  if (first === undefined) return {};
  return { seekMs: Math.max(startMs, Math.min(Math.round(first.startMs), endMs - 1)), kind: first.kind };
}

/** Returns the range of sentences, in whole ms. `sentences` must not be empty. */
export function toRange(sentences: readonly TimeRange[]): TimeRange {
  return {
    startMs: Math.round(Math.min(...sentences.map(({ startMs }) => startMs))),
    endMs: Math.round(Math.max(...sentences.map(({ endMs }) => endMs))),
  };
}

/** Creates the citation of sentences in time order. `sentences` must not be empty. */
export function createCitation(
  catalogue: CatalogueReader,
  copy: VideoFile,
  sentences: readonly Sentence[],
  n: number,
): Citation {
  const range = toRange(sentences);
  const clip = findClipAt(catalogue.video(copy.videoId)?.clips ?? [], range) ?? range;
  return {
    n,
    clipId: toClipId(copy.videoId, clip),
    uri: copy.uri,
    ...range,
    link: formatMediaLink(copy.uri, range),
    quote: toQuoteText(sentences),
    ...toQuotePosition(sentences, range),
  };
}
