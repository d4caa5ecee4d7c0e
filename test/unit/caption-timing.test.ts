import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { createJsonPaceList } from '../../server/src/adapters/json-pace-list.ts';
import {
  type CaptionTimings,
  meanClipMs,
  withCaptionTiming,
} from '../../server/src/core/pipeline/caption-timing.ts';
import { createCaptionTimer } from '../../server/src/indexing/caption-timing.ts';
import { tempFolder } from '../support/temp-folder.ts';

function open(kept: CaptionTimings = {}) {
  const saved: CaptionTimings[] = [];
  let atMs = 0;
  const list = { load: async () => kept, save: async (paces: CaptionTimings) => void saved.push(paces) };
  const pace = createCaptionTimer(kept, list, () => atMs);
  return {
    pace,
    saved,
    pass: (ms: number) => {
      atMs += ms;
    },
  };
}

test('the longest of several times is left out: its model may have been loading', () => {
  assert.equal(meanClipMs([]), undefined);
  assert.equal(meanClipMs([9000]), 9000);
  assert.equal(meanClipMs([9000, 200, 400]), 300);
});

test('nothing is told before a clip is done, then the mean, and it is kept', () => {
  const { pace, saved, pass } = open();
  const timing = pace.begin('a');
  assert.equal(pace.clipMs('a'), undefined);
  pass(5000);
  timing.settled(1);
  pass(400);
  timing.settled(2);
  assert.equal(pace.clipMs('a'), 200);
  assert.equal(pace.clipMs('b'), undefined, 'of another model nothing is known by this');
  timing.end();
  assert.deepEqual(saved, [{ a: 200 }]);
});

test('two videos share one model: the time between two clips of either counts', () => {
  const { pace, pass } = open();
  const [one, two] = [pace.begin('a'), pace.begin('a')];
  for (const timing of [one, two, one, two]) {
    pass(100);
    timing.settled(1);
  }
  assert.equal(pace.clipMs('a'), 100);
});

test('time in which nothing is captioned does not count', () => {
  const { pace, pass } = open();
  const first = pace.begin('a');
  pass(100);
  first.settled(1);
  first.end();
  pass(1_000_000);
  const second = pace.begin('a');
  pass(100);
  second.settled(1);
  assert.equal(pace.clipMs('a'), 100);
});

test('what was kept is told before the first clip, and only another figure is written', () => {
  const { pace, saved, pass } = open({ a: 1000 });
  assert.equal(pace.clipMs('a'), 1000);
  for (const ms of [1010, 2000]) {
    const timing = pace.begin('a');
    for (let i = 0; i < 40; i += 1) {
      pass(ms);
      timing.settled(1);
    }
    timing.end();
  }
  assert.deepEqual(saved, [{ a: 2000 }]);
});

test('the times of the last twenty recipes are kept', () => {
  let paces: CaptionTimings = {};
  for (let i = 0; i < 30; i += 1) paces = withCaptionTiming(paces, `r${i}`, i + 1);
  paces = withCaptionTiming(paces, 'r10', 99);
  assert.equal(Object.keys(paces).length, 20);
  assert.equal(paces.r10, 99);
  assert.equal(paces.r9, undefined);
});

test('times are read again as they were written; a broken file is as none', async () => {
  const path = join(tempFolder(), 'paces.json');
  const list = createJsonPaceList(path, assert.fail);
  assert.deepEqual(await list.load(), {});
  await list.save({ a: 1.5 });
  assert.deepEqual(await list.load(), { a: 1.5 });
  writeFileSync(path, '{"a": "soon"}');
  assert.deepEqual(await list.load(), {});
});

test('a time that cannot be written is told and harms nothing', async () => {
  const told: string[] = [];
  await createJsonPaceList(join(tempFolder(), 'gone', 'paces.json'), (message) => told.push(message)).save({
    a: 1,
  });
  assert.match(told.join(), /ENOENT/);
});
