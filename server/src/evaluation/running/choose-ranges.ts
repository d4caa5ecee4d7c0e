import type { AskRange } from '../../../protocol/ask.ts';
import type { EvidenceKind } from '../../../protocol/base.ts';
import type { Hit } from '../../../protocol/search.ts';
import type { EvalItem } from '../item.ts';
import { createSeededRandom } from '../statistics/random.ts';
import { MODALITIES, type RunSettings, toEvidenceKinds } from './run-settings.ts';

/** A clip of an indexed video, ms. */
export interface IndexedClip {
  readonly startMs: number;
  readonly endMs: number;
}

const touches = (clip: IndexedClip, [start, end]: readonly [number, number]) =>
  clip.startMs < end * 1000 && clip.endMs > start * 1000;

/** Returns a number that depends on a text alone. */
function seedOf(text: string): number {
  let seed = 0;
  for (const character of text) seed = Math.imul(seed ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return seed >>> 0;
}

/** Returns the clips of the gold spans and `distract` others of the video, in time order, so that order tells nothing. */
export function chooseOracleClips(
  { id, gold }: Pick<EvalItem, 'id' | 'gold'>,
  clips: readonly IndexedClip[],
  distract: number,
): readonly IndexedClip[] {
  const isGold = (clip: IndexedClip) => (gold.spans ?? []).some((span) => touches(clip, span));
  const right = clips.filter(isGold);
  if (right.length === 0) return [];
  const others = clips.filter((clip) => !isGold(clip));
  const random = createSeededRandom(seedOf(id));
  const drawn: IndexedClip[] = [];
  while (drawn.length < distract && others.length > 0)
    drawn.push(...others.splice(Math.floor(random() * others.length), 1));
  return [...right, ...drawn].sort((a, b) => a.startMs - b.startMs);
}

/** Searches some kinds of evidence. */
export type SearchKinds = (kinds: readonly EvidenceKind[] | undefined, k: number) => Promise<readonly Hit[]>;

/**
 * Returns the parts of videos that an answer is written from if settings say other than "what the question finds".
 * Undefined if the daemon searches by itself, or if nothing was found.
 */
export async function chooseRanges(
  item: EvalItem,
  settings: RunSettings,
  uri: string,
  {
    clipsOf,
    search,
  }: { readonly clipsOf: () => Promise<readonly IndexedClip[]>; readonly search: SearchKinds },
): Promise<readonly AskRange[] | undefined> {
  const { oracle, distract, use, answerFrom, merge, k } = settings;
  const kinds = toEvidenceKinds(answerFrom.length > 0 ? answerFrom : use)?.slice();
  if (oracle) {
    const clips = chooseOracleClips(item, await clipsOf(), distract);
    return nonEmpty(clips.map(({ startMs, endMs }) => ({ uri, startMs, endMs, kinds })));
  }
  const count = item.whole || k < 0 ? MAX_RANGES : k;
  if (!merge) return nonEmpty(await findDocuments(use, count, search));
  if (answerFrom.length === 0) return undefined;
  const hits = await search(toEvidenceKinds(use), count);
  return nonEmpty(hits.map((hit) => toRange(hit, kinds)));
}

/** Most parts of videos that one question may name. */
const MAX_RANGES = 100;

const nonEmpty = (ranges: readonly AskRange[]) =>
  ranges.length > 0 ? ranges.slice(0, MAX_RANGES) : undefined;

const toRange = ({ uri, clip }: Hit, kinds: readonly EvidenceKind[] | undefined): AskRange => ({
  uri,
  startMs: clip.startMs,
  endMs: clip.endMs,
  kinds: kinds?.slice(),
});

/** Returns the best `count` documents where what is seen and what is said of a clip are documents of their own. */
async function findDocuments(
  use: RunSettings['use'],
  count: number,
  search: SearchKinds,
): Promise<readonly AskRange[]> {
  const documents = [];
  for (const modality of use.length > 0 ? use : (['captions', 'speech'] as const)) {
    const kinds = MODALITIES[modality];
    for (const hit of await search(kinds, count))
      documents.push({ score: hit.score, range: toRange(hit, kinds) });
  }
  return documents
    .sort((a, b) => b.score - a.score)
    .slice(0, count)
    .map(({ range }) => range);
}
