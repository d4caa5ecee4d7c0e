import { readFileSync, statSync } from 'node:fs';
import type { SearchParams } from '../../protocol/search.ts';
import { clipHolding } from '../core/describe.ts';
import type { Context } from './context.ts';
import { CommandError } from './failure.ts';
import { targetOf } from './target.ts';

/** A larger file, bytes, is no picture that is worth sending. */
const MOST_BYTES = 8 * 1024 * 1024;

/** The picture in a file, as the daemon takes it. */
export function imageOf(given: string, context: Context): SearchParams['image'] {
  const path = context.path(given);
  let bytes: Buffer;
  try {
    const { size } = statSync(path);
    if (size > MOST_BYTES)
      throw new CommandError(
        'invalid',
        `${path} is larger than ${MOST_BYTES / 1024 / 1024} MB.`,
        'Give a smaller JPEG or PNG.',
      );
    bytes = readFileSync(path);
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError(
      'notFound',
      `${path} cannot be read: ${error instanceof Error ? error.message : error}`,
      'Check the path.',
    );
  }
  return { data: bytes.toString('base64') };
}

/** The clip that HIT or LINK lies in, as the daemon takes it. */
export async function likeOf(given: string, context: Context): Promise<SearchParams['like']> {
  const target = targetOf(given, context);
  if ('clipId' in target) return target;
  const { uri, startMs, endMs = startMs + 1 } = target;
  const client = await context.client();
  const { clips } = await client.request('goldfish/video', { uri }, { signal: context.signal });
  const clip = clipHolding(clips, { startMs, endMs });
  const held = clips.find((one) => one.startMs === clip?.startMs);
  if (held) return { clipId: held.clipId, uri };
  throw new CommandError(
    'notFound',
    `${given} holds no clip yet.`,
    'Wait until it is indexed, or name another.',
  );
}
