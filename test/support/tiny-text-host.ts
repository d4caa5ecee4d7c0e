import { createTransformersReranker } from '../../server/src/adapters/transformers/reranker.ts';
import { createTransformersTextEmbedder } from '../../server/src/adapters/transformers/text-embedder.ts';
import { type OpenAiServer, openaiServer } from './openai-server.ts';
import { tinyModel } from './tiny-models.ts';

export const TEXTS = 'tiny-texts';

/** A stand-in OpenAI-compatible host that serves the tiny embedder and reranker; `close` ends all. */
export async function textsHost(): Promise<OpenAiServer> {
  const never = new AbortController().signal;
  const [embedding, ranking] = [tinyModel('tiny-embedder'), tinyModel('tiny-reranker')];
  const embedder = createTransformersTextEmbedder(embedding.model, embedding.host);
  const reranker = createTransformersReranker(ranking.model, ranking.host);
  const server = await openaiServer({
    model: TEXTS,
    embed: async (texts) => (await embedder.embed(texts, 'passage', never)).map((vector) => [...vector]),
    rank: (query, passages) => reranker.rank(query, passages, never),
  });
  return {
    ...server,
    async close() {
      await server.close();
      await Promise.all([embedder.close(), reranker.close()]);
    },
  };
}
