import { arrangeMoments, groupMoments, type MomentLine, type VideoMoments } from './moments.ts';
import type { ChatTurn, State } from './state.ts';

const grouped = new WeakMap<ChatTurn, readonly VideoMoments[]>();

/** Returns the lines that a turn found, by video. The same turn gives the same object. */
export function momentsOfTurn(turn: ChatTurn): readonly VideoMoments[] {
  const known = grouped.get(turn);
  if (known !== undefined) return known;
  const moments = groupMoments(turn.result?.hits ?? [], turn.result?.citations, turn.similarTo !== undefined);
  grouped.set(turn, moments);
  return moments;
}

/** Returns the moments of the current turn as the user filters and sorts them. */
export function shownMoments({ turn, momentFilter, momentOrder, videos }: State): readonly VideoMoments[] {
  if (turn === undefined) return [];
  const dates = () => new Map(videos?.map(({ uri, recorded }) => [uri, recorded]));
  const recorded = momentOrder === 'best' ? new Map<string, string>() : dates();
  return arrangeMoments(momentsOfTurn(turn), momentFilter, momentOrder, (uri) => recorded.get(uri) ?? '');
}

/** Returns the lines in the order in which next and previous move. */
export const currentLines = (state: State): readonly MomentLine[] =>
  shownMoments(state).flatMap(({ lines }) => lines);

/** Returns the index of the line that plays, or -1. */
export function playingIndex({ watching, playingElsewhere }: State, lines: readonly MomentLine[]): number {
  const current = watching ?? playingElsewhere;
  return lines.findIndex((line) => line.uri === current?.uri && line.startMs === current.startMs);
}
