import { after, before } from 'node:test';
import { createOpenAiTextEmbedder } from '../../server/src/adapters/openai/text-embedder.ts';
import { createTransformersTextEmbedder } from '../../server/src/adapters/transformers/text-embedder.ts';
import { textEmbedderContract } from '../support/embedder-contracts.ts';
import { fakeTextEmbedder } from '../support/fake-text-embedder.ts';
import type { OpenAiServer } from '../support/openai-server.ts';
import { tinyModel } from '../support/tiny-models.ts';
import { TEXTS, textsHost } from '../support/tiny-text-host.ts';

let server: OpenAiServer;
before(async () => {
  server = await textsHost();
});
after(() => server.close());

textEmbedderContract('fake', async () => fakeTextEmbedder());
textEmbedderContract('transformers', async () => {
  const { model, host } = tinyModel('tiny-embedder');
  return createTransformersTextEmbedder(model, host);
});
textEmbedderContract('openai', async () =>
  createOpenAiTextEmbedder({ baseUrl: server.baseUrl, model: TEXTS, keyVariable: 'NO_KEY', backOffMs: 1 }),
);
