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
  filterPlaces,
  findAskedConcepts,
  findPositionSpeakers,
  MAX_POSITION_CLIPS,
  maxPositionClips,
  partRange,
} from './video-position.ts';

type VideoPart = NonNullable<TimeConstraints['part']>;

/**
 * Resolves "at the end of the lecture": the clips that lie there if the question asks for nothing else, or the places
 * there that hold its words. For "at 0:36" the clips around that time are returned in both cases. Undefined if no part
 * is named or nothing lies there.
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
  const askedVideos: AskedVideo[] = [];
  for (const copy of selectCandidateVideos(lookup, everywhere)) {
    const speakers = await findPositionSpeakers(lookup, everywhere.question, copy);
    if (speakers) askedVideos.push({ copy, speakers });
  }
  if (insidePart.grounded && askedVideos.length === 0 && part.kind !== 'at') return insidePart;
  const videos =
    insidePart.grounded && askedVideos.length === 0
      ? copiesOfPlaces(lookup, insidePart).map((copy) => ({ copy, speakers: new Set<string>() }))
      : askedVideos;
  const rankedPlaces = await findPartClips(lookup, videos, part);
  const first = videos[0]?.copy;
  if (rankedPlaces.length === 0 || !first) return undefined;
  const order = isEnd(part) ? 'end' : 'part';
  return {
    ...everywhere,
    rankedPlaces,
    grounded: true,
    wholeVideos: [],
    order,
    ...(part.kind === 'at' && {
      at: { ms: part.ms, conceptIds: findAskedConcepts(lookup, everywhere.question, first) },
    }),
  };
}

function copiesOfPlaces(
  { catalogue }: QuestionLookup,
  { rankedPlaces }: ResolvedQuestion,
): readonly VideoFile[] {
  return [...new Set(rankedPlaces.map(({ hit }) => hit.uri))].flatMap((uri) => catalogue.copy(uri) ?? []);
}

/** True for "at the end"; the last five minutes and the second half are more than an end. */
const isEnd = (part: VideoPart) => part.kind === 'share' && part.from > 0.5 && part.to === 1;
const isEdge = (part: VideoPart) =>
  part.kind === 'share' && part.to - part.from < 0.5 && (part.from === 0 || part.to === 1);
const reachesEnd = (part: VideoPart) => part.kind === 'last' || (part.kind === 'share' && part.to === 1);

/** A video whose part is asked for, and the people whose words are; all if there are none. */
interface AskedVideo {
  readonly copy: VideoFile;
  readonly speakers: ReadonlySet<string>;
}

/** Returns the clips of that part of each video. */
async function findPartClips(
  lookup: QuestionLookup,
  videos: readonly AskedVideo[],
  part: VideoPart,
): Promise<readonly RankedPlace[]> {
  const clipsPerVideo = Math.max(1, Math.floor(maxPositionClips(lookup.k) / videos.length));
  const rankedPlaces: RankedPlace[] = [];
  for (const { copy, speakers } of videos) {
    // The last thing that a person says may be long before the end.
    const range = partRange(lookup, copy, speakers.size > 0 && isEdge(part) ? undefined : part);
    const find = (count: number) =>
      findClipsInRange(lookup, copy, range, count, reachesEnd(part), lookup.signal, speakers);
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

/**
 * Returns the videos that a part may be of: those that are named, those whose names fit best, or all if they are few, else
 * those in which the question finds something.
 */
function selectCandidateVideos(lookup: QuestionLookup, everywhere: ResolvedQuestion): readonly VideoFile[] {
  const { catalogue, k } = lookup;
  const { allowedVideos, wholeVideos, question } = everywhere;
  const distinctVideos = distinctByContent(allowedVideos);
  const maxVideos = maxPositionClips(k);
  if (wholeVideos.length > 0 && wholeVideos.length <= maxVideos) return wholeVideos;
  const named = findBestNamed(question, catalogue, distinctVideos);
  const candidates = named.length > 0 ? named : distinctVideos;
  if (candidates.length <= maxVideos) return candidates;
  // "What does Ana say at the end?" means the videos in which she speaks.
  const found = everywhere.grounded ? distinctByContent(copiesOfPlaces(lookup, everywhere)) : [];
  return found.length <= maxVideos ? found : [];
}
