import assert from 'node:assert/strict';
import test from 'node:test';
import { readRecordingLayout } from '../../server/src/core/recording/read-recording-layout.ts';
import type { RecordingLayout } from '../../server/src/core/recording/recording-layout.ts';

/** Looks at a file in memory once. Returns its layout, and how often it was read. */
function look(bytes: Uint8Array, known?: RecordingLayout) {
  const steps = readRecordingLayout(bytes.length, known);
  let step = steps.next();
  let reads = 0;
  while (!step.done) {
    const { offset, length } = step.value;
    reads += 1;
    step = steps.next(bytes.subarray(offset, Math.max(offset, offset + length)));
  }
  return { layout: step.value, reads };
}

function box(type: string, ...contents: readonly Uint8Array[]): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32BE(8 + contents.reduce((sum, { length }) => sum + length, 0));
  return Buffer.concat([size, Buffer.from(type, 'latin1'), ...contents]);
}

function uint32s(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, i) => void bytes.writeUInt32BE(value, i * 4));
  return bytes;
}

const MP4_HEAD = Buffer.concat([
  box('ftyp', Buffer.from('isom0000', 'latin1')),
  box(
    'moov',
    box(
      'trak',
      box('tkhd', uint32s(0, 0, 0, 1, 0, 0, 0)),
      box('mdia', box('mdhd', uint32s(0, 0, 0, 1000, 0, 0))),
    ),
    box('mvex'),
  ),
]);

const fragment = (timeMs: number) =>
  Buffer.concat([
    box('moof', box('traf', box('tfhd', uint32s(0, 1)), box('tfdt', uint32s(0, timeMs)))),
    box('mdat', Buffer.alloc(6000)),
  ]);

function element(id: string, contents: Uint8Array, isOpen = false): Buffer {
  const size = Buffer.alloc(8);
  size.writeBigUInt64BE(BigInt(contents.length));
  size[0] = 1;
  return Buffer.concat([
    Buffer.from(id, 'hex'),
    isOpen ? Buffer.from('01ffffffffffffff', 'hex') : size,
    contents,
  ]);
}

const MATROSKA_HEAD = Buffer.concat([
  element('1a45dfa3', Buffer.alloc(4)),
  element('18538067', element('1549a966', element('2ad7b1', uint32s(1_000_000))), true),
]);

const cluster = (timeMs: number, isOpen: boolean) =>
  element(
    '1f43b675',
    Buffer.concat([
      element('e7', uint32s(timeMs)),
      ...Array.from({ length: 20 }, () => element('a3', Buffer.alloc(5000))),
    ]),
    isOpen,
  );

const seconds = Array.from({ length: 40 }, (_, second) => second * 1000);
const RECORDINGS: readonly (readonly [string, Buffer])[] = [
  ['fragmented MP4', Buffer.concat([MP4_HEAD, ...seconds.map(fragment)])],
  ['Matroska', Buffer.concat([MATROSKA_HEAD, ...seconds.map((timeMs) => cluster(timeMs, false))])],
  ['live Matroska', Buffer.concat([MATROSKA_HEAD, ...seconds.map((timeMs) => cluster(timeMs, true))])],
];

for (const [name, recording] of RECORDINGS)
  test(`given a ${name} file that has grown, when it is looked at again, then only what was added is read, with the same result`, () => {
    const whole = look(recording);
    assert.deepEqual(
      whole.layout?.parts.map(({ timeMs }) => timeMs),
      seconds,
    );
    const before = look(recording.subarray(0, Math.floor(recording.length * 0.9)));
    assert.equal(before.layout?.isFinished, false);
    const again = look(recording, before.layout);
    assert.deepEqual(again.layout, whole.layout);
    assert.ok(again.reads < whole.reads / 3, `${again.reads} of ${whole.reads}`);
  });

test('given a file in the place of a recording, when it is looked at again, then it is read from its beginning', () => {
  for (const [name, recording] of RECORDINGS) {
    const { layout: known } = look(recording);
    // The same head, and other parts.
    const later = seconds.map((timeMs) => timeMs + 500);
    const other =
      name === 'fragmented MP4'
        ? Buffer.concat([MP4_HEAD, ...later.map(fragment)])
        : Buffer.concat([MATROSKA_HEAD, ...later.map((timeMs) => cluster(timeMs, name === 'live Matroska'))]);
    assert.deepEqual(look(other, known).layout, look(other).layout, name);
    const shorter = recording.subarray(0, recording.length / 2);
    assert.deepEqual(look(shorter, known).layout, look(shorter).layout, name);
  }
});

test('given a file of the smallest elements, when it is looked at, then a look ends after some of them', () => {
  const hostile = [
    Buffer.concat([MP4_HEAD, Buffer.alloc(8_000_000, box('free'))]),
    Buffer.concat([MATROSKA_HEAD, Buffer.alloc(8_000_000, Buffer.from('ec80', 'hex'))]),
    Buffer.concat([MATROSKA_HEAD, cluster(0, true), Buffer.alloc(8_000_000, Buffer.from('ec80', 'hex'))]),
    Buffer.concat([MATROSKA_HEAD, element('1f43b675', Buffer.alloc(8_000_000, Buffer.from('ec80', 'hex')))]),
  ];
  for (const bytes of hostile) {
    const { reads } = look(bytes);
    assert.ok(reads < 700, `${reads} reads`);
  }
});

test('given a recording with more elements than one look reads, when it is looked at several times, then all its parts are found', () => {
  const blocks = Buffer.alloc(600_000, Buffer.from('ec80', 'hex'));
  const part = (timeMs: number) =>
    element('1f43b675', Buffer.concat([element('e7', uint32s(timeMs)), blocks.subarray(0, 20_000)]), true);
  const recording = Buffer.concat([MATROSKA_HEAD, ...seconds.map(part)]);
  const { layout: first } = look(recording);
  assert.ok((first?.parts.length ?? 0) > 5 && (first?.parts.length ?? 0) < seconds.length);
  let layout = first;
  for (let i = 0; i < 3; i += 1) layout = look(recording, layout).layout;
  assert.deepEqual(
    layout?.parts.map(({ timeMs }) => timeMs),
    seconds,
  );
  assert.equal(layout?.endByte, recording.length);
});
