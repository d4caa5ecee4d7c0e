import assert from 'node:assert/strict';
import test from 'node:test';
import { findResumeMs, splitExtent, withExtent } from '../../server/src/core/pipeline/extent.ts';
import { PROBE_FINGERPRINT, planJobs, type StagePlan } from '../../server/src/core/pipeline/planner.ts';
import {
  chooseGrowthBlocks,
  isClosed,
  isContinued,
  isRecording,
  type RecordingFacts,
} from '../../server/src/core/recording/judge-growth.ts';
import { copyOf, videoOf } from '../support/store-rows.ts';

const layoutTo = (seconds: number, isFinished = false) => ({
  headBytes: 500,
  parts: [
    { byte: 500, timeMs: 7000 },
    { byte: 900_000, timeMs: 7000 + seconds * 1000 },
  ],
  endByte: 1_000_000,
  isFinished,
});

const facts = (more: Partial<RecordingFacts> = {}): RecordingFacts => ({
  bytes: 1_000_000,
  quietMs: 200,
  ageMs: 60_000,
  layout: layoutTo(60),
  ...more,
});

test('given a file that is being written, when it is judged, then only one that grows no faster than time passes is a recording', () => {
  assert.equal(isRecording(facts()), true);
  // A replay buffer writes what it kept at once.
  assert.equal(isRecording(facts({ ageMs: 0, layout: layoutTo(15) })), true);
  // An hour of video in a minute is a copy.
  assert.equal(isRecording(facts({ layout: layoutTo(3600) })), false);
  assert.equal(isRecording(facts({ layout: layoutTo(60, true) })), false, 'it states its length');
  assert.equal(isRecording(facts({ layout: undefined })), false, 'it cannot be read in parts');
  assert.equal(isRecording(facts({ bytes: 1000 })), false, 'too short to be recognised');
  assert.equal(isRecording(facts({ ageMs: -5, layout: layoutTo(16) })), false, 'a clock that was set back');
});

test('given a recording, when nothing is written for a while or the file says so, then it is closed', () => {
  assert.equal(isClosed(facts()), false);
  assert.equal(isClosed(facts({ quietMs: 9_999 })), false);
  assert.equal(isClosed(facts({ quietMs: 10_000 })), true);
  assert.equal(isClosed(facts({ layout: layoutTo(60, true) })), true);
  assert.equal(isClosed(facts({ layout: undefined })), true);
});

test('given a file that changed, when its blocks are compared, then a few corrected ones are the same file, and others are not', () => {
  const before = Array.from({ length: 16 }, (_, i) => `block ${i}`);
  assert.equal(isContinued(before, before), true);
  assert.equal(isContinued(before, before.with(3, 'corrected').with(9, 'corrected')), true);
  assert.equal(
    isContinued(
      before,
      before.map((hash, i) => (i < 11 ? hash : 'other')),
    ),
    false,
  );
  assert.equal(isContinued(before, []), false);
  assert.equal(isContinued([], []), false, 'nothing was known of it');
});

test('given any size, when blocks are chosen, then they lie within it and beyond what recorders correct', () => {
  assert.deepEqual(chooseGrowthBlocks(0), []);
  for (const bytes of [1, 100, 8192, 70_000, 5_000_000_000]) {
    const blocks = chooseGrowthBlocks(bytes);
    assert.ok(blocks.length > 0, `${bytes}`);
    for (const { offset, length } of blocks) {
      assert.ok(offset >= Math.min(4096, Math.floor(bytes / 2)), `${bytes}`);
      assert.ok(offset + length <= bytes, `${bytes}`);
    }
  }
});

test('given a recipe, when it is joined with an extent, then both come back', () => {
  for (const extent of [undefined, 0, 43_000])
    assert.deepEqual(splitExtent(withExtent('facts 1 20000 | up to', extent)), {
      base: 'facts 1 20000 | up to',
      extent,
    });
});

const stages: readonly StagePlan[] = [
  { stage: 'probe', lane: 'fast', after: [], content: () => PROBE_FINGERPRINT },
  { stage: 'facts', lane: 'deep', after: [], content: () => 'facts 1' },
  { stage: 'transcribe', lane: 'deep', after: ['facts'], content: () => 'heard 1' },
];
const clips = [
  { startMs: 0, endMs: 20_000 },
  { startMs: 20_000, endMs: 40_000 },
  { startMs: 40_000, endMs: 45_000 },
];
const growing = { growing: { isReadable: true, blocks: [] } } as const;
const recipesOf = (jobs: ReturnType<typeof planJobs>) => jobs.map(({ recipe }) => recipe);

test('given a recording that grew, when it is planned, then each stage goes as far as the one before it, and a planned job stays until it is done', () => {
  const done = {
    probe: withExtent(PROBE_FINGERPRINT, 1000),
    facts: withExtent('facts 1', 45_000),
    transcribe: withExtent('heard 1', 30_000),
  };
  const probe = { ...videoOf('').probe, durationMs: 45_000 };
  const record = videoOf('v1', { done, clips, probe });
  const copy = copyOf('file:///a.mkv', 'v1', { bytes: 1000, ...growing });
  const jobs = planJobs([copy], record, stages, 0);
  assert.deepEqual(recipesOf(jobs), [withExtent('heard 1', 45_000)]);
  assert.equal(findResumeMs(record, 'transcribe', jobs[0]?.recipe ?? ''), 20_000);

  // The file grows while the speech is still being transcribed.
  const longer = { ...copy, bytes: 2000 };
  const more = planJobs([longer], record, stages, 0, new Set(), jobs);
  assert.deepEqual(recipesOf(more), [withExtent(PROBE_FINGERPRINT, 2000), withExtent('heard 1', 45_000)]);
  assert.deepEqual(
    planJobs([longer], record, stages, 0, new Set(), more),
    more,
    'a plan that was made stays',
  );

  // The recorder closes it: first its length, then the rest.
  const { growing: _growing, ...closed } = longer;
  const last = planJobs(
    [closed],
    { ...record, done: { ...done, transcribe: withExtent('heard 1', 45_000) } },
    stages,
    0,
  );
  assert.deepEqual(recipesOf(last), [PROBE_FINGERPRINT]);
  const whole = { ...record, done: { ...done, probe: PROBE_FINGERPRINT } };
  assert.deepEqual(recipesOf(planJobs([closed], whole, stages, 0)), [
    'facts 1',
    withExtent('heard 1', 45_000),
  ]);
  assert.equal(findResumeMs(whole, 'facts', 'facts 1'), 40_000);
  assert.equal(
    findResumeMs(
      { ...whole, failures: { facts: { kind: 'truncated', reason: '', remedy: '' } } },
      'facts',
      'facts 1',
    ),
    0,
  );
  assert.equal(findResumeMs(whole, 'facts', 'facts 2'), 0, 'another recipe starts again');
});
