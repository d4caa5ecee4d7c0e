import { z } from 'zod';
import { tokens, uri } from './base.ts';
import type { Message } from './message.ts';
import { TRAINING_SOURCES } from './names.ts';

export const trainingSource = z
  .enum(TRAINING_SOURCES)
  .describe(
    '`corrections`: captions that a person corrected; `tags`: what a person tagged; `captions`: captions as the captioner ' +
      'wrote them, so that it keeps what it knows.',
  );
export type TrainingSource = Message<typeof trainingSource>;

const percent = z.int().min(0).max(100);

export const trainingExportParams = tokens.extend({
  folder: uri.describe('A folder that does not exist yet, or is empty.'),
  from: z.array(trainingSource).min(1).optional().describe('All if absent.'),
  uris: z.array(uri).max(10_000).optional().describe('Folders or videos; everything if absent.'),
  split: z
    .object({ train: percent, validation: percent, test: percent })
    .refine(({ train, validation, test }) => train + validation + test === 100, 'must add up to 100')
    .optional()
    .describe('Percent of the contents for training, validation and test; 90, 5, 5 if absent.'),
  captionsPerCorrection: z
    .number()
    .min(0)
    .max(1000)
    .optional()
    .describe('At most so many uncorrected captions for each corrected one, and at least 100; 5 if absent.'),
});
export type TrainingExportParams = Message<typeof trainingExportParams>;

const count = z.int().min(0);

export const trainingExportResult = z.object({
  path: z.string().describe('The folder of the data set.'),
  rows: count,
  splits: z.object({ train: count, validation: count, test: count }),
  sources: z.object({ corrections: count, tags: count, captions: count }),
  unreadable: z
    .array(z.object({ path: z.string(), reason: z.string() }))
    .describe('Videos whose frames could not be decoded; they have no rows.'),
});
export type TrainingExportResult = Message<typeof trainingExportResult>;

export const trainingExportProgress = z
  .object({ done: count, total: count, path: z.string().describe('The video being read.') })
  .describe('The value of `$/progress` on the `partialResultToken` of `goldfish/train/export`; counts rows.');
export type TrainingExportProgress = Message<typeof trainingExportProgress>;
