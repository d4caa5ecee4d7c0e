import { existsSync } from 'node:fs';
import { parseClipId } from '../core/clipId.ts';
import type { MediaLink } from '../core/mediaLink.ts';
import type { Context } from './context.ts';
import { CommandError } from './failure.ts';
import { rememberedHit } from './last-hits.ts';
import { placeOf } from './uri.ts';

/** What HIT or LINK stands for: a clip by its id, or a place in a file. */
export type Target = { readonly clipId: string } | MediaLink;

/**
 * Reads HIT|LINK: the number of a hit printed last, a clip id, a link, or a path. A file of that name wins over a
 * number or an id.
 */
export function targetOf(given: string, context: Context): Target {
  const isFile = existsSync(context.path(given));
  if (!isFile && /^\d{1,4}$/.test(given)) {
    const hit = rememberedHit(context.dataDir, Number(given));
    if (hit) return hit;
    throw new CommandError(
      'notFound',
      `The last search or answer has no number ${given}.`,
      'Search or ask first, or give a link or a path.',
    );
  }
  if (!isFile && parseClipId(given)) return { clipId: given };
  return placeOf(given, context.path);
}
