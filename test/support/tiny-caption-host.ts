import { createTransformersCaptioner } from '../../server/src/adapters/transformers/captioner.ts';
import type { Captioner } from '../../server/src/ports/captioner.ts';
import { type OpenAiServer, openaiServer } from './openai-server.ts';
import { TINY, TINY_HOST } from './tiny-scenes.ts';

/** A stand-in OpenAI-compatible host that serves the tiny captioner; `close` ends both. */
export async function tinyHost(): Promise<OpenAiServer> {
  const captioner: Captioner = createTransformersCaptioner(TINY, TINY_HOST);
  const server = await openaiServer({
    model: TINY.id,
    answer: async ({ pictures, prompt }, signal) => {
      const [reply] = await captioner.caption([{ pictures, prompt }], signal);
      if (!reply || 'failure' in reply) throw new Error(reply?.failure.reason ?? 'no reply');
      return reply.text.split(/(?<= )/);
    },
  });
  return {
    ...server,
    async close() {
      await server.close();
      await captioner.close();
    },
  };
}
