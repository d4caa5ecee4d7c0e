import { randomUUID } from 'node:crypto';
import { mkdir, open, rm } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileUriToPath, pathToFileUri } from '../../base/file-uri.ts';
import type { Ms } from '../../core/domain/time-range.ts';
import { MediaFailureError } from '../../core/errors/media-failure.ts';
import type { RecordingLayout } from '../../core/recording/recording-layout.ts';
import type { RecordingParts } from '../../ports/recording-parts.ts';
import { codeOf } from './file-failures.ts';
import { withOpenFile } from './hash-file.ts';
import { createLayoutReader } from './read-recording.ts';

const COPY_BYTES = 1024 * 1024;
/** How much earlier a part begins, ms, so that it contains a key frame. */
const LEAD_IN_MS = 12_000;
/** How much longer than its range a part is, ms. */
const LEAD_OUT_MS = 2_000;
/** Parts that are a larger share of a recording save nothing. */
const MAX_SHARE = 0.8;

/** Returns the bytes of the part that contains a range; undefined if that is most of the recording. */
function choosePart(
  { headBytes, parts, endByte }: RecordingLayout,
  fromMs: Ms,
  toMs: Ms = Number.POSITIVE_INFINITY,
): { readonly startByte: number; readonly endByte: number } | undefined {
  const startByte = parts.findLast(({ timeMs }) => timeMs <= fromMs - LEAD_IN_MS)?.byte;
  if (startByte === undefined) return undefined;
  const partEndByte =
    parts.find(({ byte, timeMs }) => byte > startByte && timeMs > toMs + LEAD_OUT_MS)?.byte ?? endByte;
  return headBytes + partEndByte - startByte > endByte * MAX_SHARE
    ? undefined
    : { startByte, endByte: partEndByte };
}

/** Creates RecordingParts that copies into a folder, which may be deleted at any time. */
export function createRecordingParts(folder: string): RecordingParts {
  const readLayout = createLayoutReader();
  return {
    async cut(uri, { fromMs, toMs }, signal) {
      const path = fileUriToPath(uri);
      return withOpenFile(path, signal, async (file) => {
        const layout = await readLayout(file, await file.stat(), signal, { isWhole: true });
        const part = layout && choosePart(layout, fromMs, toMs);
        if (layout === undefined || part === undefined) return undefined;
        const partPath = join(folder, `${randomUUID()}${extname(path.toString())}`);
        const release = () => rm(partPath, { force: true });
        await mkdir(folder, { recursive: true });
        try {
          await using target = await open(partPath, 'wx', 0o600);
          const chunk = Buffer.allocUnsafe(COPY_BYTES);
          for (const [start, end] of [
            [0, layout.headBytes],
            [part.startByte, part.endByte],
          ] as const) {
            for (let at = start; at < end; ) {
              signal.throwIfAborted();
              const { bytesRead } = await file.read(chunk, 0, Math.min(COPY_BYTES, end - at), at);
              if (bytesRead === 0) break;
              await target.writeFile(chunk.subarray(0, bytesRead));
              at += bytesRead;
            }
          }
        } catch (error) {
          await release();
          throw ['ENOSPC', 'EDQUOT'].includes(codeOf(error)) ? createNoSpaceError(folder) : error;
        }
        return { uri: pathToFileUri(partPath), release };
      });
    },
  };
}

function createNoSpaceError(folder: string): MediaFailureError {
  return new MediaFailureError({
    kind: 'noSpace',
    reason: `A part of the recording could not be copied to ${folder}: the disk is full.`,
    remedy: 'Free some space. Goldfish retries when more has been recorded.',
  });
}
