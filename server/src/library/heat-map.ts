import type { HeatMoment, HeatParams, HeatResult } from '../../protocol/heat.ts';
import type { Hit } from '../../protocol/search.ts';
import { fileUriToDisplayPath } from '../base/file-uri.ts';
import { findStrongestLine } from '../core/ranking/strongest-line.ts';
import { type Library, RequestError } from '../library.ts';
import { videoNotFound } from './describe-video.ts';
import type { LibraryDeps } from './status.ts';

const DEFAULT_BUCKETS = 120;
/** Limits the hits of a heat map: a timeline shows no more. */
const MAX_MOMENTS = 500;
const MAX_TEXT_CHARS = 200;

/**
 * Searches one video and spreads the hits over its length. Costs one search that is restricted to the video: it reads
 * the passages that match, never the whole video.
 */
export async function createHeatMap(
  { catalogue }: Pick<LibraryDeps, 'catalogue'>,
  search: Library['search'],
  { uri, query, kinds, buckets = DEFAULT_BUCKETS }: HeatParams,
  signal: AbortSignal,
): Promise<HeatResult> {
  const copy = catalogue.copy(uri);
  if (copy === undefined || copy.forgotten) throw videoNotFound(uri);
  const durationMs = catalogue.video(copy.videoId)?.probe.durationMs ?? 0;
  if (durationMs === 0)
    throw new RequestError(
      'unavailable',
      `The length of ${fileUriToDisplayPath(uri)} is not known yet.`,
      'Wait until the video is read. "goldfish status" shows what is left.',
      uri,
    );
  const scope = { uris: [uri], ...(kinds !== undefined && { kinds }) };
  const { hits } = await search({ query, k: MAX_MOMENTS, scope }, signal);
  return {
    uri,
    durationMs,
    bucketMs: durationMs / buckets,
    heat: spreadScores(hits, durationMs, buckets),
    moments: hits.map(toMoment).sort((a, b) => a.startMs - b.startMs || a.endMs - b.endMs),
  };
}

/** Returns for each part of the video the best score of the hits that touch it, 0..1. */
function spreadScores(hits: readonly Hit[], durationMs: number, buckets: number): readonly number[] {
  const heat = new Array<number>(buckets).fill(0);
  const toBucket = (ms: number) =>
    Math.min(buckets - 1, Math.max(0, Math.floor((ms * buckets) / durationMs)));
  for (const { startMs, endMs, score } of hits) {
    const last = toBucket(Math.max(startMs, endMs - 1));
    for (let bucket = toBucket(startMs); bucket <= last; bucket += 1)
      heat[bucket] = Math.max(heat[bucket] ?? 0, Math.min(1, score));
  }
  return heat;
}

function toMoment({ startMs, endMs, score, evidence }: Hit): HeatMoment {
  const line = findStrongestLine(evidence);
  return {
    startMs,
    endMs,
    seekMs: line?.seekMs ?? startMs,
    score: Math.min(1, score),
    kind: line?.kind ?? 'frame',
    text: line?.text.slice(0, MAX_TEXT_CHARS) ?? '',
  };
}
