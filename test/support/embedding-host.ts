import { fakeTextEmbedder } from './fake-text-embedder.ts';
import { openaiServer } from './openai-server.ts';

/** Starts a host on loopback that serves the fake text embedder. `setting` chooses its model; `asked` is what it embedded. */
export async function embeddingHost() {
  const embedder = fakeTextEmbedder();
  const never = new AbortController().signal;
  const server = await openaiServer({
    model: 'served',
    embed: async (texts) => (await embedder.embed(texts, 'passage', never)).map((vector) => [...vector]),
  });
  return { setting: `${server.baseUrl}#served`, asked: embedder.asked, close: () => server.close() };
}
