// needs: chromium
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { createTransformersCaptioner } from '../../server/src/adapters/transformers/captioner.ts';
import { createTransformersTextEmbedder } from '../../server/src/adapters/transformers/text-embedder.ts';
import { captionPrompt } from '../../server/src/core/generation/caption-prompt.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { likeness, tinyModel } from '../support/tiny-models.ts';
import { captionOf, framesOf, scenes, TINY, TINY_HOST } from '../support/tiny-scenes.ts';

/** Chromium of Debian brings a Vulkan loader and a driver that runs on the CPU: a GPU without one. */
const swiftShader = process.env.SWIFTSHADER_FOLDER ?? '/usr/lib/chromium';

function useSwiftShader(): void {
  process.env.LD_LIBRARY_PATH = swiftShader;
  process.env.VK_DRIVER_FILES = join(swiftShader, 'vk_swiftshader_icd.json');
  process.env.XDG_RUNTIME_DIR = tempFolder();
}

test('given texts, when embedded on WebGPU, then the vectors are those of the CPU', {
  skip: !existsSync(join(swiftShader, 'libvk_swiftshader.so')) && `no SwiftShader in ${swiftShader}`,
}, async (t) => {
  useSwiftShader();
  const signal = new AbortController().signal;
  const { model, host } = tinyModel('tiny-embedder');
  const accelerated = createTransformersTextEmbedder(model, { ...host, devices: ['webgpu', 'cpu'] });
  const plain = createTransformersTextEmbedder(model, host);
  t.after(() => Promise.all([accelerated.close(), plain.close()]));
  const { device, steps } = await accelerated.health(signal);
  assert.equal(device, 'webgpu', JSON.stringify(steps));
  const texts = ['a red car', 'two fish in the sea', 'zebra '.repeat(60), ''];
  const [own, expected] = [
    await accelerated.embed(texts, 'passage', signal),
    await plain.embed(texts, 'passage', signal),
  ];
  for (const [i, vector] of own.entries()) {
    assert.ok(expected[i] && likeness(vector, expected[i]) > 0.999, texts[i]);
  }
});

test('given frames, when captioned on WebGPU, then the captions are right', {
  skip: !existsSync(join(swiftShader, 'libvk_swiftshader.so')) && `no SwiftShader in ${swiftShader}`,
}, async (t) => {
  useSwiftShader();
  const signal = new AbortController().signal;
  const captioner = createTransformersCaptioner(TINY, { ...TINY_HOST, devices: ['webgpu', 'cpu'] });
  t.after(() => captioner.close());
  const { device, steps } = await captioner.health(signal);
  assert.equal(device, 'webgpu', JSON.stringify(steps));

  const list = scenes(12);
  const requests = list.map((scene, i) => {
    const pictures = framesOf(scene);
    const said = { kind: 'speech', text: 'Hello Otto!', startMs: 900, endMs: 1900, source: 's' } as const;
    const times = pictures.map(({ timeMs }) => timeMs);
    const lines = i % 3 === 0 ? [said] : [];
    const prompt = captionPrompt({ startMs: 0, endMs: 4000 }, times, lines, 'Describe the video.', {
      words: 9,
    });
    return { pictures, prompt };
  });
  const replies = await captioner.caption(requests, signal);
  const wrong = replies.flatMap((reply, i) => {
    const scene = list[i];
    const wanted = scene && captionOf(scene, i % 3 === 0 ? 'otto' : undefined);
    const text = 'text' in reply ? reply.text : reply.failure.reason;
    return text === wanted ? [] : [`${wanted} | ${text}`];
  });
  assert.deepEqual(wrong, []);
});
