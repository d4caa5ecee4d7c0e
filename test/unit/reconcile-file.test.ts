import assert from 'node:assert/strict';
import test from 'node:test';
import { describeWatchError } from '../../server/src/adapters/node-disk/file-failures.ts';
import type { VideoFile } from '../../server/src/core/domain/video.ts';
import { chooseSampleBlocks, isSampleWholeFile } from '../../server/src/core/library/content-sampling.ts';
import {
  decideContent,
  type SampledFile,
  type SamplePeer,
} from '../../server/src/core/library/reconcile-file.ts';

const SAMPLE = 'ab'.repeat(32);
const D1 = '11'.repeat(32);
const D2 = '22'.repeat(32);
const BIG = 5_000_000;

const arrival = (more: Partial<SampledFile> = {}): SampledFile => ({
  file: { uri: 'file:///v/new.mp4', path: '/v/new.mp4', bytes: BIG, modifiedMs: 1000, sidecars: [] },
  holders: ['file:///v'],
  sample: SAMPLE,
  ...more,
});
const copy = (more: Partial<VideoFile> = {}): VideoFile => ({
  uri: 'file:///v/old.mp4',
  path: '/v/old.mp4',
  videoId: 'vold',
  bytes: BIG,
  modifiedMs: 2000,
  sample: SAMPLE,
  sidecars: [],
  holders: ['file:///v'],
  done: { cues: '1' },
  failures: {},
  forgotten: false,
  recordedMs: 500,
  ...more,
});
/** What is decided, or which digests are asked for. */
const decided = (arriving: SampledFile, ...peers: readonly SamplePeer[]) => {
  const verdict = decideContent(arriving, peers);
  if (verdict.digests !== undefined) return `digests ${verdict.digests.join(' ')}`;
  const { change } = verdict;
  if (change.kind === 'removed') return change.kind;
  const redo = 'redo' in change && change.redo ? ' redo' : '';
  return `${change.kind} ${change.copy.videoId}${redo}`;
};

test('given a file without peers, then its sample gives its videoId', () => {
  assert.equal(decided(arrival()), `added v${SAMPLE.slice(0, 31)}`);
});

test('given a peer that is gone, with the same time, then the file has moved, without reading more', () => {
  const verdict = decideContent(arrival(), [{ copy: copy({ modifiedMs: 1000 }), presence: 'gone' }]);
  assert.equal(verdict.digests, undefined);
  assert.equal(verdict.change?.kind, 'moved');
  const moved = verdict.change?.kind === 'moved' ? verdict.change : undefined;
  assert.deepEqual([moved?.from, moved?.redo, moved?.copy.videoId], ['file:///v/old.mp4', false, 'vold']);
  assert.deepEqual([moved?.copy.recordedMs, moved?.copy.done], [500, {}]);
});

test('given several peers that are gone, then the one of the same name has moved', () => {
  const peers = ['file:///a/x.mp4', 'file:///b/new.mp4', 'file:///c/y.mp4'].map(
    (uri): SamplePeer => ({ copy: copy({ uri, modifiedMs: 1000 }), presence: 'gone' }),
  );
  const { change } = decideContent(arrival(), peers);
  assert.equal(change?.kind === 'moved' && change.from, 'file:///b/new.mp4');
});

test('given a file of an index run, when it moves, then the run keeps it', () => {
  const from = copy({ modifiedMs: 1000, holders: ['file:///v', 'index'] });
  const verdict = decideContent(arrival({ holders: ['file:///w'] }), [{ copy: from, presence: 'gone' }]);
  assert.deepEqual(verdict.change?.kind === 'moved' && verdict.change.copy.holders, ['file:///w', 'index']);
});

test('given two files with one sample, then only equal digests make them one content', () => {
  const here = (digest?: string): SamplePeer => ({ copy: copy({ digest }), presence: 'here' });
  assert.equal(decided(arrival(), here()), 'digests file:///v/new.mp4 file:///v/old.mp4');
  assert.equal(decided(arrival({ digest: D1 }), here()), 'digests file:///v/old.mp4');
  assert.equal(decided(arrival({ digest: D1 }), here(D1)), 'added vold');
  assert.equal(decided(arrival({ digest: D2 }), here(D1)), `added v${D2.slice(0, 31)}`);
});

test('given a peer on a drive that is offline, then its sample alone does not make it the same', () => {
  const away = (digest?: string): SamplePeer => ({
    copy: copy({ digest, modifiedMs: 1000 }),
    presence: 'unknown',
  });
  assert.equal(decided(arrival({ digest: D1 }), away()), `added v${D1.slice(0, 31)}`);
  assert.equal(decided(arrival({ digest: D1 }), away(D1)), 'added vold');
});

test('given a peer that is gone, with another time, then the digest decides; without one it is redone', () => {
  const gone = (digest?: string): SamplePeer => ({ copy: copy({ digest }), presence: 'gone' });
  assert.equal(decided(arrival(), gone()), 'digests file:///v/new.mp4');
  assert.equal(decided(arrival({ digest: D1 }), gone()), 'moved vold redo');
  assert.equal(decided(arrival({ digest: D1 }), gone(D1)), 'moved vold');
  assert.equal(decided(arrival({ digest: D1 }), gone(D2)), `added v${D1.slice(0, 31)}`);
});

test('given a new time and the same sample, then the digest decides between touched and modified', () => {
  const before = (digest?: string) => copy({ uri: 'file:///v/new.mp4', digest });
  assert.equal(decided(arrival({ before: before() })), 'digests file:///v/new.mp4');
  assert.equal(decided(arrival({ before: before(), digest: D1 })), 'touched vold redo');
  assert.equal(decided(arrival({ before: before(D1), digest: D1 })), 'touched vold');
  assert.equal(decided(arrival({ before: before(D1), digest: D2 })), `modified v${D2.slice(0, 31)}`);
  const other: SamplePeer = { copy: copy({ uri: 'file:///v/x.mp4', digest: D2 }), presence: 'here' };
  assert.equal(decided(arrival({ before: before(), digest: D1 }), other), `modified v${D1.slice(0, 31)}`);
});

test('given a small file, then its sample is enough', () => {
  const file = { ...arrival().file, bytes: 1000 };
  const peer: SamplePeer = { copy: copy({ bytes: 1000 }), presence: 'here' };
  assert.equal(decided(arrival({ file }), peer), 'added vold');
  const before = copy({ uri: file.uri, bytes: 1000 });
  assert.equal(decided(arrival({ file, before })), 'touched vold');
});

test('given any size, when blocks are sampled, then they lie in the file, with its first and last byte', () => {
  for (const bytes of [0, 1, 1_048_576, 1_048_577, 5_000_000, 3_000_000_000_000]) {
    const blocks = chooseSampleBlocks(bytes);
    assert.ok(blocks.every(({ offset, length }) => offset >= 0 && length > 0 && offset + length <= bytes));
    if (bytes === 0) continue;
    const last = blocks.at(-1);
    assert.deepEqual([blocks[0]?.offset, (last?.offset ?? 0) + (last?.length ?? 0)], [0, bytes]);
    assert.equal(isSampleWholeFile(bytes), blocks.length === 1);
  }
});

test('given an error of the watcher, then known ones have a remedy', () => {
  assert.match(describeWatchError('/v', 'ENOSPC') ?? '', /\/v .*fs\.inotify\.max_user_watches=524288/);
  assert.match(describeWatchError('/v', 'EMFILE') ?? '', /\/v .*ulimit -n 65536/);
  assert.equal(describeWatchError('/v', 'EIO'), undefined);
});
