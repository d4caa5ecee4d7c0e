import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { createTransformersFrameEmbedder } from '../../server/src/adapters/transformers/frame-embedder.ts';
import type { Picture } from '../../server/src/ports/decoder.ts';
import { likeness, tinyModel } from '../support/tiny-models.ts';
import { drawScene, framesOf, scenes } from '../support/tiny-scenes.ts';

const never = new AbortController().signal;
const { model, host } = tinyModel('tiny-clip');
const embedder = createTransformersFrameEmbedder({ ...model, framePx: 32 }, host);
after(() => embedder.close());

/** A frame of a wide video, as a decoder scales it. */
function wideFrame(scene: Parameters<typeof drawScene>[0]): Picture {
  const picture = { timeMs: 0, width: 32, height: 18, data: new Uint8Array(32 * 18 * 3) };
  drawScene(scene, picture, 0.5);
  return picture;
}

test('given square and wide frames, when searched by words or synonyms, then those that show them are nearest', async () => {
  const list = scenes(24);
  const square = list.map((scene) => framesOf(scene)[1]).flatMap((frame) => frame ?? []);
  const frames = [...square, ...list.map(wideFrame)];
  const shown = [...list, ...list];
  const vectors = await embedder.embedPictures(frames, never);
  const others: Readonly<Record<string, string>> = {
    red: 'crimson',
    blue: 'azure',
    purple: 'violet',
    circle: 'disc',
    square: 'box',
    triangle: 'pyramid',
  };
  const texts = list.map(({ colour, shape }) => `a ${others[colour] ?? colour} ${others[shape] ?? shape}`);
  const asked = await embedder.embedTexts(texts, never);
  const wrong = asked.flatMap((text, i) => {
    const { colour, shape } = list[i] ?? {};
    const best = vectors
      .map((vector, at) => ({ at, like: likeness(text, vector) }))
      .sort((a, b) => b.like - a.like);
    const found = shown[best[0]?.at ?? 0];
    return found?.colour === colour && found?.shape === shape ? [] : [texts[i]];
  });
  assert.ok(wrong.length <= 1, wrong.join('; '));
});

test('given unrelated words, then no frame is near; given a frame, then others of its scene are nearest', async () => {
  const list = scenes(8);
  const first = await embedder.embedPictures(
    list.flatMap((scene) => framesOf(scene)[0] ?? []),
    never,
  );
  const last = await embedder.embedPictures(
    list.flatMap((scene) => framesOf(scene)[3] ?? []),
    never,
  );
  const [nothing] = await embedder.embedTexts(['violins and thunder'], never);
  assert.ok(nothing);
  for (const vector of first) assert.ok(likeness(vector, nothing) < 0.3);
  const right = first.filter((vector, i) => {
    const likenesses = last.map((other) => likeness(vector, other));
    const best = list[likenesses.indexOf(Math.max(...likenesses))];
    return best?.colour === list[i]?.colour && best?.shape === list[i]?.shape;
  });
  assert.ok(right.length >= 7, `${right.length} of 8`);
});

test('given frames and texts, when embedded, then they are unit vectors of one dimension; given none, then there are none', async () => {
  const [scene] = scenes(1);
  assert.ok(scene);
  const [picture] = await embedder.embedPictures(framesOf(scene), never);
  const [text] = await embedder.embedTexts(['x'.repeat(5000)], never);
  assert.ok(picture && text);
  assert.equal(picture.length, text.length);
  assert.ok(Math.abs(likeness(picture, picture) - 1) < 1e-4);
  assert.ok(Math.abs(likeness(text, text) - 1) < 1e-4);
  assert.deepEqual(await embedder.embedPictures([], never), []);
  assert.deepEqual(await embedder.embedTexts([], never), []);
});

test('given an incomplete frame, when embedded, then it is refused', async () => {
  const broken = { timeMs: 0, width: 32, height: 32, data: new Uint8Array(5) };
  await assert.rejects(embedder.embedPictures([broken], never), /32 x 32 px is incomplete/);
});

test('given an aborted call, then it rejects with the reason and the next one is answered', async () => {
  const reason = new Error('no longer wanted');
  await assert.rejects(embedder.embedTexts(['a'], AbortSignal.abort(reason)), reason);
  const stop = new AbortController();
  const pending = embedder.embedPictures(scenes(60).map(wideFrame), stop.signal);
  stop.abort(reason);
  await assert.rejects(pending, reason);
  assert.equal((await embedder.embedTexts(['red', 'blue'], never)).length, 2);
});
