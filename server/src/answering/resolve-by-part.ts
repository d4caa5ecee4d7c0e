import { type Ms, overlapMs } from '../core/domain/time-range.ts';
import type { VideoFile } from '../core/domain/video.ts';
import type { TimeConstraints } from '../core/query/temporal-expressions.ts';
import type { RankedPlace } from '../search/build-hits.ts';
import { findClipsInRange } from './clips-in-range.ts';
import type { QuestionLookup } from './question-lookup.ts';
import { resolveByWords } from './resolve-by-words.ts';
import type { ResolvedQuestion } from './resolved-question.ts';
import { distinctByContent, findBestNamed } from './select-videos.ts';
import {
  asksOnlyForPosition,
  filterPlaces,
  MAX_POSITION_CLIPS,
  maxPositionClips,
  partRange,
} from './video-position.ts';

type VideoPart = NonNullable<TimeConstraints['part']>;

/**
 * Resolves "at the end of the lecture": places of that part that hold the question's words, else the clips that lie
 * there. Undefined if no part is named or nothing lies there.
 */
export async function resolveByPart(
  lookup: QuestionLookup,
  time: TimeConstraints,
): Promise<ResolvedQuestion | undefined> {
  const { part } = time;
  if (!part) return undefined;
  const everywhere = await resolveByWords({ ...lookup, k: -1 }, time.question);
  const isInPart = ({ hit }: RankedPlace) => {
    const copy = lookup.catalogue.copy(hit.uri);
    return copy !== undefined && overlapMs(hit, partRange(lookup, copy, part)) > 0;
  };
  const insidePart = filterPlaces(everywhere, isInPart, lookup.k);
  if (insidePart.grounded) return insidePart;
  const rankedPlaces = await findPartClips(lookup, everywhere, part);
  if (rankedPlaces.length === 0) return undefined;
  const order = isEnd(part) ? 'end' : 'part';
  const atMs = part.kind === 'at' ? part.ms : undefined;
  return { ...everywhere, rankedPlaces, grounded: true, wholeVideos: [], order, atMs };
}

/** True for "at the end"; the last five minutes and the second half are more than an end. */
const isEnd = (part: VideoPart) => part.kind === 'share' && part.from > 0.5 && part.to === 1;
const reachesEnd = (part: VideoPart) => part.kind === 'last' || (part.kind === 'share' && part.to === 1);

/** Returns the clips of that part of each video the question means, if it asks for nothing but the part. */
async function findPartClips(
  lookup: QuestionLookup,
  everywhere: ResolvedQuestion,
  part: VideoPart,
): Promise<readonly RankedPlace[]> {
  const copies = selectCandidateVideos(lookup, everywhere).filter((copy) =>
    asksOnlyForPosition(lookup, everywhere.question, copy),
  );
  const clipsPerVideo = Math.max(1, Math.floor(maxPositionClips(lookup.k) / copies.length));
  const rankedPlaces: RankedPlace[] = [];
  for (const copy of copies) {
    const range = partRange(lookup, copy, part);
    const find = (count: number) =>
      findClipsInRange(lookup, copy, range, count, reachesEnd(part), lookup.signal);
    rankedPlaces.push(
      ...(part.kind === 'at'
        ? selectNearest(await find(MAX_POSITION_CLIPS), part.ms, clipsPerVideo)
        : await find(clipsPerVideo)),
    );
  }
  return rankedPlaces;
}

/** Returns the `count` places nearest to a time, in time order. */
function selectNearest(places: readonly RankedPlace[], atMs: Ms, count: number): readonly RankedPlace[] {
  const distanceMs = ({ hit: { clip } }: RankedPlace) =>
    atMs < clip.startMs ? clip.startMs - atMs : Math.max(0, atMs - clip.endMs + 1);
  return [...places]
    .sort((a, b) => distanceMs(a) - distanceMs(b))
    .slice(0, count)
    .sort((a, b) => a.hit.startMs - b.hit.startMs);
}

/** Returns the videos that a part may be of: the only one, those that are named, or the one whose name fits best. */
function selectCandidateVideos(
  { catalogue, k }: QuestionLookup,
  { allowedVideos, wholeVideos, question }: ResolvedQuestion,
): readonly VideoFile[] {
  const distinctVideos = distinctByContent(allowedVideos);
  if (distinctVideos.length <= 1) return distinctVideos;
  if (wholeVideos.length > 0 && wholeVideos.length <= maxPositionClips(k)) return wholeVideos;
  return findBestNamed(question, catalogue, distinctVideos);
}
