import type { Hover } from 'vscode-languageserver-protocol';
import { z } from 'zod';
import { overlapMs, type TimeRange } from '../../core/range.ts';
import type { Library } from '../../library.ts';
import { hoverText } from '../../linking/hoverText.ts';
import { type Feature, position, textDocument } from './feature.ts';
import { mediaLinks } from './mediaLinks.ts';

const params = z.object({ textDocument, position });

/** px; what a hover has room for. */
const PICTURE = { width: 320, height: 240 };
/** How long the words of a hover wait for its picture, ms. */
const PATIENCE_MS = 1500;
/** Characters of base64: VS Code cuts a hover off at 100,000. */
const LONGEST = 80_000;

/** The frame at a time as an image in Markdown that needs no address; undefined where none can be had in time. */
async function picture(
  { still }: Pick<Library, 'still'>,
  uri: string,
  timeMs: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const patience = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
    const data = Buffer.from(await still(uri, timeMs, PICTURE, patience)).toString('base64');
    return data.length > LONGEST ? undefined : `data:image/jpeg;base64,${data}`;
  } catch {
    // Sound alone, a drive that is not there, a time without a frame: the words are worth showing.
    return undefined;
  }
}

export const hover: Feature<z.infer<typeof params>> = {
  method: 'textDocument/hover',
  params,
  async handle({ textDocument: { uri }, position: at }, call, { library }): Promise<Hover | null> {
    const { signal, abilities } = call;
    const document = call.documents.get(uri);
    if (document === undefined) return null;
    const offset = document.lines.offsetAt(at);
    const links = await mediaLinks(document, library, signal, { start: at, end: at });
    const link = links.find(({ start, end }) => start <= offset && offset <= end);
    if (link === undefined) return null;
    const video = await library.video(link.uri);
    const clip = video.clips.find((one) => one.startMs <= link.startMs && link.startMs < one.endMs);
    const endMs = link.endMs ?? (link.timed ? clip?.endMs : undefined) ?? video.durationMs;
    const range: TimeRange = { startMs: link.startMs, endMs };
    const past = link.startMs >= video.durationMs;
    const value = hoverText({
      ...range,
      name: video.path.slice(Math.max(video.path.lastIndexOf('/'), video.path.lastIndexOf('\\')) + 1),
      durationMs: video.durationMs,
      lines: video.lines.filter((line) => overlapMs(line, range) > 0),
      picture:
        abilities.pictures && !past ? await picture(library, link.uri, link.startMs, signal) : undefined,
    });
    return { contents: { kind: 'markdown', value }, range: link.range };
  },
};
