import { z } from 'zod';
import { evidenceKind, ms, queryText, resultLimit, scope, timeRange, tokens, uri } from './base.ts';
import type { Message } from './message.ts';
import { QUERY_OPERATORS } from './names.ts';

export const image = z.object({
  data: z
    .string()
    .max(12 * 1024 * 1024)
    .describe('A JPEG or PNG in base64, at most 12 MiB of it.'),
});
export type Image = Message<typeof image>;

export const likeClip = z.object({
  clipId: z.string().max(1024),
  uri: uri.optional().describe('Which copy of the content; any copy if absent.'),
});
export type LikeClip = Message<typeof likeClip>;

export const searchParams = z.object({
  query: queryText.describe(
    `Words and the operators ${QUERY_OPERATORS}. With \`image\` or \`like\` it may be empty, and narrows the results.`,
  ),
  image: image.optional().describe('Finds what looks like this picture.'),
  like: likeClip.optional().describe('Finds moments like this one; the moment itself is left out.'),
  k: resultLimit.optional().describe('The maximum number of hits; 10 if absent, -1 for all.'),
  scope: scope.optional(),
  workDoneToken: tokens.shape.workDoneToken,
});
export type SearchParams = Message<typeof searchParams>;

export const pictureBox = z
  .object({
    left: z.number(),
    top: z.number(),
    width: z.number(),
    height: z.number(),
    aspect: z.number().describe('The width of the picture divided by its height.'),
  })
  .describe('A place in a picture, as shares of its width and height, 0..1 from the top left.');
export type PictureBox = Message<typeof pictureBox>;

export const evidence = timeRange.extend({
  kind: evidenceKind,
  text: z.string(),
  speaker: z.string().optional(),
  voice: z
    .int()
    .min(1)
    .optional()
    .describe(
      'Present if the speaker was recognised by voice: the number of the voice in its video. `speaker` is then the name ' +
        'that a person gave the voice, or `Voice 1`. Absent for a speaker whom a subtitle file names.',
    ),
  language: z.string().optional().describe('BCP 47; absent if unknown.'),
  source: z
    .string()
    .describe('Where the text comes from: the file name of a sidecar, `track 2`, the name of a model, ...'),
  box: pictureBox
    .optional()
    .describe(
      'Where text on screen stood when it was last read. Absent for other kinds, and for text that was read before.',
    ),
  corrected: z
    .object({ id: z.string(), text: z.string(), speaker: z.string().optional() })
    .optional()
    .describe('Present if a person corrected the line: the original text, and the id that restores it.'),
});
export type Evidence = Message<typeof evidence>;

export const textRange = z
  .object({ start: z.int(), end: z.int() })
  .describe('A part of a text in UTF-16 code units, `end` excluded.');
export type TextRange = Message<typeof textRange>;

export const hitLine = evidence
  .extend({
    seekMs: ms
      .optional()
      .describe(
        'Where to play this line: its first matching word if the line is long, otherwise its start, but never before the ' +
          'hit if the line lasts longer than the hit. Absent in older daemons: use `startMs`.',
      ),
    matches: z
      .array(textRange)
      .optional()
      .describe(
        'The words of `text` that match the query, in order. Empty if the line matched by meaning or looks.',
      ),
  })
  .describe('A line that makes a hit match, with a second of its own.');
export type HitLine = Message<typeof hitLine>;

export const hit = z.object({
  clipId: z.string(),
  videoId: z.string(),
  uri,
  path: z.string(),
  clip: timeRange.describe('The clip that holds most of the hit.'),
  startMs: ms.describe(
    'The place to seek to: the start of the smallest run of cues that holds the evidence, at most 30 s long.',
  ),
  endMs: ms,
  score: z.number().describe('0..1, comparable within one result.'),
  weak: z.boolean().describe('True if the evidence is too thin for `ask` to answer from.'),
  link: z.string().describe('The URI with a W3C media fragment in seconds, `#t=83.2,97`.'),
  pageLink: z
    .string()
    .optional()
    .describe('The moment on the web page that the video was downloaded from; absent if it was not.'),
  evidence: z.array(hitLine),
});
export type Hit = Message<typeof hit>;

export const searchResult = z.object({ hits: z.array(hit) });
export type SearchResult = Message<typeof searchResult>;
