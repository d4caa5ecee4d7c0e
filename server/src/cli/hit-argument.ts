import { existsSync } from 'node:fs';
import { parseClipId } from '../core/domain/clip-id.ts';
import type { MediaLink } from '../core/domain/media-link.ts';
import { CommandError } from './cli-failure.ts';
import type { CommandContext } from './context.ts';
import { rememberedHit } from './last-hits.ts';
import { parseLocation } from './path-argument.ts';

/** Identifies a clip by its id, or a time in a file. */
export type CommandTarget = { readonly clipId: string } | MediaLink;

/**
 * Parses HIT|LINK: the number of a hit in the last results, a clip id, a link, or a path. A file of that name wins
 * over a number or an id. Throws `notFound` for a number without a hit.
 */
export function parseTarget(argument: string, context: CommandContext): CommandTarget {
  const isFile = existsSync(context.resolvePath(argument));
  if (!isFile && /^\d{1,4}$/.test(argument)) {
    const hit = rememberedHit(context.dataDir, Number(argument));
    if (hit) return hit;
    throw new CommandError(
      'notFound',
      `The last results have no number ${argument}.`,
      'Search or ask first, or give a link or a path.',
    );
  }
  if (!isFile && parseClipId(argument)) return { clipId: argument };
  return parseLocation(argument, context.resolvePath);
}
