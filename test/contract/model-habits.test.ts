import assert from 'node:assert/strict';
import test from 'node:test';
import { createPreparer } from '../../server/src/adapters/transformers/image-text-prompt.ts';
import { CAPTIONER_LOADER, loadModel } from '../../server/src/adapters/transformers/load-model.ts';
import type { Picture } from '../../server/src/ports/decoder.ts';

import { TINY_HOST } from '../support/tiny-scenes.ts';

const placeOf = (folder: string) => ({ folder, devices: ['cpu'], avoid: {}, threads: 1 });

test('given a configuration for split pictures, when a frame is prepared, then it is not enlarged first', async (t) => {
  const loaded = await loadModel(CAPTIONER_LOADER, placeOf(TINY_HOST.folder), () => undefined);
  t.after(() => loaded.dispose());
  const picture: Picture = {
    timeMs: 0,
    width: 32,
    height: 32,
    data: Uint8Array.from({ length: 32 * 32 * 3 }, (_, i) => (i * 37) % 251),
  };
  const item = { pictures: [picture], prompt: [{ kind: 'frame', frame: 0 } as const] };
  const pixelsOf = async (preparer: typeof loaded.preparer) => {
    const { pixel_values: pixels } = (await preparer.prepare([item])) as unknown as {
      readonly pixel_values: { readonly data: Float32Array };
    };
    return pixels.data;
  };
  const plain = await pixelsOf(loaded.preparer);
  const images = loaded.processor.image_processor as unknown as {
    readonly max_image_size: { readonly longest_edge: number };
  };
  Object.assign(images, { size: { longest_edge: 4 * images.max_image_size.longest_edge } });
  const preparer = createPreparer('smolvlm', loaded.processor);
  assert.ok(preparer);
  assert.deepEqual(await pixelsOf(preparer), plain);
});
