import type { Ms } from '../../protocol/base.ts';
import { formatMediaLink } from '../core/domain/media-link.ts';

/** Lists the programs that can start at a given time, best first. `browser` is any browser. */
export const PLAYERS = ['mpv', 'vlc', 'ffplay', 'browser'] as const;
export type Player = (typeof PLAYERS)[number];

/** Maps each installed player to the path of its program. */
export type InstalledPlayers = Readonly<Partial<Record<Player, string>>>;

/** Describes what to play: the URI of a local file, its path if that is valid text, and the time range. */
export interface PlaybackPosition {
  readonly uri: string;
  readonly path?: string;
  readonly startMs: Ms;
  readonly endMs?: Ms;
  /** What the file's own clock shows at its start, ms. Browsers count by it; players count from the start. */
  readonly clockStartMs?: Ms;
}

/** Holds a program with its arguments. Never a shell command line. */
export interface PlayCommand {
  readonly player: Player;
  readonly program: string;
  readonly args: readonly string[];
}

const seconds = (ms: Ms) => String(ms / 1000);

/** Formats a moment as a link for a browser, with its end if it has one. */
export function toBrowserLink({ uri, clockStartMs = 0, ...moment }: PlaybackPosition): string {
  const startMs = moment.startMs + clockStartMs;
  const endMs = moment.endMs === undefined ? undefined : moment.endMs + clockStartMs;
  return endMs === undefined ? `${uri}#t=${seconds(startMs)}` : formatMediaLink(uri, { startMs, endMs });
}

/** Blocks playlists and the network: a file that only looks like a video must not redirect the player. */
const LOCAL_ONLY_ARGUMENTS = ['-protocol_whitelist', 'file,pipe'];

/**
 * Builds the command that plays a moment with the first installed player, or with `wantedPlayer`. The file is always a
 * `file:` URI or an absolute path, so that no name is read as an option or another address. Returns undefined if no
 * player fits. ffplay needs a path that is valid text.
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

function playerArguments(player: Player, moment: PlaybackPosition): readonly string[] | undefined {
  const { uri, path, startMs } = moment;
  switch (player) {
    case 'mpv':
      return [`--start=${seconds(startMs)}`, '--force-window=yes', '--', uri];
    case 'vlc':
      return [`--start-time=${seconds(startMs)}`, uri];
    case 'ffplay':
      if (path === undefined) return undefined;
      return ['-hide_banner', ...LOCAL_ONLY_ARGUMENTS, '-ss', seconds(startMs), '-i', `file:${path}`];
    case 'browser':
      return [toBrowserLink(moment)];
  }
}
