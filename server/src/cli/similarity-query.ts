import { readFileSync, statSync } from 'node:fs';
import type { SearchParams } from '../../protocol/search.ts';
import { findClipAt } from '../core/pipeline/group-lines-by-clip.ts';
import { CommandError } from './cli-failure.ts';
import type { CommandContext } from './context.ts';
import { parseTarget } from './hit-argument.ts';

/** Limits the size of a query image, in bytes. Larger files are not worth sending. */
const MAX_IMAGE_BYTES = 8 * 1024 * 1024;

/** Reads an image file and encodes it as a search parameter. */
export function readQueryImage(argument: string, context: CommandContext): SearchParams['image'] {
  const path = context.resolvePath(argument);
  let bytes: Buffer;
  try {
    const { size } = statSync(path);
    if (size > MAX_IMAGE_BYTES)
      throw new CommandError(
        'invalid',
        `${path} is larger than ${MAX_IMAGE_BYTES / 1024 / 1024} MB.`,
        'Give a smaller JPEG or PNG.',
      );
    bytes = readFileSync(path);
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError(
      'notFound',
      `Could not read ${path}: ${error instanceof Error ? error.message : error}`,
      'Check the path.',
    );
  }
  return { data: bytes.toString('base64') };
}

/** Finds the clip that contains HIT or LINK and returns it as a search parameter. */
export async function findSimilarityQuery(
  argument: string,
  context: CommandContext,
): Promise<SearchParams['like']> {
  const target = parseTarget(argument, context);
  if ('clipId' in target) return target;
  const { uri, startMs, endMs = startMs + 1 } = target;
  const client = await context.client();
  const { clips } = await client.request('goldfish/video', { uri }, { signal: context.signal });
  const clip = findClipAt(clips, { startMs, endMs });
  const holdingClip = clips.find((candidate) => candidate.startMs === clip?.startMs);
  if (holdingClip) return { clipId: holdingClip.clipId, uri };
  throw new CommandError(
    'notFound',
    `${argument} is not indexed yet.`,
    'Wait until it is indexed, or choose another moment.',
  );
}
