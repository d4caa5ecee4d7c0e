import assert from 'node:assert/strict';
import test from 'node:test';
import { parseClipId, toClipId } from '../../server/src/core/domain/clip-id.ts';
import type { Line } from '../../server/src/core/domain/description.ts';
import type { VideoFile, VideoRecord } from '../../server/src/core/domain/video.ts';
import { findClipAt, groupLinesByClip } from '../../server/src/core/pipeline/group-lines-by-clip.ts';
import { PROBE_FINGERPRINT, planJobs, type StagePlan } from '../../server/src/core/pipeline/planner.ts';
import { hashText } from '../../server/src/core/text/hash-text.ts';
import { copyOf, videoOf } from '../support/store-rows.ts';

const halves = [
  { startMs: 0, endMs: 30_000 },
  { startMs: 30_000, endMs: 60_000 },
];
const copy = (uri: string, more: Partial<VideoFile> = {}) =>
  copyOf(uri, 'v1', { done: {}, sidecars: [], recordedMs: 5, ...more });
const record = (more: Partial<VideoRecord> = {}) =>
  videoOf('v1', { done: { probe: PROBE_FINGERPRINT }, clips: halves, ...more });

const stages: readonly StagePlan[] = [
  {
    stage: 'cues',
    lane: 'fast',
    after: [],
    content: () => 'cues 1',
    path: (c) => `cues 1 ${c.sidecars.map((s) => s.uri).join()}`,
  },
  { stage: 'facts', lane: 'deep', after: ['cues'], content: () => 'facts 1' },
];
const shown = (jobs: ReturnType<typeof planJobs>) => jobs.map((j) => [j.stage, j.path ? j.uri : '']);

test('given stages that depend on others, when planned, then each waits unless the other does not apply or is unavailable', () => {
  const chain: readonly StagePlan[] = [
    { stage: 'facts', lane: 'deep', after: [], content: () => 'facts 1' },
    {
      stage: 'screenText',
      lane: 'deep',
      after: ['facts'],
      content: (r) => (r.textTimes ? 'text 1' : undefined),
    },
    { stage: 'caption', lane: 'deep', after: ['screenText'], content: () => 'caption 1' },
  ];
  const at = (more: Partial<VideoRecord>, missing: readonly ('screenText' | 'facts')[] = []) =>
    planJobs([copy('file:///a/x')], record(more), chain, 0, new Set(missing)).map((job) => job.stage);
  const facts = { probe: PROBE_FINGERPRINT, facts: 'facts 1' };
  assert.deepEqual(at({}), ['facts']);
  assert.deepEqual(at({ done: facts }), ['caption']);
  assert.deepEqual(at({ done: facts, textTimes: [] }), ['screenText']);
  assert.deepEqual(at({ done: facts, textTimes: [] }, ['screenText']), ['caption']);
});

test('given new content with two copies, when planned, then it is probed once', () => {
  assert.deepEqual(shown(planJobs([copy('file:///a/x'), copy('file:///a/y')], undefined, stages, 0)), [
    ['probe', ''],
  ]);
});

test('given a probed video, when planned, then cues come first, for the content and for each path', () => {
  const copies = [copy('file:///a/x'), copy('file:///a/y')];
  assert.deepEqual(shown(planJobs(copies, record(), stages, 0)), [
    ['cues', ''],
    ['cues', 'file:///a/x'],
    ['cues', 'file:///a/y'],
  ]);
});

test('given finished stages, when planned, then nothing is left; given another recipe, then its stage is', () => {
  const done = copy('file:///a/x', { done: { cues: 'cues 1 ' } });
  const full = record({ done: { probe: PROBE_FINGERPRINT, cues: 'cues 1', facts: 'facts 1' } });
  assert.deepEqual(planJobs([done], full, stages, 0), []);
  const old = record({ done: { probe: PROBE_FINGERPRINT, cues: 'cues 0', facts: 'facts 1' } });
  assert.deepEqual(shown(planJobs([done], old, stages, 0)), [['cues', '']]);
});

test('given a new sidecar, when planned, then only the cues of its path are', () => {
  const done = { cues: 'cues 1 ' };
  const full = record({ done: { probe: PROBE_FINGERPRINT, cues: 'cues 1', facts: 'facts 1' } });
  const sidecars = [{ uri: 'file:///a/x.srt', bytes: 1, modifiedMs: 1 }];
  const jobs = planJobs(
    [copy('file:///a/x', { done, sidecars }), copy('file:///a/y', { done })],
    full,
    stages,
    0,
  );
  assert.deepEqual(shown(jobs), [['cues', 'file:///a/x']]);
});

test('given content that failed, is gone or has no id, when planned, then there are no jobs', () => {
  const failure = { kind: 'notMedia', reason: 'r', remedy: 'm' } as const;
  assert.deepEqual(planJobs([copy('file:///a/x')], record({ failures: { probe: failure } }), stages, 0), []);
  assert.deepEqual(planJobs([], record(), stages, 0), []);
  assert.deepEqual(planJobs([copy('file:///a/x', { videoId: '' })], undefined, stages, 0), []);
});

test('given videos, when ranked, then the newest is first, and searched ones before all', () => {
  const rank = (c: VideoFile, boost: number) => planJobs([c], undefined, stages, boost)[0]?.rank ?? 0;
  assert.ok(rank(copy('file:///a/x', { recordedMs: 9 }), 0) > rank(copy('file:///a/y'), 0));
  assert.ok(rank(copy('file:///a/y'), 1) > rank(copy('file:///a/x', { recordedMs: 9e13 }), 0));
  assert.ok(rank(copy('file:///a/y'), 2) > rank(copy('file:///a/x', { recordedMs: 9e13 }), 1));
});

test('given jobs, then their keys are equal for equal work only', () => {
  const [a] = planJobs([copy('file:///a/x')], undefined, stages, 0);
  const [b] = planJobs([copy('file:///b/z')], undefined, stages, 1);
  const [c] = planJobs([copy('file:///a/x', { videoId: 'v2' })], undefined, stages, 0);
  assert.match(a?.key ?? '', /^[0-9a-f]{33}$/);
  assert.match(a?.key ?? '', /[a-f]/);
  assert.equal(a?.key, b?.key);
  assert.notEqual(a?.key, c?.key);
});

test('given 20,000 similar texts, when hashed, then all hashes differ', () => {
  const seen = new Set<string>();
  for (let i = 0; i < 20_000; i += 1) seen.add(hashText(`file:///videos/clip-${i}.mp4`));
  assert.equal(seen.size, 20_000);
  assert.match(hashText(''), /^[0-9a-f]{32}$/);
});

test('given a clip id, when parsed, then it has video and range; given a wrong one, then there is none', () => {
  const range = { startMs: 30_000, endMs: 61_500 };
  assert.deepEqual(parseClipId(toClipId('abc', range)), { videoId: 'abc', ...range });
  for (const wrong of ['', 'abc', 'abc@5-3', 'a b@1-2', '@1-2']) assert.equal(parseClipId(wrong), undefined);
});

test('given a line across clips, when grouped, then it goes to the clip with most of it', () => {
  const clips = record().clips;
  const line = (startMs: number, endMs: number): Line => ({
    startMs,
    endMs,
    kind: 'speech',
    text: 't',
    source: 's',
  });
  assert.equal(findClipAt(clips, line(28_000, 31_000)), clips[0]);
  assert.equal(findClipAt(clips, line(29_000, 40_000)), clips[1]);
  assert.equal(findClipAt(clips, line(70_000, 71_000)), clips[1]);
  assert.equal(findClipAt([], line(0, 1)), undefined);
  const of = { videoId: 'v1', uri: '', stage: 'cues', describer: 'd', recipe: 'r' } as const;
  const rows = groupLinesByClip(of, clips, [line(0, 900), line(1_000, 2_000), line(45_000, 46_000)]);
  assert.deepEqual(
    rows.map((row) => [row.startMs, row.lines.length, row.clipId]),
    [
      [0, 2, 'v1@0-30000'],
      [30_000, 1, 'v1@30000-60000'],
    ],
  );
});
