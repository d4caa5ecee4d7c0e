import { createTransformersFrameEmbedder } from '../../server/src/adapters/transformers/frame-embedder.ts';
import { frameEmbedderContract } from '../support/embedder-contracts.ts';
import { fakeFrameEmbedder } from '../support/fake-frame-embedder.ts';
import { tinyModel } from '../support/tiny-models.ts';
import { framesOf, type Scene } from '../support/tiny-scenes.ts';

const scene = (colour: Scene['colour']): Scene => ({
  colour,
  background: 'gray',
  shape: 'circle',
  motion: 'stays still',
});
const [red] = framesOf(scene('red'));
const [blue] = framesOf(scene('blue'));
if (!red || !blue) throw new Error('a scene has frames');

frameEmbedderContract('fake', async () => fakeFrameEmbedder());
frameEmbedderContract(
  'transformers',
  async () => {
    const { model, host } = tinyModel('tiny-clip');
    return createTransformersFrameEmbedder({ ...model, framePx: 32 }, host);
  },
  { pictures: [red, blue], words: 'red' },
);
