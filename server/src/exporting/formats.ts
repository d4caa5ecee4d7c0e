import { writeChapters, writeFfmetadata } from './chapters.ts';
import { writeEdl } from './edl.ts';
import { writeFcpxml } from './fcpxml.ts';
import { writeM3u } from './m3u.ts';
import { writeMarkdown } from './markdown.ts';
import { writeOtio } from './otio.ts';
import type { ExportSelection } from './selection.ts';
import { writeSrt } from './srt.ts';
import { writeVtt } from './vtt.ts';

/** Writes moments as the text of each export format. */
export const exportWriters = {
  markdown: writeMarkdown,
  srt: writeSrt,
  vtt: writeVtt,
  chapters: writeChapters,
  ffmetadata: writeFfmetadata,
  m3u: writeM3u,
  edl: writeEdl,
  otio: writeOtio,
  fcpxml: writeFcpxml,
} as const satisfies Readonly<Record<string, (selection: ExportSelection) => string>>;
