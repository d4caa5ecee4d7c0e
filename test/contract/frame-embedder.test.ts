import { frameEmbedderContract } from '../support/embedder-contracts.ts';
import { fakeFrameEmbedder } from '../support/fake-frame-embedder.ts';

frameEmbedderContract('fake', async () => fakeFrameEmbedder());
