import { z } from 'zod';
import { tokens } from './base.ts';
import type { Message } from './message.ts';

export const modelMessage = z
  .object({ role: z.enum(['system', 'user', 'assistant']), text: z.string() })
  .describe('One message to a language model. A `system` message comes first.');
export type ModelMessage = Message<typeof modelMessage>;

export const editorAnswerParams = tokens
  .extend({ messages: z.array(modelMessage) })
  .describe(
    'Sent to the client whose `goldfish/ask` is being served, if the setting `models.answerer` is `editor` and the client ' +
      'said in `initialize` that it answers. Text comes back as `$/progress` with an AskDelta on `partialResultToken`.',
  );
export type EditorAnswerParams = Message<typeof editorAnswerParams>;

export const editorAnswerResult = z.object({
  text: z.string().max(100_000).describe('The whole text, including what was streamed.'),
});
export type EditorAnswerResult = Message<typeof editorAnswerResult>;
