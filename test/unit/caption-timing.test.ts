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

test('given several times, when averaged, then the longest is left out', () => {
  assert.equal(meanClipMs([]), undefined);
  assert.equal(meanClipMs([9000]), 9000);
  assert.equal(meanClipMs([9000, 200, 400]), 300);
});

test('given a model, when clips are captioned, then the mean is known from the second on and saved', () => {
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

test('given two videos with one model, then the time between clips of either counts', () => {
  const { pace, pass } = open();
  const [one, two] = [pace.begin('a'), pace.begin('a')];
  for (const timing of [one, two, one, two]) {
    pass(100);
    timing.settled(1);
  }
  assert.equal(pace.clipMs('a'), 100);
});

test('given a pause without captioning, then it does not count', () => {
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

test('given saved timings, then they are known before the first clip, and written only when they change', () => {
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

test('given more than 20 recipes, then the timings of the last 20 are kept', () => {
  let paces: CaptionTimings = {};
  for (let i = 0; i < 30; i += 1) paces = withCaptionTiming(paces, `r${i}`, i + 1);
  paces = withCaptionTiming(paces, 'r10', 99);
  assert.equal(Object.keys(paces).length, 20);
  assert.equal(paces.r10, 99);
  assert.equal(paces.r9, undefined);
});

test('given saved timings, when loaded, then they are equal; given a broken file, then there are none', async () => {
  const path = join(tempFolder(), 'paces.json');
  const list = createJsonPaceList(path, assert.fail);
  assert.deepEqual(await list.load(), {});
  await list.save({ a: 1.5 });
  assert.deepEqual(await list.load(), { a: 1.5 });
  writeFileSync(path, '{"a": "soon"}');
  assert.deepEqual(await list.load(), {});
});

test('given a path that cannot be written, when saved, then it is logged and nothing fails', async () => {
  const told: string[] = [];
  await createJsonPaceList(join(tempFolder(), 'gone', 'paces.json'), (message) => told.push(message)).save({
    a: 1,
  });
  assert.match(told.join(), /ENOENT/);
});
