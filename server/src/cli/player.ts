import type { Ms } from '../../protocol/base.ts';
import { formatMediaLink } from '../core/domain/media-link.ts';

/** Programs that can play at a time, best first; `browser` is any browser. */
export const PLAYERS = ['mpv', 'vlc', 'ffplay', 'browser'] as const;
export type Player = (typeof PLAYERS)[number];

/** Where each of them is installed. */
export type InstalledPlayers = Readonly<Partial<Record<Player, string>>>;

/** What is to be played: a local file's URI, its path where that is text, and the place. */
export interface PlaybackPosition {
  readonly uri: string;
  readonly path?: string;
  readonly startMs: Ms;
  readonly endMs?: Ms;
}

/** A program with its arguments; never a shell line. */
export interface PlayCommand {
  readonly player: Player;
  readonly program: string;
  readonly args: readonly string[];
}

const seconds = (ms: Ms) => String(ms / 1000);

/** The moment as a link, with its end where it has one. */
export function toMomentLink({ uri, startMs, endMs }: PlaybackPosition): string {
  return endMs === undefined ? `${uri}#t=${seconds(startMs)}` : formatMediaLink(uri, { startMs, endMs });
}

/** No playlist, no network: a file that only looks like a video must not lead a player elsewhere. */
const LOCAL_ONLY_ARGUMENTS = ['-protocol_whitelist', 'file,pipe'];

/**
 * How to play a moment with what is installed, or with the one that is asked for. The file is always given as a
 * `file:` URI or an absolute path, so that no name is taken for an option or another address. Undefined where nothing
 * fits; ffplay needs a path that is text.
 */
export function createPlayCommand(
  moment: PlaybackPosition,
  installed: InstalledPlayers,
  wantedPlayer?: Player,
): PlayCommand | undefined {
  for (const player of wantedPlayer ? [wantedPlayer] : PLAYERS) {
    const program = installed[player];
    const args = program === undefined ? undefined : playerArguments(player, moment);
    if (program !== undefined && args !== undefined) return { player, program, args };
  }
  return undefined;
}

function playerArguments(
  player: Player,
  { uri, path, startMs, endMs }: PlaybackPosition,
): readonly string[] | undefined {
  switch (player) {
    case 'mpv':
      return [`--start=${seconds(startMs)}`, '--force-window=yes', '--', uri];
    case 'vlc':
      return [`--start-time=${seconds(startMs)}`, uri];
    case 'ffplay':
      if (path === undefined) return undefined;
      return ['-hide_banner', ...LOCAL_ONLY_ARGUMENTS, '-ss', seconds(startMs), '-i', `file:${path}`];
    case 'browser':
      return [toMomentLink({ uri, startMs, endMs })];
  }
}
