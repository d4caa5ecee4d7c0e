import type { Ms } from '../../protocol/base.ts';
import { mediaLink } from '../core/mediaLink.ts';

/** Programs that can play at a time, best first; `browser` is any browser. */
export const PLAYERS = ['mpv', 'vlc', 'ffplay', 'browser'] as const;
export type Player = (typeof PLAYERS)[number];

/** Where each of them is installed. */
export type Installed = Readonly<Partial<Record<Player, string>>>;

/** What is to be played: a local file's URI, its path where that is text, and the place. */
export interface Moment {
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
export function linkOf({ uri, startMs, endMs }: Moment): string {
  return endMs === undefined ? `${uri}#t=${seconds(startMs)}` : mediaLink(uri, { startMs, endMs });
}

/** No playlist, no network: a file that only looks like a video must not lead a player elsewhere. */
const LOCAL_ONLY = ['-protocol_whitelist', 'file,pipe'];

/**
 * How to play a moment with what is installed, or with the one that is asked for. The file is always given as a
 * `file:` URI or an absolute path, so that no name is taken for an option or another address. Undefined where nothing
 * fits; ffplay needs a path that is text.
 */
export function playCommand(moment: Moment, installed: Installed, asked?: Player): PlayCommand | undefined {
  for (const player of asked ? [asked] : PLAYERS) {
    const program = installed[player];
    const args = program === undefined ? undefined : argumentsFor(player, moment);
    if (program !== undefined && args !== undefined) return { player, program, args };
  }
  return undefined;
}

function argumentsFor(player: Player, { uri, path, startMs, endMs }: Moment): readonly string[] | undefined {
  switch (player) {
    case 'mpv':
      return [`--start=${seconds(startMs)}`, '--force-window=yes', '--', uri];
    case 'vlc':
      return [`--start-time=${seconds(startMs)}`, uri];
    case 'ffplay':
      if (path === undefined) return undefined;
      return ['-hide_banner', ...LOCAL_ONLY, '-ss', seconds(startMs), '-i', `file:${path}`];
    case 'browser':
      return [linkOf({ uri, startMs, endMs })];
  }
}
