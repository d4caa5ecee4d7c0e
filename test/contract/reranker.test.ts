import { after, before } from 'node:test';
import { createOpenAiReranker } from '../../server/src/adapters/openai/reranker.ts';
import { createTransformersReranker } from '../../server/src/adapters/transformers/reranker.ts';
import { rerankerContract } from '../support/embedder-contracts.ts';
import { fakeReranker } from '../support/fake-reranker.ts';
import type { OpenAiServer } from '../support/openai-server.ts';
import { tinyModel } from '../support/tiny-models.ts';
import { TEXTS, textsHost } from '../support/tiny-text-host.ts';

let server: OpenAiServer;
before(async () => {
  server = await textsHost();
});
after(() => server.close());

rerankerContract('fake', async () => fakeReranker());
rerankerContract('transformers', async () => {
  const { model, host } = tinyModel('tiny-reranker');
  return createTransformersReranker(model, host);
});
rerankerContract('openai', async () =>
  createOpenAiReranker({ baseUrl: server.baseUrl, model: TEXTS, keyVariable: 'NO_KEY', backOffMs: 1 }),
);
