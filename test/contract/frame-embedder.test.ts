import assert from 'node:assert/strict';
import { transformersFrameEmbedder } from '../../server/src/adapters/transformers/frame-embedder.ts';
import { frameEmbedderContract } from '../support/embedder-contracts.ts';
import { fakeFrameEmbedder } from '../support/fake-frame-embedder.ts';
import { tinyModel } from '../support/tiny-models.ts';
import { framesOf, type Scene, scenes } from '../support/tiny-scenes.ts';

frameEmbedderContract('fake', async () => fakeFrameEmbedder());

const of = (wanted: (scene: Scene) => boolean) => {
  const [picture] = scenes(60)
    .filter(wanted)
    .slice(0, 1)
    .flatMap((scene) => framesOf(scene));
  assert.ok(picture);
  return picture;
};
frameEmbedderContract(
  'transformers',
  async () => {
    const { model, host } = tinyModel('tiny-clip');
    return transformersFrameEmbedder({ ...model, framePx: 32 }, host);
  },
  {
    pictures: [
      of(({ colour, shape }) => colour === 'red' && shape === 'circle'),
      of(({ colour, shape }) => colour === 'blue' && shape === 'square'),
    ],
    words: 'a red circle',
  },
);
