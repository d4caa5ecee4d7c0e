import assert from 'node:assert/strict';
import test from 'node:test';
import { typedExtensions } from '../../server/src/core/library/media-extensions.ts';

test('given a question with a file name, when its extensions are read, then they are those after a dot', () => {
  const extensions = (text: string) => [...typedExtensions(text)];
  assert.deepEqual(extensions('What is talk.mp4 about?'), ['mp4']);
  assert.deepEqual(extensions('What is "My Talk (2).MKV" about?'), ['mkv']);
  assert.deepEqual(extensions('Is a.mp3 louder than b.wav?'), ['mp3', 'wav']);
  assert.deepEqual(extensions('vortrag-übung.webm 讲的是什么？'), ['webm']);
  assert.deepEqual(extensions('What is the opus about? And mp4?'), []);
  assert.deepEqual(extensions('See node.js, report.pdf and example.mp4s'), []);
});
