import assert from 'node:assert/strict';
import test from 'node:test';
import {
  findEmbedderPreset,
  toCurrentEmbedderModel,
  toEmbedderRevision,
} from '../../server/src/core/models/embedder-presets.ts';
import { hashText } from '../../server/src/core/text/hash-text.ts';
import { legacyHashText } from '../../server/src/core/text/legacy-hash.ts';
import {
  createEmbedFramesStage,
  embedFramesFingerprint,
} from '../../server/src/indexing/stages/embed-frames.ts';
import type { WorkerStageDeps } from '../../server/src/indexing/stages/stage-deps.ts';
import { fakeFrameEmbedder } from '../support/fake-frame-embedder.ts';
import { videoOf } from '../support/store-rows.ts';

test('given a text, then the hash of layout 2 is as it was written, and the current one is the start of its SHA-256', () => {
  assert.equal(legacyHashText('Goldfish'), '2fe192d604881460eabbba142223f8a6');
  assert.equal(hashText('abc'), 'ba7816bf8f01cfea414140de5dae2223');
});

test('given models of layout 2, then a prefix or pooling that a preset explains gets its current hash', () => {
  const preset = findEmbedderPreset('nomic-embed-text');
  assert.equal(
    toCurrentEmbedderModel(`nomic-embed-text@${legacyHashText(preset.passage)}`),
    `nomic-embed-text@${toEmbedderRevision('', { passage: preset.passage })}`,
  );
  assert.equal(
    toCurrentEmbedderModel(`org/bge-m3@abc+${legacyHashText('cls ')}`),
    `org/bge-m3@${toEmbedderRevision('abc', { passage: '', pooling: 'cls' })}`,
  );
  for (const model of ['org/minilm@abc', `org/own@abc+${legacyHashText('my prefix: ')}`])
    assert.equal(toCurrentEmbedderModel(model), model);
});

test('given frames embedded before layout 3, when planned, then the work stays done until clips or model change', () => {
  const embedder = fakeFrameEmbedder();
  const { plan } = createEmbedFramesStage({
    frameEmbedder: () => embedder,
    store: { lostVectorCount: () => 0 },
    settings: () => ({ 'media.tracks': [] }),
  } as unknown as WorkerStageDeps);
  const { probe, ...rest } = videoOf('v1');
  const picture = { index: 0, kind: 'video', codec: 'h264', width: 64, height: 64 } as const;
  const video = { ...rest, probe: { ...probe, streams: [picture] } };
  const current = plan.content?.(video, []);
  assert.ok(current);
  const legacy = current.replace(
    embedFramesFingerprint(video.clips, embedder, 0),
    embedFramesFingerprint(video.clips, embedder, 0, legacyHashText),
  );
  assert.notEqual(legacy, current);
  const done = { embedFrames: legacy };
  assert.equal(plan.content?.({ ...video, done }, []), legacy);
  const otherClips = [{ startMs: 0, endMs: 1234 }];
  const changed = plan.content?.({ ...video, clips: otherClips, done }, []);
  assert.ok(changed?.includes(embedFramesFingerprint(otherClips, embedder, 0)));
});
