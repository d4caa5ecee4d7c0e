import type { Description, LineKind } from '../core/domain/description.ts';
import type { TimeRange } from '../core/domain/time-range.ts';
import type { Chapter, VideoFile } from '../core/domain/video.ts';
import { buildVideoOutline } from '../core/generation/video-outline.ts';
import type { Answerer } from '../ports/answerer.ts';
import { formatQuoteText, toRange } from './format-citation.ts';
import { findOrCreateSummary, type SummaryDeps } from './video-summaries.ts';

/** One line of a digest and where in the video it comes from. */
export interface DigestPoint {
  /** Title of the chapter, if the line stands for one. */
  readonly title?: string;
  readonly text: string;
  /** At least one. */
  readonly ranges: readonly TimeRange[];
}

/** Everything that a digest reads of a video. */
export interface DigestSource {
  readonly copy: VideoFile;
  readonly durationMs: number;
  readonly rows: readonly Description[];
  readonly chapters: readonly Chapter[];
}

/** Quotes the most representative sentence of each chapter. Returns [] for a video without text. */
export function digestInQuotes(
  { rows, chapters, durationMs }: DigestSource,
  kinds: readonly LineKind[] = [],
): readonly DigestPoint[] {
  const lines = rows
    .flatMap((row) => row.lines)
    .filter(({ kind }) => kinds.length === 0 || kinds.includes(kind));
  return buildVideoOutline(lines, durationMs, chapters).map(({ title, sentence }) => ({
    title,
    text: formatQuoteText([sentence]),
    ranges: [toRange([sentence])],
  }));
}

/**
 * Returns the summary that a model wrote of a video, from the index or newly written: only sentences that cite clips.
 * Returns [] if it wrote none. Rejects with ModelUnavailableError and the signal's reason.
 */
export async function digestByModel(
  deps: SummaryDeps,
  model: Answerer,
  copy: VideoFile,
  signal: AbortSignal,
): Promise<readonly DigestPoint[]> {
  const summary = await findOrCreateSummary(deps, model, copy, true, signal);
  return (summary?.notes ?? []).map(({ text, clips }) => ({ text, ranges: clips }));
}
