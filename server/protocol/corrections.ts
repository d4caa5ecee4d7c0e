import { z } from 'zod';
import { evidenceKind, time, timeRange, uri } from './base.ts';
import type { Message } from './message.ts';
import { CORRECTABLE_KINDS } from './names.ts';

export const correctableKind = evidenceKind
  .extract([...CORRECTABLE_KINDS])
  .describe('A kind of line that can be corrected.');
export type CorrectableKind = Message<typeof correctableKind>;

const madeMs = z.int().describe('When the correction was made, milliseconds since 1970.');
const lineText = z.string().max(5_000);
/** A speaker's name or a tag. */
const label = z.string().max(200);

export const lineCorrection = timeRange
  .extend({
    change: z.literal('line'),
    id: z.string(),
    kind: correctableKind,
    was: z
      .object({
        text: z.string(),
        source: z.string(),
        speaker: z.string().optional(),
        language: z.string().optional(),
      })
      .describe('The line before the correction.'),
    text: z.string().optional().describe('Absent: the words stay. Empty: the line is deleted.'),
    speaker: z.string().optional().describe('Absent: the speaker stays. Empty: nobody.'),
    madeMs,
  })
  .describe('A line with other words or another speaker.');
export type LineCorrection = Message<typeof lineCorrection>;

export const speakerCorrection = z
  .object({
    change: z.literal('speaker'),
    id: z.string(),
    was: z.string().describe('Empty: the lines without a speaker.'),
    speaker: z.string(),
    voice: z
      .object({
        moments: z
          .array(z.number())
          .describe('Milliseconds at which the voice speaks. The voice is found by them.'),
      })
      .optional()
      .describe('Present if the speaker is a voice that a diariser found, and not a name in subtitles.'),
    everywhere: z
      .literal(true)
      .optional()
      .describe('The name also belongs to the same voice in other videos.'),
    madeMs,
  })
  .describe('A speaker who has another name throughout the video.');
export type SpeakerCorrection = Message<typeof speakerCorrection>;

export const tag = timeRange
  .extend({ change: z.literal('tag'), id: z.string(), text: z.string(), madeMs })
  .describe('Words that a person added to a range.');
export type Tag = Message<typeof tag>;

export const correction = z
  .union([lineCorrection, speakerCorrection, tag])
  .describe(
    'What a person changed in a video. It belongs to the content: it outlasts re-indexing, renames and `forget`.',
  );
export type Correction = Message<typeof correction>;

export const correctionsListParams = z.object({ uri });
export type CorrectionsListParams = Message<typeof correctionsListParams>;

export const correctionsLineParams = z
  .object({
    uri,
    kind: correctableKind,
    startMs: time,
    was: z.string().max(100_000).optional().describe('Correct the line only if this is its text now.'),
    text: lineText.optional(),
    speaker: label.optional(),
  })
  .refine(({ text, speaker }) => text !== undefined || speaker !== undefined, 'must have text or speaker')
  .describe('Corrects the line of a kind that begins at `startMs`, or else the one that contains it.');
export type CorrectionsLineParams = Message<typeof correctionsLineParams>;

export const correctionsSpeakerParams = z
  .object({
    uri,
    from: z.string().max(5_000).describe('The name as shown now; empty for the lines without a speaker.'),
    to: label,
    voice: z
      .int()
      .min(1)
      .optional()
      .describe('Number of the voice, where a speaker in subtitles has the same name.'),
    everywhere: z
      .boolean()
      .optional()
      .describe('Also name this voice in other videos. Only for a voice that a diariser found.'),
  })
  .describe('Renames a speaker throughout the video: a name in subtitles, or a voice such as `Voice 1`.');
export type CorrectionsSpeakerParams = Message<typeof correctionsSpeakerParams>;

export const correctionsTagParams = z.object({ uri, startMs: time, endMs: time, tag: label });
export type CorrectionsTagParams = Message<typeof correctionsTagParams>;

export const correctionsRemoveParams = z
  .object({ uri, id: z.string().min(1).max(128) })
  .describe('Removes a correction or tag and restores the original.');
export type CorrectionsRemoveParams = Message<typeof correctionsRemoveParams>;

export const correctionsResult = z
  .object({ videoId: z.string(), corrections: z.array(correction) })
  .describe('All corrections of the video, oldest first.');
export type CorrectionsResult = Message<typeof correctionsResult>;
