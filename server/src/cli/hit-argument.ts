import { existsSync } from 'node:fs';
import { parseClipId } from '../core/domain/clip-id.ts';
import type { MediaLink } from '../core/domain/media-link.ts';
import { CommandError, usageError } from './cli-failure.ts';
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

/** Parses a target that must name a moment. Throws a usage error for a video without a time. */
export function parseMoment(argument: string, context: CommandContext): CommandTarget {
  const target = parseTarget(argument, context);
  const isWholeVideo =
    'uri' in target && target.startMs === 0 && target.endMs === undefined && !/#t=/.test(argument);
  if (!isWholeVideo) return target;
  throw usageError(
    `${argument} is a whole video, not a moment.`,
    'Add a time, such as talk.mp4#t=1:23, or give the number of a hit.',
  );
}
