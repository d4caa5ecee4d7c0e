import type { ResourceLink } from '@modelcontextprotocol/sdk/types.js';
import type { TimeRange } from '../../protocol/base.ts';
import { oneLine } from '../core/oneLine.ts';
import { clockRange } from './moments.ts';

const CLIP = 'goldfish://clip/';
const FRAME = 'goldfish://frame/';

export const clipTemplate = `${CLIP}{clipId}`;
export const frameTemplate = `${FRAME}{video}/{timeMs}`;

/** The resource of a clip: its text, as JSON. */
export function clipResource(clipId: string): string {
  return `${CLIP}${encodeURIComponent(clipId)}`;
}

/** The resource of the frame that a video shows at a time: a JPEG. */
export function frameResource(uri: string, timeMs: number): string {
  return `${FRAME}${encodeURIComponent(uri)}/${timeMs}`;
}

/** A link to a clip for a tool's result. */
export function clipLink(clip: TimeRange & { readonly clipId: string; readonly path: string }): ResourceLink {
  return {
    type: 'resource_link',
    uri: clipResource(clip.clipId),
    name: `${oneLine(clip.path)} ${clockRange(clip)}`,
    description: 'what is known of this clip',
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
