import { z } from 'zod';
import { evidenceKind, ms, queryText, resultLimit, scope, time, tokens, uri } from './base.ts';
import type { Message } from './message.ts';
import { hit } from './search.ts';

export const askExchange = z.object({ question: queryText, answer: z.string().max(100_000) });
export type AskExchange = Message<typeof askExchange>;

export const askRange = z
  .object({
    uri,
    startMs: time,
    endMs: time,
    kinds: z.array(evidenceKind).optional().describe('Only this evidence of the range; all if absent.'),
  })
  .refine(({ startMs, endMs }) => startMs < endMs, 'must end after its start');
export type AskRange = Message<typeof askRange>;

export const askParams = tokens.extend({
  question: queryText,
  k: resultLimit.optional().describe('How many clips to answer from: 3 if absent, -1 for all.'),
  scope: scope.optional(),
  inspect: z
    .boolean()
    .optional()
    .describe('Look again at the frames of the clips found, with the question at hand; needs a captioner.'),
  ranges: z
    .array(askRange)
    .min(1)
    .max(100)
    .optional()
    .describe(
      'Answers from these parts of videos, in this order, and from nothing else. Nothing is searched for.',
    ),
  options: z
    .array(z.string().min(1).max(1000))
    .min(2)
    .max(26)
    .optional()
    .describe(
      'Answers to choose from, as A, B, C ... in the question. If the model can tell, the result says how likely each is.',
    ),
  conversation: z
    .array(askExchange)
    .max(20)
    .optional()
    .describe('Earlier questions and answers, oldest first; the last ones count.'),
});
export type AskParams = Message<typeof askParams>;

export const citation = z.object({
  n: z.int().describe('The number in square brackets in the answer, from 1.'),
  clipId: z.string(),
  uri,
  startMs: ms,
  endMs: ms,
  link: z.string().describe('The file with a media fragment in seconds, for citing.'),
  pageLink: z
    .string()
    .optional()
    .describe('The moment on the web page that the video was downloaded from; absent if it was not.'),
  quote: z.string(),
  seekMs: ms
    .optional()
    .describe('Where the quote begins, to play it. Absent if it is not known: use `startMs`.'),
  kind: evidenceKind.optional().describe('Where the quote comes from; absent if it is not known.'),
});
export type Citation = Message<typeof citation>;

export const askUsage = z
  .object({
    calls: z.int().describe('Requests to the answerer.'),
    tokensIn: z.int().describe('Tokens that it read.'),
    tokensOut: z.int().describe('Tokens that it wrote.'),
    untold: z
      .int()
      .optional()
      .describe('Requests whose tokens are unknown, and are in no sum; absent if there are none.'),
  })
  .describe(
    'What the answerer was asked for an answer. A captioner that looks at frames again is not counted.',
  );
export type AskUsage = Message<typeof askUsage>;

export const askResult = z.object({
  answer: z.string(),
  citations: z.array(citation),
  grounded: z
    .boolean()
    .describe('False if nothing in the index answers the question; `answer` then says so.'),
  hits: z.array(hit),
  optionShares: z
    .array(z.number())
    .optional()
    .describe(
      'The probability of each of `options` as the model sees it, in their order; they add up to 1. Absent if the model does ' +
        'not tell, or if nothing was found.',
    ),
  note: z
    .string()
    .optional()
    .describe('Why the answer is made of quotes although a model is set; usually absent.'),
  usage: askUsage.optional().describe('Absent if no language model was asked.'),
});
export type AskResult = Message<typeof askResult>;

export const askDelta = z
  .object({ delta: z.string().max(100_000) })
  .describe('The value of `$/progress` on the `partialResultToken` of `goldfish/ask`.');
export type AskDelta = Message<typeof askDelta>;
