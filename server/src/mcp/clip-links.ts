import type { ResourceLink } from '@modelcontextprotocol/sdk/types.js';
import type { TimeRange } from '../../protocol/base.ts';
import { toOneLine } from '../core/text/one-line.ts';
import { formatTimeRange } from './result-shapes.ts';

const CLIP_RESOURCE_PREFIX = 'goldfish://clip/';
const FRAME_RESOURCE_PREFIX = 'goldfish://frame/';

export const clipTemplate = `${CLIP_RESOURCE_PREFIX}{clipId}`;
export const frameTemplate = `${FRAME_RESOURCE_PREFIX}{video}/{timeMs}`;

/** Returns the resource URI of a clip. The resource is the text of the clip, as JSON. */
function clipResource(clipId: string): string {
  return `${CLIP_RESOURCE_PREFIX}${encodeURIComponent(clipId)}`;
}

/** Returns the resource URI of the frame at a time. The resource is a JPEG. */
export function frameResource(uri: string, timeMs: number): string {
  return `${FRAME_RESOURCE_PREFIX}${encodeURIComponent(uri)}/${timeMs}`;
}

/** Creates a link to a clip for the result of a tool. */
export function clipLink(clip: TimeRange & { readonly clipId: string; readonly path: string }): ResourceLink {
  return {
    type: 'resource_link',
    uri: clipResource(clip.clipId),
    name: `${toOneLine(clip.path)} ${formatTimeRange(clip)}`,
    description: 'speech, text on screen and descriptions of this clip',
    mimeType: 'application/json',
  };
}

export function frameLink(uri: string, timeMs: number): ResourceLink {
  return {
    type: 'resource_link',
    uri: frameResource(uri, timeMs),
    name: `frame at ${timeMs} ms`,
    mimeType: 'image/jpeg',
  };
}

export type ResourceTarget =
  | { readonly kind: 'clip'; readonly clipId: string }
  | { readonly kind: 'frame'; readonly uri: string; readonly timeMs: number };

/**
 * Parses the URI of a resource. Returns undefined for a URI that is none of ours, and `malformed` for one with broken
 * percent-encoding or a time that is not a whole number.
 */
export function parseResourceUri(text: string): ResourceTarget | undefined | 'malformed' {
  if (!URL.canParse(text)) return 'malformed';
  try {
    if (text.startsWith(CLIP_RESOURCE_PREFIX)) {
      const clipId = decodeURIComponent(text.slice(CLIP_RESOURCE_PREFIX.length));
      return clipId === '' ? undefined : { kind: 'clip', clipId };
    }
    if (!text.startsWith(FRAME_RESOURCE_PREFIX)) return undefined;
    const [video = '', time, ...rest] = text.slice(FRAME_RESOURCE_PREFIX.length).split('/');
    if (video === '' || time === undefined || rest.length > 0) return undefined;
    const timeMs = Number(time);
    return /^\d{1,15}$/.test(time) ? { kind: 'frame', uri: decodeURIComponent(video), timeMs } : 'malformed';
  } catch {
    return 'malformed';
  }
}
