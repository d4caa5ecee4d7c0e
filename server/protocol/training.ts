import { z } from 'zod';
import { time, tokens, uri } from './base.ts';
import type { Message } from './message.ts';
import { IMPORT_FORMATS, TRAINING_SOURCES } from './names.ts';

export const trainingSource = z
  .enum(TRAINING_SOURCES)
  .describe(
    '`corrections`: captions that a person corrected; `tags`: what a person tagged; `captions`: captions as the captioner ' +
      'wrote them, so that it keeps what it knows; `subtitles`: what subtitles say of a clip; `host`: captions that a larger ' +
      'model on `host` writes now.',
  );
export type TrainingSource = Message<typeof trainingSource>;

export const importFormat = z
  .enum(IMPORT_FORMATS)
  .describe(
    '`video-instruct`: VideoInstruct-100K; `cmd`: Condensed Movies; `webvid`: WebVid; `llava`: conversations as LLaVA has ' +
      'them; `cc-sbu-align`: pictures of MiniGPT-4; `pairs`: lines of a path, a tab and a caption.',
  );
export type ImportFormat = Message<typeof importFormat>;

const count = z.int().min(0);
const percent = z.int().min(0).max(100);

const splitShares = z
  .object({ train: percent, validation: percent, test: percent })
  .refine(({ train, validation, test }) => train + validation + test === 100, 'must add up to 100')
  .describe('Percent of the contents for training, validation and test; 90, 5, 5 if absent.');

export const trainingExportParams = tokens.extend({
  folder: uri.describe('A folder that does not exist yet, or is empty.'),
  from: z
    .array(trainingSource)
    .min(1)
    .optional()
    .describe('Corrections, tags and captions if absent, and `host` if a host is named.'),
  host: z
    .string()
    .max(4096)
    .optional()
    .describe(
      'An OpenAI-compatible endpoint as http://host/v1#model. It receives frames, speech and text on screen of the clips that ' +
        'it describes. Only what is sent with this member leaves the machine.',
    ),
  hostClips: count
    .max(100_000)
    .optional()
    .describe('At most so many clips are sent to the host; 200 if absent.'),
  uris: z.array(uri).max(10_000).optional().describe('Folders or videos; everything if absent.'),
  split: splitShares.optional(),
  captionsPerCorrection: z
    .number()
    .min(0)
    .max(1000)
    .optional()
    .describe('At most so many uncorrected captions for each corrected one, and at least 100; 5 if absent.'),
});
export type TrainingExportParams = Message<typeof trainingExportParams>;

const writtenDataSet = {
  path: z.string().describe('The folder of the data set.'),
  rows: count,
  splits: z.object({ train: count, validation: count, test: count }),
};
const unreadable = z
  .array(z.object({ path: z.string(), reason: z.string() }))
  .describe('Files whose frames could not be decoded; they have no rows.');

export const trainingExportResult = z.object({
  ...writtenDataSet,
  sources: z.object({ corrections: count, tags: count, captions: count, subtitles: count, host: count }),
  refused: count.describe('Clips that the host refused to describe; they have no row of it.'),
  unreadable,
});
export type TrainingExportResult = Message<typeof trainingExportResult>;

export const trainingEstimateParams = trainingExportParams.pick({ uris: true, hostClips: true });
export type TrainingEstimateParams = Message<typeof trainingEstimateParams>;

export const trainingEstimateResult = z
  .object({
    clips: count,
    frames: count,
    tokensIn: count.describe('Estimated: about a token for each 750 px of a frame, and 400 for a prompt.'),
    tokensOut: count.describe('At most: what the captioner may write of each clip.'),
  })
  .describe('What a host would be sent.');
export type TrainingEstimateResult = Message<typeof trainingEstimateResult>;

export const trainingExportProgress = z
  .object({ done: count, total: count, path: z.string().describe('The video being read.') })
  .describe(
    'The value of `$/progress` on the `partialResultToken` of `goldfish/train/export` and `goldfish/train/import`; counts rows.',
  );
export type TrainingExportProgress = Message<typeof trainingExportProgress>;

export const openedParams = z.object({ uri, ms: time.describe('Where it is played from.') });
export type OpenedParams = Message<typeof openedParams>;

export const trainingSearchesParams = z.object({
  folder: trainingExportParams.shape.folder,
  split: splitShares.optional(),
});
export type TrainingSearchesParams = Message<typeof trainingSearchesParams>;

export const trainingSearchesResult = z.object(writtenDataSet);
export type TrainingSearchesResult = Message<typeof trainingSearchesResult>;

export const trainingImportParams = tokens.extend({
  format: importFormat,
  annotations: uri.describe('The file with the texts.'),
  media: uri.describe('The folder that the paths of the annotations are relative to.'),
  subtitles: uri.optional().describe('The folder of the subtitles; that of the media if absent.'),
  folder: trainingExportParams.shape.folder,
  licence: z.string().min(1).max(200).optional().describe('The licence of the data; `unknown` if absent.'),
  split: splitShares.optional(),
});
export type TrainingImportParams = Message<typeof trainingImportParams>;

export const trainingImportResult = z.object({
  ...writtenDataSet,
  unusable: count.describe('Records of the annotations that are incomplete.'),
  missing: count.describe('Examples whose file is not in the media folder.'),
  unreadable,
});
export type TrainingImportResult = Message<typeof trainingImportResult>;
