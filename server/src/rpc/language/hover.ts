import type { Hover } from 'vscode-languageserver-protocol';
import { z } from 'zod';
import type { TimeRange } from '../../core/domain/time-range.ts';
import type { Library } from '../../library.ts';
import { hoverText, linesOfMoment } from '../../linking/hover-text.ts';
import type { Feature } from './feature.ts';
import { findMediaLinks } from './media-links.ts';
import { positionSchema, textDocumentSchema } from './schemas.ts';

const paramsSchema = z.object({ textDocument: textDocumentSchema, position: positionSchema });

/** Sets the size that fits into a hover, in px. */
const PICTURE_BOX_PX = { width: 320, height: 240 };
/** Limits how long a hover waits for its image, in ms. */
const PICTURE_TIMEOUT_MS = 1500;
/** Limits the image, in base64 characters. VS Code truncates a hover at 100,000 characters. */
const MAX_PICTURE_CHARS = 80_000;

/** Returns the frame at a time as a data URI for Markdown, or undefined if none is available in time. */
async function renderPicture(
  { still }: Pick<Library, 'still'>,
  uri: string,
  timeMs: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const timeoutSignal = AbortSignal.any([signal, AbortSignal.timeout(PICTURE_TIMEOUT_MS)]);
    const data = Buffer.from(await still(uri, timeMs, PICTURE_BOX_PX, timeoutSignal)).toString('base64');
    return data.length > MAX_PICTURE_CHARS ? undefined : `data:image/jpeg;base64,${data}`;
  } catch {
    // The text is worth showing without an image: for audio files, disconnected drives and times without a frame.
    return undefined;
  }
}

export const hover: Feature<z.infer<typeof paramsSchema>> = {
  method: 'textDocument/hover',
  params: paramsSchema,
  async handle({ textDocument: { uri }, position: cursor }, call, { library }): Promise<Hover | null> {
    const { signal, capabilities } = call;
    const document = call.documents.get(uri);
    if (document === undefined) return null;
    const offset = document.lines.offsetAt(cursor);
    const links = await findMediaLinks(document, library, signal, { start: cursor, end: cursor });
    const link = links.find(({ start, end }) => start <= offset && offset <= end);
    if (link === undefined) return null;
    const video = await library.video(link.uri);
    const clip = video.clips.find(
      (candidate) => candidate.startMs <= link.startMs && link.startMs < candidate.endMs,
    );
    const endMs = link.endMs ?? (link.hasTime ? clip?.endMs : undefined) ?? video.durationMs;
    const range: TimeRange = { startMs: link.startMs, endMs };
    const isPastEnd = link.startMs >= video.durationMs;
    const value = hoverText({
      ...range,
      name: video.path.slice(Math.max(video.path.lastIndexOf('/'), video.path.lastIndexOf('\\')) + 1),
      durationMs: video.durationMs,
      lines: linesOfMoment(video.lines, range),
      picture:
        capabilities.imageHovers && !isPastEnd
          ? await renderPicture(library, link.uri, link.startMs, signal)
          : undefined,
    });
    return { contents: { kind: 'markdown', value }, range: link.range };
  },
};
