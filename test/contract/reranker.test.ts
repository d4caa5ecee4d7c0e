import { rerankerContract } from '../support/embedder-contracts.ts';
import { fakeReranker } from '../support/fake-reranker.ts';

rerankerContract('fake', async () => fakeReranker());
