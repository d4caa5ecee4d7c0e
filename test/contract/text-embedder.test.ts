import { textEmbedderContract } from '../support/embedder-contracts.ts';
import { fakeTextEmbedder } from '../support/fake-text-embedder.ts';

textEmbedderContract('fake', async () => fakeTextEmbedder());
