import { writeChapters, writeFfmetadata } from './chapters.ts';
import { writeEdl } from './edl.ts';
import { writeFcpxml } from './fcpxml.ts';
import { writeM3u } from './m3u.ts';
import { writeMarkdown } from './markdown.ts';
import { writeOtio } from './otio.ts';
import type { ExportSelection } from './selection.ts';
import { writeSrt } from './srt.ts';
import { writeVtt } from './vtt.ts';

export interface ExportFormatWriter {
  /** The file extension, without the dot. */
  readonly extension: string;
  readonly write: (selection: ExportSelection) => string;
}

export const exportFormats = {
  markdown: { extension: 'md', write: writeMarkdown },
  srt: { extension: 'srt', write: writeSrt },
  vtt: { extension: 'vtt', write: writeVtt },
  chapters: { extension: 'txt', write: writeChapters },
  ffmetadata: { extension: 'ffmeta', write: writeFfmetadata },
  m3u: { extension: 'm3u8', write: writeM3u },
  edl: { extension: 'edl', write: writeEdl },
  otio: { extension: 'otio', write: writeOtio },
  fcpxml: { extension: 'fcpxml', write: writeFcpxml },
} as const satisfies Readonly<Record<string, ExportFormatWriter>>;
