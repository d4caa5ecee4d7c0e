import type { Citation } from '../../server/protocol/ask.ts';
import type { EvidenceKind, Ms, Uri } from '../../server/protocol/base.ts';
import type { Hit, PictureBox, TextRange } from '../../server/protocol/search.ts';
import { fileNameOfUri, nameOf } from './text.ts';

/** The kinds in which moments are filtered. `named` is a file name or title, and `technical` what was measured. */
export type MomentKind = 'said' | 'screen' | 'seen' | 'tagged' | 'named' | 'technical';

const MOMENT_KINDS: Readonly<Record<EvidenceKind, MomentKind>> = {
  speech: 'said',
  description: 'seen',
  screenText: 'screen',
  caption: 'seen',
  frame: 'seen',
  tag: 'tagged',
  title: 'named',
  facts: 'technical',
};

/** Lists the kinds that can be chosen as a filter, in display order, with their labels. */
export const FILTER_KINDS = [
  ['said', 'Said'],
  ['screen', 'On screen'],
  ['seen', 'Seen'],
  ['tagged', 'Tagged'],
] as const satisfies readonly (readonly [MomentKind, string])[];

export const toMomentKind = (kind: EvidenceKind): MomentKind => MOMENT_KINDS[kind] ?? 'named';

/** Describes a line that was found. It plays from its own second. */
export interface MomentLine {
  readonly uri: Uri;
  readonly kind: MomentKind;
  readonly evidenceKind: EvidenceKind | undefined;
  readonly text: string;
  readonly speaker?: string;
  readonly corrected: boolean;
  readonly startMs: Ms;
  readonly endMs: Ms;
  /** Where to play the line. */
  readonly seekMs: Ms;
  /** The words of `text` that match. Undefined if the daemon did not say. */
  readonly matches?: readonly TextRange[];
  /** Where text on screen stands in the picture. */
  readonly box?: PictureBox;
  /** The numbers of the citations that quote the line. */
  readonly citations: readonly number[];
}

/** Describes the lines found in a video. */
export interface VideoMoments {
  readonly uri: Uri;
  readonly name: string;
  readonly weak: boolean;
  /** Where the best line is, for the picture. */
  readonly bestMs: Ms;
  readonly lines: readonly MomentLine[];
}

const keyOf = (kind: string, startMs: Ms, text: string) => `${kind} ${startMs} ${text}`;

/** Returns the lines of a hit. Its title, and what was measured, count only if nothing else was found. */
function linesOfHit({ uri, evidence, startMs, endMs }: Hit): readonly MomentLine[] {
  const worded = evidence.filter(({ kind }) => kind !== 'facts' && kind !== 'title');
  const named = evidence.filter(({ kind }) => kind === 'title');
  const shown = worded.length > 0 ? worded : named.length > 0 ? named : evidence;
  return shown.map((line) => ({
    uri,
    kind: toMomentKind(line.kind),
    evidenceKind: line.kind,
    text: line.text,
    speaker: line.speaker,
    corrected: line.corrected !== undefined,
    // A title belongs to the whole file: it plays from where the hit is.
    ...(line.kind === 'title' ? { startMs, endMs } : { startMs: line.startMs, endMs: line.endMs }),
    seekMs: line.kind === 'title' ? startMs : (line.seekMs ?? line.startMs),
    matches: line.matches,
    ...(line.box && { box: line.box }),
    citations: [],
  }));
}

const normalise = (text: string) =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

/** Returns how well a citation fits a line: 0 if not at all, more if the words agree than if only the time does. */
function citationFit(line: MomentLine, { uri, startMs, endMs, quote }: Citation): number {
  if (line.uri !== uri || line.startMs >= endMs || line.endMs <= startMs) return 0;
  const [quoted, said] = [normalise(quote), normalise(line.text)];
  return (
    1 +
    (said !== '' && (quoted.includes(said) || said.includes(quoted)) ? 2 : 0) +
    Number(line.startMs === startMs)
  );
}

/** Puts each citation on the line that it fits best. */
function numberLines(lines: readonly MomentLine[], citations: readonly Citation[]): readonly MomentLine[] {
  const numbers = new Map<MomentLine, number[]>();
  for (const citation of citations) {
    let best: MomentLine | undefined;
    let bestFit = 0;
    for (const line of lines) {
      const fit = citationFit(line, citation);
      if (fit > bestFit) [best, bestFit] = [line, fit];
    }
    if (best !== undefined) numbers.set(best, [...(numbers.get(best) ?? []), citation.n]);
  }
  return lines.map((line) => ({ ...line, citations: numbers.get(line) ?? [] }));
}

/** Returns the lines of citations. An answer from the history has no hits. */
const linesOfCitations = (citations: readonly Citation[]): readonly MomentLine[] =>
  citations.map(({ uri, startMs, endMs, quote, kind, seekMs }) => ({
    uri,
    kind: kind === undefined ? 'named' : toMomentKind(kind),
    evidenceKind: kind,
    text: quote,
    corrected: false,
    startMs,
    endMs,
    seekMs: seekMs ?? startMs,
    citations: [],
  }));

/**
 * Groups hits by video, best video first, and puts the numbers of the citations on their lines. The lines of a video
 * are in time order, or with `byRank` the best first: what looks similar has no order in time that tells anything.
 */
export function groupMoments(
  hits: readonly Hit[],
  citations: readonly Citation[] = [],
  byRank = false,
): readonly VideoMoments[] {
  const all = hits.length > 0 ? hits.flatMap(linesOfHit) : linesOfCitations(citations);
  const distinct = [
    ...new Map(
      all.map((line) => [keyOf(line.kind, line.startMs, `${line.uri} ${line.text}`), line]),
    ).values(),
  ];
  const byVideo = Map.groupBy(numberLines(distinct, citations), ({ uri }) => uri);
  return [...byVideo].map(([uri, lines]) => {
    const found = hits.filter((hit) => hit.uri === uri);
    return {
      uri,
      name: found[0] === undefined ? fileNameOfUri(uri) : nameOf(found[0].path),
      weak: found.length > 0 && found.every(({ weak }) => weak),
      bestMs: (lines.find((line) => line.citations.length > 0) ?? lines[0])?.seekMs ?? 0,
      lines: byRank ? lines : lines.toSorted((a, b) => a.startMs - b.startMs),
    };
  });
}

export type MomentFilter = 'all' | (typeof FILTER_KINDS)[number][0];

/** Counts the lines of each kind, and all. */
export function countKinds(videos: readonly VideoMoments[]): Readonly<Record<MomentFilter, number>> {
  const counts = { all: 0, said: 0, screen: 0, seen: 0, tagged: 0 };
  for (const { kind } of videos.flatMap(({ lines }) => lines)) {
    counts.all += 1;
    if (kind in counts) counts[kind as MomentFilter] += 1;
  }
  return counts;
}

export const MOMENT_ORDERS = [
  ['best', 'Best first'],
  ['newest', 'Newest first'],
  ['time', 'By time'],
] as const;
export type MomentOrder = (typeof MOMENT_ORDERS)[number][0];

/** Keeps the lines of a kind and sorts the videos. `recorded` returns the date of a video as ISO 8601. */
export function arrangeMoments(
  videos: readonly VideoMoments[],
  filter: MomentFilter,
  order: MomentOrder,
  recorded: (uri: Uri) => string,
): readonly VideoMoments[] {
  const kept = videos
    .map((video) => ({
      ...video,
      lines: video.lines.filter(({ kind }) => filter === 'all' || kind === filter),
    }))
    .filter(({ lines }) => lines.length > 0);
  if (order === 'best') return kept;
  const direction = order === 'newest' ? -1 : 1;
  return kept.toSorted((a, b) => direction * recorded(a.uri).localeCompare(recorded(b.uri)));
}

/** Returns where the lines that are on screen at a time stand in the picture. */
export function boxesAt(lines: readonly MomentLine[], ms: Ms): readonly PictureBox[] {
  return lines.flatMap(({ box, startMs, endMs }) => (box && startMs <= ms && ms < endMs ? [box] : []));
}
