import { z } from 'zod';
import { END_REASONS, ERROR_KINDS } from './errors.ts';
import type { Message } from './message.ts';
import { EVIDENCE_KINDS } from './names.ts';

export const ms = z.int().describe('Integer milliseconds from the start of the video.');
export type Ms = Message<typeof ms>;

/** A time in parameters: never negative. */
export const time = z.int().min(0).describe('Milliseconds from the start of the video.');

export const uri = z
  .string()
  .max(32_768)
  .describe(
    'A canonical `file:` URI: the bytes of the path, percent-encoded, so that names that are not UTF-8 survive. ' +
      'In parameters any spelling is accepted.',
  );
export type Uri = Message<typeof uri>;

export const timeRange = z
  .object({ startMs: ms, endMs: ms })
  .describe('A half-open range of a video: `startMs` is inside, `endMs` is not.');
export type TimeRange = Message<typeof timeRange>;

export const evidenceKind = z
  .enum(EVIDENCE_KINDS)
  .describe(
    'Where a piece of evidence comes from. `facts` are measured; `title` is a name, container tag or chapter; `tag` was ' +
      'added by a person; `frame` is a picture that matched without words.',
  );
export type EvidenceKind = Message<typeof evidenceKind>;

const day = /^\d{4}-\d{2}-\d{2}(T[0-9:.]+(Z|[+-]\d{2}:?\d{2})?)?$/;
const date = z.string().regex(day, 'must be an ISO 8601 date or date-time');

export const scope = z
  .object({
    uris: z
      .array(uri)
      .max(10_000)
      .optional()
      .describe('Folders or videos; a folder stands for everything below it.'),
    recordedFrom: date.optional().describe('ISO 8601 date or date-time, inclusive.'),
    recordedTo: date.optional().describe('ISO 8601 date or date-time; a bare date means its whole day.'),
    kinds: z.array(evidenceKind).optional(),
  })
  .describe('Where to search. Empty or absent members do not narrow anything.');
export type Scope = Message<typeof scope>;

const token = z.union([z.number(), z.string().max(1024)]);
export const tokens = z
  .object({ workDoneToken: token.optional(), partialResultToken: token.optional() })
  .describe("LSP's `workDoneToken` and `partialResultToken`; progress arrives as `$/progress`.");
export type Tokens = Message<typeof tokens>;

export const resultLimit = z
  .int()
  .refine((k) => k === -1 || (k >= 1 && k <= 1000), 'must be -1 or a whole number from 1 to 1000')
  .describe('The maximum number of results, 1 to 1000; -1 means all.');

/** What a person types: a query or a question. */
export const queryText = z.string().max(10_000);

/** Members of the parameters of a request that can also write its text to a file. */
export const textOutput = {
  file: uri.optional().describe('Also write the text to this file, as a whole or not at all.'),
  force: z
    .boolean()
    .optional()
    .describe(
      "Overwrites existing files, but never an indexed video, its subtitles or Goldfish's own files.",
    ),
};

export const none = z.object({}).describe('No parameters: sent as `{}` or left out.');
export type None = Message<typeof none>;

export const identity = z
  .object({ protocol: z.int(), build: z.string() })
  .describe(
    'Who a client or daemon is. `serverInfo` of the reply to `initialize` carries it (as `version` and `goldfish`).',
  );
export type Identity = Message<typeof identity>;

export const clientOptions = identity
  .extend({
    answers: z
      .boolean()
      .optional()
      .describe('It serves `goldfish/editor/answer` with its own language model.'),
    stops: z
      .boolean()
      .optional()
      .describe('It connects to stop the daemon. A daemon that ends for its newer build is then `stopped`.'),
  })
  .describe('What a client may say about itself in `initializationOptions.goldfish`.');
export type ClientOptions = Message<typeof clientOptions>;

export const errorData = z
  .object({
    kind: z.enum(ERROR_KINDS),
    uri: uri.optional(),
    remedy: z.string().describe('A sentence that says what to do.'),
    reason: z
      .enum(END_REASONS)
      .optional()
      .describe(
        'Of the kind `ending`. `stopped`: a person or the system stopped the daemon, and no client starts it again by ' +
          'itself. `replaced`: a newer build takes its place. `failed`: it met a defect. After these two, reconnect.',
      ),
  })
  .describe('`data` of every error of ours.');
export type ErrorData = Message<typeof errorData>;
