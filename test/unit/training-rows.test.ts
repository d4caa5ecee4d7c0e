import assert from 'node:assert/strict';
import test from 'node:test';
import { decodePicture } from '../../server/src/adapters/sharp-picture.ts';
import { encodePng } from '../../server/src/base/png.ts';
import type { Line } from '../../server/src/core/domain/description.ts';
import {
  captionTarget,
  DEFAULT_SPLIT,
  splitOf,
  toTrainingRow,
} from '../../server/src/core/training/training-row.ts';

const caption = (text: string, was?: string): Line => ({
  kind: 'caption',
  text,
  startMs: 0,
  endMs: 5000,
  source: 'a model',
  ...(was !== undefined && { corrected: { id: 'c', text: was } }),
});

test('given many contents, when they are split, then each split has about its share and none moves', () => {
  const contents = Array.from({ length: 4000 }, (_, i) => `content ${i}`);
  const counts = { train: 0, validation: 0, test: 0 };
  for (const content of contents) {
    const split = splitOf(content, DEFAULT_SPLIT);
    counts[split] += 1;
    assert.equal(splitOf(content, { ...DEFAULT_SPLIT }), split);
  }
  assert.ok(Math.abs(counts.train - 3600) < 80, JSON.stringify(counts));
  assert.ok(Math.abs(counts.validation - 200) < 60, JSON.stringify(counts));
  assert.ok(Math.abs(counts.test - 200) < 60, JSON.stringify(counts));
});

test('given more training and less validation, when a content was in training, then it stays there', () => {
  for (let i = 0; i < 500; i += 1) {
    if (splitOf(`content ${i}`, { train: 80, validation: 10, test: 10 }) !== 'train') continue;
    assert.equal(splitOf(`content ${i}`, DEFAULT_SPLIT), 'train');
  }
});

test('given all contents for one split, when they are split, then no other has any', () => {
  for (let i = 0; i < 300; i += 1) {
    assert.equal(splitOf(`content ${i}`, { train: 100, validation: 0, test: 0 }), 'train');
    assert.equal(splitOf(`content ${i}`, { train: 0, validation: 0, test: 100 }), 'test');
  }
});

test('given a caption, when a person corrected its words, then both texts are kept; a deleted one is no target', () => {
  assert.deepEqual(captionTarget(caption('a teal circle.', 'a green circle.')), {
    source: 'corrections',
    text: 'a teal circle.',
    rejected: 'a green circle.',
    describer: 'a person',
  });
  assert.deepEqual(captionTarget(caption('a green circle.')), {
    source: 'captions',
    text: 'a green circle.',
    describer: 'a model',
  });
  // Only the speaker was corrected.
  assert.equal(captionTarget(caption('a circle.', 'a circle.'))?.source, 'captions');
  assert.equal(captionTarget(caption('  ', 'a circle.')), undefined);
});

test('given a prompt, when it becomes a row, then its parts are the message and corrections weigh more', () => {
  const place = {
    content: 'c',
    video: 'talks/a.mp4',
    startMs: 0,
    endMs: 5000,
    frames: ['frames/c/0.png'],
    frameTimesMs: [12],
  };
  const prompt = [
    { kind: 'frame', frame: 0 },
    { kind: 'text', text: '\nDescribe it.' },
  ] as const;
  const right = {
    source: 'corrections',
    text: 'A teal circle.',
    rejected: 'A circle.',
    describer: 'a person',
  } as const;
  const row = toTrainingRow(place, prompt, right);
  assert.deepEqual(row.messages, [
    { role: 'user', content: [{ type: 'image' }, { type: 'text', text: '\nDescribe it.' }] },
    { role: 'assistant', content: [{ type: 'text', text: 'A teal circle.' }] },
  ]);
  assert.equal(row.rejected, 'A circle.');
  const kept = toTrainingRow(place, prompt, { source: 'captions', text: 'A circle.', describer: 'a model' });
  assert.ok(row.weight > kept.weight);
  assert.notEqual(row.id, kept.id);
});

for (const [width, height] of [
  [1, 1],
  [3, 2],
  [32, 32],
  [7, 65],
] as const)
  test(`given a picture of ${width} x ${height} px, when it is encoded as PNG, then sharp reads the same bytes`, async () => {
    const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 37 + (i >> 3) * 11) % 256);
    const png = await encodePng({ width, height, data });
    const picture = await decodePicture(png, { width, height });
    assert.deepEqual([picture.width, picture.height], [width, height]);
    assert.deepEqual(picture.data, data);
  });
