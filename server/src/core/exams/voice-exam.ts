import { overlapMs, type TimeRange } from '../domain/time-range.ts';
import type { DiarisedVoice } from '../speakers/diarise.ts';

/** A sentence of the recording, which is at 8 kHz. */
export interface ExamTurn extends TimeRange {
  readonly speaker: string;
}

/** Who says the four sentences of the recording: a man and a woman in turns. */
export const VOICE_EXAM: readonly ExamTurn[] = [
  { speaker: 'man', startMs: 0, endMs: 2400 },
  { speaker: 'woman', startMs: 2500, endMs: 4800 },
  { speaker: 'man', startMs: 5000, endMs: 7400 },
  { speaker: 'woman', startMs: 7500, endMs: 9760 },
];

/** Returns of how many pairs of sentences it is right whether one person says both, and how many pairs there are. */
export function countRightPairs(voices: readonly DiarisedVoice[]): {
  readonly right: number;
  readonly all: number;
} {
  const heard = VOICE_EXAM.map((turn) => {
    const lengths = voices.map(({ spans }) => spans.reduce((sum, span) => sum + overlapMs(span, turn), 0));
    const longest = Math.max(0, ...lengths);
    return { speaker: turn.speaker, voice: longest === 0 ? undefined : lengths.indexOf(longest) };
  });
  const pairs = heard.flatMap((a, i) => heard.slice(i + 1).map((b) => ({ a, b })));
  const right = pairs.filter(
    ({ a, b }) =>
      a.voice !== undefined && b.voice !== undefined && (a.speaker === b.speaker) === (a.voice === b.voice),
  );
  return { right: right.length, all: pairs.length };
}
