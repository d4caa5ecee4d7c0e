import { type JudgeModel, JudgeRefusedError, type JudgeReply } from '../../ports/judge-model.ts';
import {
  type OpenAiEndpoint,
  parseReply,
  postToHost,
  RequestRefusedError,
  readMember,
  TransientHostError,
} from './endpoint.ts';
import { readTokenUsage } from './token-usage.ts';

/** Longest verdict, tokens. */
const MAX_VERDICT_TOKENS = 200;

/** JSON schema of a verdict, for hosts that can enforce one. Others ignore it. */
const VERDICT_FORMAT = {
  type: 'json_schema',
  json_schema: {
    name: 'verdict',
    schema: {
      type: 'object',
      properties: { match: { type: 'boolean' }, score: { type: 'number', minimum: 0, maximum: 5 } },
      required: ['match', 'score'],
      additionalProperties: false,
    },
  },
};

async function readVerdict(response: Response): Promise<JudgeReply> {
  const reply = parseReply(await response.text());
  const choices = readMember(reply, 'choices');
  if (!Array.isArray(choices)) throw new TransientHostError('it did not send a chat completion');
  const [choice]: readonly unknown[] = choices;
  const message = readMember(choice, 'message');
  if (readMember(choice, 'finish_reason') === 'content_filter' || readMember(message, 'refusal'))
    throw new RequestRefusedError('the host filtered its answer');
  const content = readMember(message, 'content');
  const model = readMember(reply, 'model');
  return {
    text: typeof content === 'string' ? content : '',
    ...(typeof model === 'string' ? { model } : {}),
    ...readTokenUsage(reply),
  };
}

/** Creates a judge on an OpenAI-compatible host. Questions, gold answers and answers are sent there. */
export function createOpenAiJudge(endpoint: OpenAiEndpoint): JudgeModel {
  const closeController = new AbortController();
  return {
    name: endpoint.model,
    async reply(messages, seed, signal) {
      const body = {
        model: endpoint.model,
        messages: messages.map(({ role, text }) => ({ role, content: text })),
        max_tokens: MAX_VERDICT_TOKENS,
        temperature: seed === 0 ? 0 : 0.7,
        seed,
        response_format: VERDICT_FORMAT,
      };
      try {
        return await postToHost(
          endpoint,
          '/chat/completions',
          { type: 'application/json', data: JSON.stringify(body) },
          readVerdict,
          AbortSignal.any([signal, closeController.signal]),
        );
      } catch (error) {
        if (!(error instanceof RequestRefusedError)) throw error;
        throw new JudgeRefusedError(error.message, { cause: error });
      }
    },
    async close() {
      closeController.abort(new Error('The judge has been closed.'));
    },
  };
}
