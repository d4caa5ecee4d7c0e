import type { Hover } from 'vscode-languageserver-protocol';
import { z } from 'zod';
import { overlapMs } from '../../core/range.ts';
import { hoverText } from '../../linking/hoverText.ts';
import { positionsIn } from '../../linking/lines.ts';
import { type Feature, position, textDocument } from './feature.ts';
import { mediaLinks } from './mediaLinks.ts';

const params = z.object({ textDocument, position });

export const hover: Feature<z.infer<typeof params>> = {
  method: 'textDocument/hover',
  params,
  async handle({ textDocument: { uri }, position: at }, { documents }, { library }): Promise<Hover | null> {
    const text = documents.get(uri)?.text;
    if (text === undefined) return null;
    const offset = positionsIn(text).offsetAt(at);
    const link = mediaLinks(text, uri, library).find(({ start, end }) => start <= offset && offset <= end);
    if (link === undefined) return null;
    const video = await library.video(link.uri);
    const clip = video.clips.find((one) => one.startMs <= link.startMs && link.startMs < one.endMs);
    const endMs = link.endMs ?? (link.timed ? clip?.endMs : undefined) ?? video.durationMs;
    const range = { startMs: link.startMs, endMs };
    const value = hoverText({
      ...range,
      name: video.path.slice(Math.max(video.path.lastIndexOf('/'), video.path.lastIndexOf('\\')) + 1),
      durationMs: video.durationMs,
      lines: video.lines.filter((line) => overlapMs(line, range) > 0),
    });
    return { contents: { kind: 'markdown', value }, range: link.range };
  },
};
