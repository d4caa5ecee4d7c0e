import { z } from 'zod';
import { tokens } from './base.ts';
import type { Message } from './message.ts';
import { role } from './status.ts';

export const modelPull = z
  .object({
    state: z.enum(['running', 'failed']),
    bytes: z.number().describe('Downloaded bytes.'),
    totalBytes: z.number().describe('0 until the hub has listed the files.'),
    reason: z.string().optional().describe('Why it failed.'),
    remedy: z.string().optional().describe('What to do then. Pulling again resumes.'),
  })
  .describe('A download of a model, whichever client started it.');
export type ModelPull = Message<typeof modelPull>;

export const modelEntry = z
  .object({
    id: z.string().describe('`owner/name` on the hub.'),
    role: z
      .string()
      .optional()
      .describe(
        '`captioner`, `transcriber`, `textEmbedder`, ...; absent for a model that is not in the manifest.',
      ),
    note: z.string().optional().describe('What it is for and what it needs.'),
    licence: z.string().optional(),
    default: z.boolean().describe('Used if nobody chose another.'),
    revision: z
      .string()
      .optional()
      .describe("The hub's commit of the local files; absent if not downloaded."),
    bytes: z.number().optional().describe('Size on this disk.'),
    pullBytes: z
      .number()
      .optional()
      .describe('Size of the download in bytes, known without the network; absent if the manifest has none.'),
    pullBytesEstimated: z
      .boolean()
      .optional()
      .describe('True if `pullBytes` is an estimate, good to about a tenth. Absent if it is exact.'),
    pull: modelPull.optional().describe('Its running or last failed download; absent otherwise.'),
  })
  .describe('A known model: from the manifest, or pulled by a person.');
export type ModelEntry = Message<typeof modelEntry>;

export const modelsListResult = z.object({
  models: z.array(modelEntry),
  roles: z.array(role).describe('What serves each role now, and why.'),
  folder: z.string().describe('Where pulled models are stored.'),
  hub: z.string().describe('Address of the hub that models are pulled from.'),
  offline: z.boolean().describe('Downloads are switched off: the hub is never contacted.'),
});
export type ModelsListResult = Message<typeof modelsListResult>;

const modelId = z.string().min(1).max(400);

export const modelsPullParams = tokens.extend({
  model: modelId
    .optional()
    .describe('`owner/name` or `owner/name@revision`; the default captioner if absent.'),
  accelerator: z.boolean().optional().describe('Also pull the graphs that suit an accelerator best.'),
});
export type ModelsPullParams = Message<typeof modelsPullParams>;

export const pullProgress = z
  .object({
    model: z.string(),
    file: z.string(),
    fileBytes: z.number().describe('Downloaded bytes of this file.'),
    fileTotalBytes: z.number(),
    bytes: z.number().describe('Downloaded bytes of all files.'),
    totalBytes: z.number(),
    note: z.string().optional().describe('A fault that the download is recovering from.'),
  })
  .describe('The value of `$/progress` on the `partialResultToken` of `goldfish/models/pull`.');
export type PullProgress = Message<typeof pullProgress>;

export const modelsPullResult = z.object({
  model: z.string(),
  revision: z.string(),
  licence: z.string().optional(),
  bytes: z.number(),
  folder: z.string(),
});
export type ModelsPullResult = Message<typeof modelsPullResult>;

export const modelsExamParams = tokens.extend({
  role: z
    .enum(['captioner', 'transcriber', 'diariser', 'textEmbedder', 'frameEmbedder', 'reranker', 'answerer'])
    .optional()
    .describe('The role whose model takes its exam; all of them if absent.'),
});
export type ModelsExamParams = Message<typeof modelsExamParams>;

export const modelsExamResult = z
  .object({
    exams: z.array(
      z.object({
        role: z.string(),
        model: z.string(),
        right: z.int(),
        all: z.int().describe('0 if the model could not take the exam.'),
        summary: z.string().describe('What the model is good and bad at.'),
        fit: z.boolean().describe('False if it makes answers or hits worse; it is not used then.'),
      }),
    ),
  })
  .describe('The exams of the models in use. Roles without a model are left out.');
export type ModelsExamResult = Message<typeof modelsExamResult>;

export const modelsRemoveParams = z.object({ model: modelId });
export type ModelsRemoveParams = Message<typeof modelsRemoveParams>;

export const modelsKeyParams = z
  .object({
    // An HTTP header can carry no more, and no other characters.
    key: z
      .string()
      .min(1)
      .max(4096)
      .regex(/^[\x21-\x7e]+$/, 'must be letters, digits and signs without a space')
      .nullable(),
  })
  .describe(
    'A key for OpenAI-compatible hosts, kept in memory until the session that sent it ends; null removes it.',
  );
export type ModelsKeyParams = Message<typeof modelsKeyParams>;

export const modelsPinParams = tokens.extend({
  model: modelId.optional().describe('`owner/name` from the manifest; all of them if absent.'),
});
export type ModelsPinParams = Message<typeof modelsPinParams>;

export const pinnedFile = z
  .object({
    path: z.string(),
    bytes: z.number(),
    sha256: z.string().nullable().describe('Hex; null if the hub has no SHA-256 of the file.'),
  })
  .describe('What the hub reports about a file.');
export type PinnedFile = Message<typeof pinnedFile>;

export const pinnedModel = z.object({
  model: z.string(),
  revision: z.string(),
  licence: z.string().nullable(),
  files: z.array(pinnedFile),
});
export type PinnedModel = Message<typeof pinnedModel>;

export const modelsPinResult = z.object({
  pinned: z.array(pinnedModel),
  failed: z
    .array(z.object({ model: z.string(), reason: z.string() }))
    .describe('Models that the hub reported nothing about, each with the reason.'),
});
export type ModelsPinResult = Message<typeof modelsPinResult>;
