import assert from 'node:assert/strict';
import test from 'node:test';
import type { Stage } from '../../server/src/core/domain/stage.ts';
import { MediaFailureError } from '../../server/src/core/errors/media-failure.ts';
import { MediaUnreachableError } from '../../server/src/core/errors/media-unreachable.ts';
import type { WorkTask } from '../../server/src/core/pipeline/work-task.ts';
import { runTask, type TaskPorts } from '../../server/src/indexing/run-task.ts';
import { factsFingerprint } from '../../server/src/indexing/stages/facts.ts';
import { isResultOf } from '../../server/src/indexing/worker-result.ts';
import { completeSettings } from '../../server/src/settings/schema.ts';
import { copyOf, descriptionOf, vectorOf, videoOf } from '../support/store-rows.ts';

const URI = 'file:///srv/media/a.mp4';
const settings = completeSettings({ 'clips.seconds': 30 }).settings;
const VIDEO = { index: 0, codec: 'h264', kind: 'video', chosen: true, width: 64, height: 48 } as const;
const never = new AbortController().signal;
const noEvents = { onShare: () => undefined, save: async () => undefined };

function taskFor(stage: Stage, recipe: string): WorkTask {
  const copy = copyOf(URI, 'v1');
  return {
    job: { key: 'af', stage, videoId: 'v1', uri: URI, path: false, recipe, lane: 'deep', rank: 0 },
    copy,
    copies: [copy],
    record: videoOf('v1', { probe: { ...videoOf('v1').probe, streams: [VIDEO] } }),
    stored: [],
    corrected: [],
    vectors: [],
    lostVectorCount: 0,
    correctionsRevision: '',
  };
}

const reader = { name: 'reader', read: async () => [], close: async () => undefined };

/** Ports of a worker without models, whose media reads `measured`. */
function portsWith(measure: TaskPorts['media']['measure']): TaskPorts {
  const none = () => undefined;
  return {
    media: { measure } as TaskPorts['media'],
    reader: () => reader,
    voiceDetector: none,
    captioner: none,
    transcriber: none,
    textEmbedder: none,
    frameEmbedder: none,
    settings: () => settings,
  };
}

const facts = taskFor('facts', factsFingerprint(30_000));

test('given a task of measuring, when it runs, then the media is read where this machine has it, and released', async () => {
  const read: string[] = [];
  let released = 0;
  const ports = portsWith(async (uri) => {
    read.push(uri);
    return { clips: [], textTimes: [] };
  });
  const locate = async () => ({ uri: 'file:///mnt/a.mp4', release: () => (released += 1) });
  const outcome = await runTask(facts, ports, locate, noEvents, never);
  assert.deepEqual(outcome, {
    state: 'ok',
    value: {
      recordUpdate: { clips: [], textTimes: [], soundTrack: undefined, soundChannel: undefined },
      descriptions: [],
    },
  });
  assert.deepEqual(read, ['file:///mnt/a.mp4']);
  assert.equal(released, 1);
});

test('given a worker that would make other rows, when it gets a task, then it says so and reads nothing', async () => {
  const locate = () => Promise.reject(new Error('not to be read'));
  const ports = portsWith(() => Promise.reject(new Error('not to be read')));
  const other = await runTask(taskFor('facts', 'facts 0 30000'), ports, locate, noEvents, never);
  assert.ok(other.state === 'unavailable');
  assert.match(other.reason, /would run facts with "facts 1 30000", and the daemon wants "facts 0 30000"/);
  const lacking = await runTask(taskFor('caption', 'caption 1 model@1'), ports, locate, noEvents, never);
  assert.ok(lacking.state === 'unavailable');
  assert.match(lacking.reason, /lacks the model of caption/);
  const local = await runTask(taskFor('passages', 'passages 3'), ports, locate, noEvents, never);
  assert.equal(local.state, 'unavailable');
});

test('given media that is out of reach, gone or damaged, when a task runs, then only damage is refused', async () => {
  const failing = (kind: 'missing' | 'truncated') =>
    portsWith(() => Promise.reject(new MediaFailureError({ kind, reason: kind, remedy: '' })));
  const here = async () => ({ uri: URI, release: () => undefined });
  const away = () => Promise.reject(new MediaUnreachableError('no such share'));
  const run = (ports: TaskPorts, locate: Parameters<typeof runTask>[2]) =>
    runTask(facts, ports, locate, noEvents, never);
  assert.deepEqual(await run(failing('missing'), away), { state: 'unreachable', reason: 'no such share' });
  assert.deepEqual(await run(failing('missing'), here), { state: 'unreachable', reason: 'missing' });
  assert.equal((await run(failing('truncated'), here)).state, 'refused');
});

test('given results of workers, when they hold rows of another video, place or stage, then they are not of the job', () => {
  const { job } = taskFor('caption', 'r1');
  const own = descriptionOf('v1', '', 'caption', 0);
  assert.equal(isResultOf(job, { descriptions: [own] }), true);
  assert.equal(isResultOf(job, { descriptions: [own], recordUpdate: { subtitled: true } }), false);
  assert.equal(isResultOf(facts.job, { recordUpdate: { clips: [], textTimes: [] } }), true);
  assert.equal(isResultOf(facts.job, { recordUpdate: { probe: videoOf('v1').probe } }), false);
  for (const row of [
    descriptionOf('v2', '', 'caption', 0),
    descriptionOf('v1', URI, 'caption', 0),
    descriptionOf('v1', '', 'cues', 0),
  ])
    assert.equal(isResultOf(job, { descriptions: [own, row] }), false, row.id);
  const vectors = (videoId: string, rowOf: string) => ({
    vectors: [
      { videoId, uri: '', role: 'frame' as const, model: 'm', rows: [vectorOf(rowOf, '', 'frame', 0, [1])] },
    ],
  });
  assert.equal(isResultOf(job, vectors('v2', 'v2')), false);
  assert.equal(isResultOf(job, vectors('v1', 'v2')), false);
  assert.equal(isResultOf(job, { passages: [] }), false);
});
