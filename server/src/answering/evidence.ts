import { toClipId } from '../core/domain/clip-id.ts';
import type { Description, Line } from '../core/domain/description.ts';
import { formatMediaLink } from '../core/domain/media-link.ts';
import type { Citation, Hit } from '../core/domain/search-result.ts';
import type { TimeRange } from '../core/domain/time-range.ts';
import type { VideoFile } from '../core/domain/video.ts';
import type { PromptEvidence } from '../core/generation/answer-prompt.ts';
import type { CitedClaim } from '../core/generation/citation-filter.ts';
import { extractQuote } from '../core/generation/extract-quote.ts';
import { findSupport } from '../core/generation/grounding.ts';
import { orderLines } from '../core/language/lines.ts';
import { splitSentences } from '../core/language/sentence-splitter.ts';
import { analyse } from '../core/language/tokenizer.ts';
import { findClipAt } from '../core/pipeline/group-lines-by-clip.ts';
import { analyseQuestion } from '../core/query/question-analysis.ts';
import { toDisplayName } from '../core/ranking/build-outline.ts';
import type { RankedPlace } from '../search/build-hits.ts';
import type { CatalogueReader } from '../search/catalogue-reader.ts';
import { toQuotePosition, toRange } from './format-citation.ts';

/** Describes a clip that an answer may cite, with all its text. */
export interface EvidenceClip extends Pick<Hit, 'clipId' | 'uri' | 'startMs' | 'endMs' | 'link'> {
  readonly range: TimeRange;
  /** In time order. */
  readonly lines: readonly Line[];
  /** Quoted if no line fits the claim. */
  readonly quote: string;
}

const evidenceLines = (lines: readonly Line[]) =>
  orderLines(lines.filter(({ kind }) => kind !== 'facts' && kind !== 'frame'));

/** Converts a search result to citable evidence. */
export function toEvidenceClip({ hit, place }: RankedPlace): EvidenceClip {
  const { clipId, uri, startMs, endMs, link } = hit;
  const lines = evidenceLines([...place.window.lines, ...hit.evidence]);
  const quote = hit.evidence[0]?.text ?? '';
  return { clipId, uri, startMs, endMs, link, range: place.window, lines, quote };
}

/**
 * Returns the clips of a video in order, each with its lines. Clips without text are left out unless
 * `includesSilent` is set.
 */
export function toEvidenceClips(
  { videoId, uri }: VideoFile,
  clips: readonly TimeRange[],
  rows: readonly Description[],
  includesSilent = false,
): readonly EvidenceClip[] {
  const byClip = new Map<TimeRange, Line[]>();
  for (const row of rows) {
    const clip = findClipAt(clips, row);
    if (!clip) continue;
    byClip.set(clip, [...(byClip.get(clip) ?? []), ...row.lines]);
  }
  return clips.flatMap((clip): readonly EvidenceClip[] => {
    const lines = evidenceLines(byClip.get(clip) ?? []);
    const { startMs, endMs } = clip;
    const quote = lines[0]?.text ?? '';
    if (!quote && !includesSilent) return [];
    const clipId = toClipId(videoId, clip);
    return [{ clipId, uri, startMs, endMs, link: formatMediaLink(uri, clip), range: clip, lines, quote }];
  });
}

/** Converts sources to prompt evidence, numbered from 1. */
export function toPromptEvidence(
  catalogue: CatalogueReader,
  sources: readonly EvidenceClip[],
): readonly PromptEvidence[] {
  return sources.map(({ uri, range, lines }, i) => {
    const copy = catalogue.copy(uri);
    return { n: i + 1, title: copy ? toDisplayName(copy, catalogue.video(copy.videoId)) : '', range, lines };
  });
}

/**
 * Returns one citation for each claim, numbered from 1, with the sentence of its clip that fits the claim
 * best.
 */
export function toCitations(
  sources: readonly EvidenceClip[],
  citedClaims: readonly CitedClaim[],
  language: string,
): readonly Citation[] {
  return citedClaims.flatMap(({ n, claim }, i): readonly Citation[] => {
    const source = sources[n - 1];
    if (!source) return [];
    const { clipId, uri, startMs, endMs, link, lines } = source;
    const quoteSentences = extractQuote(analyseQuestion(claim, [language]), lines, source);
    if (quoteSentences.length === 0)
      return [{ n: i + 1, clipId, uri, startMs, endMs, link, quote: source.quote }];
    const range = toRange(quoteSentences);
    const quote = quoteSentences.map(({ text }) => text).join(' ');
    const position = toQuotePosition(quoteSentences, range);
    return [{ n: i + 1, clipId, uri, ...range, link: formatMediaLink(uri, range), quote, ...position }];
  });
}

/** Requires this share of a claim's words in its clips when the clips barely match the question. */
const MIN_SUPPORTED_SHARE = 0.6;

/** Returns the share of a claim's words that occur in the lines, 0..1. */
function computeSupportedShare(claim: string, lines: readonly Line[], language: string): number {
  const lineTerms = new Set(
    lines.flatMap((line) => analyse(line.text, line.language ?? language).split(' ')),
  );
  const claimTerms = analyse(claim, language).split(' ').filter(Boolean);
  return claimTerms.length === 0
    ? 0
    : claimTerms.filter((term) => lineTerms.has(term)).length / claimTerms.length;
}

/** Returns whether most words of a claim occur in the lines it cites. */
export function isClaimSupported(claim: string, lines: readonly Line[], language: string): boolean {
  return computeSupportedShare(claim, lines, language) >= MIN_SUPPORTED_SHARE;
}

/**
 * Returns the number of the source that contains most words of an uncited claim, or [] if none contains
 * enough.
 */
export function findSupportingClips(
  claim: string,
  sources: readonly EvidenceClip[],
  language: string,
): readonly number[] {
  let best: { readonly n: number; readonly share: number } | undefined;
  sources.forEach(({ lines }, i) => {
    const share = computeSupportedShare(claim, lines, language);
    if (share >= MIN_SUPPORTED_SHARE && share > (best?.share ?? 0)) best = { n: i + 1, share };
  });
  return best ? [best.n] : [];
}

/**
 * Returns the number of the source whose sentences support a claim without a citation, as `[n]`; [] if none does. See
 * `findSupport`.
 */
export function findSupportingSource(
  claim: string,
  question: string,
  sources: readonly EvidenceClip[],
  language: string,
): readonly number[] {
  const shares = sources.map(
    ({ lines }) => findSupport(claim, question, splitSentences(lines), language)?.share ?? 0,
  );
  const best = Math.max(0, ...shares);
  return best > 0 ? [shares.indexOf(best) + 1] : [];
}
