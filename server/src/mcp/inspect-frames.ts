import type { Ms, TimeRange } from '../../protocol/base.ts';
import { inspectFramesTool } from '../../protocol/tools.ts';
import { parseClipId } from '../core/domain/clip-id.ts';
import { frameLink, frameResource } from './clip-links.ts';
import type { SendRequest } from './daemon-link.ts';
import { placeToUri, type RegisterTool, registerTool } from './tool.ts';

/** Returns the midpoints of `count` equal parts of a range. */
function evenTimes({ startMs, endMs }: TimeRange, count: number): readonly Ms[] {
  const step = Math.max(0, endMs - startMs) / count;
  return Array.from({ length: count }, (_, index) => Math.floor(startMs + step * (index + 0.5)));
}

interface FrameRequest {
  readonly clipId?: string | undefined;
  readonly video?: string | undefined;
  readonly timesMs?: readonly Ms[] | undefined;
  readonly startMs?: Ms | undefined;
  readonly endMs?: Ms | undefined;
  readonly count: number;
}

/** Resolves the file and the times to show. A clip id names a range of the file's content, so that range is used. */
async function resolveTimes(
  { clipId, video, timesMs, startMs, endMs, count }: FrameRequest,
  sendRequest: SendRequest,
  signal: AbortSignal,
) {
  const videoUri = video === undefined ? undefined : placeToUri(video);
  if (clipId === undefined && videoUri === undefined)
    throw new Error('Give the clipId of a search result, or a video.');
  const clip =
    clipId === undefined ? undefined : await sendRequest('goldfish/clip', { clipId, uri: videoUri }, signal);
  const uri = clip?.uri ?? videoUri ?? '';
  if (timesMs !== undefined) return { uri, timesMs };
  const { durationMs, path } = await sendRequest('goldfish/video', { uri }, signal);
  const clipRange = (clipId === undefined ? undefined : parseClipId(clipId)) ?? clip;
  const range = {
    startMs: startMs ?? clipRange?.startMs ?? 0,
    // A range may end after the video, and the frames are of the part that exists.
    endMs: Math.min(endMs ?? clipRange?.endMs ?? durationMs, durationMs),
  };
  if (durationMs > 0 && range.endMs <= range.startMs)
    throw new Error(
      `${path} has no frames from ${range.startMs} to ${endMs ?? range.endMs} ms: it lasts ${durationMs} ms.`,
    );
  return { uri, timesMs: evenTimes(range, count) };
}

export const registerInspectFrames: RegisterTool = (server, sendRequest) =>
  registerTool(server, inspectFramesTool, async ({ width, ...input }, { signal }) => {
    const { uri, timesMs } = await resolveTimes(input, sendRequest, signal);
    const { frames } = await sendRequest('goldfish/frames', { uri, timesMs, width }, signal);
    const text = `${frames.length} frames of ${uri} at ${timesMs.join(', ')} ms`;
    const images = frames.flatMap(({ data, mimeType, timeMs }) => [
      { type: 'image' as const, data, mimeType },
      frameLink(uri, timeMs),
    ]);
    const frameResults = frames.map(({ timeMs, mimeType }) => ({
      timeMs,
      mimeType,
      resource: frameResource(uri, timeMs),
    }));
    return { content: [{ type: 'text', text }, ...images], structured: { uri, frames: frameResults } };
  });
