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
  const inRange = (range: TimeRange) =>
    timesMs ?? evenTimes({ startMs: startMs ?? range.startMs, endMs: endMs ?? range.endMs }, count);
  if (clipId !== undefined) {
    const { uri, ...clip } = await sendRequest('goldfish/clip', { clipId, uri: videoUri }, signal);
    return { uri, timesMs: inRange(parseClipId(clipId) ?? clip) };
  }
  if (videoUri === undefined) throw new Error('Give the clipId of a search result, or a video.');
  if (timesMs !== undefined) return { uri: videoUri, timesMs };
  const { durationMs } = await sendRequest('goldfish/video', { uri: videoUri }, signal);
  return { uri: videoUri, timesMs: inRange({ startMs: 0, endMs: durationMs }) };
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
