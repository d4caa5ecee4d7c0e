import { after, before } from 'node:test';
import { openaiReranker } from '../../server/src/adapters/openai/reranker.ts';
import { transformersReranker } from '../../server/src/adapters/transformers/reranker.ts';
import { rerankerContract } from '../support/embedder-contracts.ts';
import { fakeReranker } from '../support/fake-reranker.ts';
import { type OpenAiServer, openaiServer } from '../support/openai-server.ts';
import { tinyModel } from '../support/tiny-models.ts';

const served = fakeReranker();
let server: OpenAiServer;
before(async () => {
  const never = new AbortController().signal;
  server = await openaiServer({
    model: 'served',
    rank: (query, passages) => served.rank(query, passages, never).then((scores) => [...scores]),
  });
});
after(() => server.close());

rerankerContract('fake', async () => fakeReranker());
rerankerContract('transformers', async () => {
  const { model, host } = tinyModel('tiny-reranker');
  return transformersReranker(model, host);
});
rerankerContract('openai', async () =>
  openaiReranker({ baseUrl: server.baseUrl, model: 'served', keyVariable: 'NO_KEY', backOffMs: 1 }),
);
