import { z } from 'zod';
import { ms, textOutput, time, timeRange, tokens, uri } from './base.ts';
import type { Message } from './message.ts';
import { EXPORT_FORMATS } from './names.ts';

export const exportFormat = z
  .enum(EXPORT_FORMATS)
  .describe(
    '`chapters`: lines of a time and a title, as video sites read them; `ffmetadata`: chapters for FFmpeg; `edl`: CMX ' +
      "3600; `otio`: OpenTimelineIO; `fcpxml`: Final Cut Pro's XML 1.8.",
  );
export type ExportFormat = Message<typeof exportFormat>;

export const exportMoment = z
  .object({ uri, startMs: time, endMs: time.optional() })
  .describe('A range of an indexed video; without `endMs`, up to the end of its clip.');
export type ExportMoment = Message<typeof exportMoment>;

const moments = z.array(exportMoment).min(1).max(1000);

export const exportParams = z.object({
  moments: moments.describe('In the order in which they are shown; 1 to 1000.'),
  format: exportFormat,
  title: z.string().max(1000).optional(),
  ...textOutput,
});
export type ExportParams = Message<typeof exportParams>;

export const exportResult = z.object({
  format: exportFormat,
  extension: z.string().describe('The file name extension of the format, without the dot.'),
  text: z.string(),
  path: z.string().optional().describe('The file that was written.'),
});
export type ExportResult = Message<typeof exportResult>;

const cutMethod = z.enum(['exact', 'copy']);

export const exportClipsParams = tokens.extend({
  moments: moments.describe('In the order in which they are played; 1 to 1000.'),
  folder: uri
    .optional()
    .describe('An existing folder: each moment becomes a file in it, named after its video, time and words.'),
  file: uri
    .optional()
    .describe(
      'A file ending in `.mp4` (`.m4a` for sound alone): all moments cut together. Give either this or `folder`.',
    ),
  how: cutMethod
    .optional()
    .describe(
      '`exact` re-encodes, so that each clip begins and ends at its frame; the default. `copy` is quick and lossless, but ' +
        'begins at the preceding key frame, up to some seconds early; not for a `file` of several moments.',
    ),
  force: textOutput.force,
});
export type ExportClipsParams = Message<typeof exportClipsParams>;

export const exportedClip = z
  .object({
    uri,
    path: z.string(),
    pieces: z
      .array(timeRange.extend({ uri }))
      .describe('The ranges of the source videos that the file contains.'),
    durationMs: ms,
  })
  .describe('A file that was written.');
export type ExportedClip = Message<typeof exportedClip>;

export const exportClipsResult = z.object({ how: cutMethod, files: z.array(exportedClip) });
export type ExportClipsResult = Message<typeof exportClipsResult>;

export const exportClipsProgress = z
  .object({ doneMs: ms, totalMs: ms, path: z.string().describe('The file being written.') })
  .describe('The value of `$/progress` on the `partialResultToken` of `goldfish/export/clips`.');
export type ExportClipsProgress = Message<typeof exportClipsProgress>;
