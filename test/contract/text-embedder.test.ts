import { after, before } from 'node:test';
import { openaiTextEmbedder } from '../../server/src/adapters/openai/text-embedder.ts';
import { transformersTextEmbedder } from '../../server/src/adapters/transformers/text-embedder.ts';
import { textEmbedderContract } from '../support/embedder-contracts.ts';
import { fakeTextEmbedder } from '../support/fake-text-embedder.ts';
import { type OpenAiServer, openaiServer } from '../support/openai-server.ts';
import { tinyModel } from '../support/tiny-models.ts';

const served = fakeTextEmbedder();
let server: OpenAiServer;
before(async () => {
  const never = new AbortController().signal;
  server = await openaiServer({
    model: 'served',
    embed: async (texts) => (await served.embed(texts, 'passage', never)).map((vector) => [...vector]),
  });
});
after(() => server.close());

textEmbedderContract('fake', async () => fakeTextEmbedder());
textEmbedderContract('transformers', async () => {
  const { model, host } = tinyModel('tiny-embedder');
  return transformersTextEmbedder(model, host);
});
textEmbedderContract('openai', async () =>
  openaiTextEmbedder({ baseUrl: server.baseUrl, model: 'served', keyVariable: 'NO_KEY', backOffMs: 1 }),
);
