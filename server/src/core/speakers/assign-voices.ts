import type { Line } from '../domain/description.ts';
import type { Ms, TimeRange } from '../domain/time-range.ts';
import type { SpeakerCorrection, StoredVoice } from '../domain/voice.ts';
import { textToPrint } from './print-text.ts';
import { comparePrints } from './voice-track.ts';

/** Share of a line that its voice must cover. */
const MIN_COVERED_SHARE = 0.5;
/** Share of all that is heard during a line that must be its voice. */
const MIN_OWN_SHARE = 0.7;
/** Number of moments that a voice is remembered by. */
const MAX_MOMENTS = 9;
/** By how much the best of several known voices must beat the next one. */
const MIN_LEAD = 0.05;

/** A voice that has a name in all videos. */
export interface KnownVoice {
  readonly name: string;
  readonly model: string;
  readonly print: string;
}

/** Who a voice of a video is. */
export interface NamedVoice {
  readonly voice: number;
  readonly name: string;
  /** Correction of this video that gave the name; missing for a name from another video, or none. */
  readonly correctionId?: string;
  /** False while nobody has named the voice. */
  readonly isNamed: boolean;
}

/** Returns what a voice is called before anybody names it. */
export function toVoiceLabel(voice: number): string {
  return `Voice ${voice}`;
}

function overlapWith(spans: StoredVoice['spans'], { startMs, endMs }: TimeRange): Ms {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spans[middle]?.[1] ?? 0) <= startMs) low = middle + 1;
    else high = middle;
  }
  let sum = 0;
  for (let i = low; i < spans.length; i += 1) {
    const [from, to] = spans[i] ?? [endMs, endMs];
    if (from >= endMs) break;
    sum += Math.max(0, Math.min(to, endMs) - Math.max(from, startMs));
  }
  return sum;
}

/** Returns the voice that covers a range; undefined if none does, or if several voices are heard in it. */
export function findVoice(range: TimeRange, voices: readonly StoredVoice[]): StoredVoice | undefined {
  let best: StoredVoice | undefined;
  let bestMs = 0;
  let totalMs = 0;
  for (const voice of voices) {
    const ms = overlapWith(voice.spans, range);
    totalMs += ms;
    if (ms > bestMs) [best, bestMs] = [voice, ms];
  }
  const isCovered = bestMs >= MIN_COVERED_SHARE * (range.endMs - range.startMs);
  return isCovered && bestMs >= MIN_OWN_SHARE * totalMs ? best : undefined;
}

/** Returns moments at which a voice speaks: the middle of its longest spans, in time order. */
export function chooseMoments({ spans }: Pick<StoredVoice, 'spans'>): readonly Ms[] {
  return spans
    .toSorted((a, b) => b[1] - b[0] - (a[1] - a[0]))
    .slice(0, MAX_MOMENTS)
    .map(([startMs, endMs]) => Math.round((startMs + endMs) / 2))
    .sort((a, b) => a - b);
}

/**
 * Returns the voice that a correction named. It is found by when it speaks, so that it is the same voice after
 * another model heard the video. Undefined if the voice no longer exists.
 */
export function findCorrectedVoice(
  { voice: remembered }: SpeakerCorrection,
  voices: readonly StoredVoice[],
): StoredVoice | undefined {
  const moments = remembered?.moments ?? [];
  const countOf = ({ spans }: StoredVoice): number =>
    moments.filter((ms) => overlapWith(spans, { startMs: ms, endMs: ms + 1 }) > 0).length;
  const [best] = voices.map((voice) => ({ voice, count: countOf(voice) })).sort((a, b) => b.count - a.count);
  return best !== undefined && best.count > moments.length / 2 ? best.voice : undefined;
}

/** Returns the similarity from which a voice of another video is taken for the same person: cautiously. */
const toCautious = (minSimilarity: number): number => (1 + minSimilarity) / 2;

/** Finds the person of each voice among the known ones: each person at most once, and only if it is clear. */
function recogniseVoices(
  voices: readonly StoredVoice[],
  knownVoices: readonly KnownVoice[],
): ReadonlyMap<number, string> {
  const prints = knownVoices.map((known) => ({ ...known, vector: textToPrint(known.print) }));
  const candidates = voices.flatMap(({ voice, print, model, minSimilarity }) => {
    const vector = textToPrint(print);
    const byName = new Map<string, number>();
    for (const known of prints) {
      if (vector === undefined || known.vector === undefined || known.model !== model) continue;
      const similarity = comparePrints(vector, known.vector);
      byName.set(known.name, Math.max(similarity, byName.get(known.name) ?? -1));
    }
    const [best, next] = [...byName].sort((a, b) => b[1] - a[1]);
    if (best === undefined || best[1] < toCautious(minSimilarity)) return [];
    if (next !== undefined && best[1] - next[1] < MIN_LEAD) return [];
    return [{ voice, name: best[0], similarity: best[1] }];
  });
  const names = new Map<number, string>();
  const taken = new Set<string>();
  for (const { voice, name } of candidates.sort((a, b) => b.similarity - a.similarity)) {
    if (taken.has(name)) continue;
    taken.add(name);
    names.set(voice, name);
  }
  return names;
}

/** Names the voices of a video: as corrected in this video, otherwise by known voices, otherwise "Voice 1". */
export function nameVoices(
  voices: readonly StoredVoice[],
  corrections: readonly SpeakerCorrection[],
  knownVoices: readonly KnownVoice[],
): readonly NamedVoice[] {
  const corrected = new Map<number, SpeakerCorrection>();
  for (const correction of corrections.toSorted((a, b) => a.madeMs - b.madeMs)) {
    const voice = correction.voice && findCorrectedVoice(correction, voices);
    if (voice) corrected.set(voice.voice, correction);
  }
  const namedHere = new Set([...corrected.values()].map(({ speaker }) => speaker));
  const recognised = recogniseVoices(
    voices.filter(({ voice }) => !corrected.has(voice)),
    knownVoices.filter(({ name }) => !namedHere.has(name)),
  );
  return voices.map(({ voice }): NamedVoice => {
    const correction = corrected.get(voice);
    if (correction) return { voice, name: correction.speaker, correctionId: correction.id, isNamed: true };
    const name = recognised.get(voice);
    return { voice, name: name ?? toVoiceLabel(voice), isNamed: name !== undefined };
  });
}

/**
 * Gives lines of speech the voices that cover them. Lines that name a speaker keep the name: a subtitle file knows
 * better. `leavesUnnamed`: lines of voices without a name stay without a speaker.
 */
export function assignVoices<R extends { readonly lines: readonly Line[] }>(
  rows: readonly R[],
  voices: readonly StoredVoice[],
  names: readonly NamedVoice[],
  leavesUnnamed: boolean,
): readonly R[] {
  const nameOf = new Map(names.map((named) => [named.voice, named]));
  const assign = (line: Line): Line => {
    if (line.kind !== 'speech' || line.speaker !== undefined) return line;
    const voice = findVoice(line, voices)?.voice;
    const named = voice === undefined ? undefined : nameOf.get(voice);
    if (voice === undefined || named === undefined) return line;
    if (leavesUnnamed && !named.isNamed) return { ...line, voice };
    const { correctionId } = named;
    const corrected = correctionId && {
      corrected: { id: correctionId, text: line.text, speaker: toVoiceLabel(voice) },
    };
    return { ...line, voice, speaker: named.name, ...corrected };
  };
  return rows.map((row) =>
    row.lines.some(({ kind }) => kind === 'speech') ? { ...row, lines: row.lines.map(assign) } : row,
  );
}
