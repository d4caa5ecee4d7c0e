import assert from 'node:assert/strict';
import test from 'node:test';
import { type DtvccPair, decodeDtvcc, listDtvccServices } from '../../server/src/core/media/dtvcc-decoder.ts';

/** Packets with one block of a service each, 100 ms apart. */
function toPairs(service: number, blocks: readonly (readonly number[])[]): readonly DtvccPair[] {
  return blocks.flatMap((block, number) => {
    const header = service > 6 ? [0xe0 | block.length, service] : [(service << 5) | block.length];
    const content = [...header, ...block];
    if (content.length % 2 === 0) content.push(0);
    const packet = [(content.length + 1) / 2, ...content];
    return Array.from({ length: packet.length / 2 }, (_, at) => ({
      timeMs: number * 100,
      bytes: [packet[2 * at] ?? 0, packet[2 * at + 1] ?? 0] as const,
      startsPacket: at === 0,
    }));
  });
}
const letters = (text: string) => [...Buffer.from(text, 'latin1')];
const define = (id: number, rows: number, isVisible: boolean) => [
  0x98 + id,
  isVisible ? 0x20 : 0,
  0,
  0,
  rows - 1,
  31,
  0,
];
const shown = (service: number, ...blocks: readonly (readonly number[])[]) =>
  decodeDtvcc(toPairs(service, blocks), service).map(({ startMs, endMs, text }) => [startMs, endMs, text]);

test('given a hidden window, when it is shown, toggled and deleted, then its text is a cue while it is visible', () => {
  const events = [
    define(0, 1, false),
    letters('Hidden'),
    [0x89, 1],
    [3],
    [0x8b, 1],
    [0x8b, 1],
    [0x8c, 1],
    [3],
  ];
  assert.deepEqual(shown(1, ...events), [
    [200, 400, 'Hidden'],
    [500, 600, 'Hidden'],
  ]);
});

test('given text that rolls up letter by letter, when it scrolls, then each screen is one cue', () => {
  const events = [
    define(2, 2, true),
    letters('On'),
    letters('e'),
    [0x0d],
    letters('Two'),
    [0x0d],
    letters('Three'),
    [0x8f],
  ];
  assert.deepEqual(shown(1, ...events), [
    [100, 500, 'One\nTwo'],
    [500, 700, 'Two\nThree'],
  ]);
});

test('given commands with arguments, letters beyond Latin-1 and corrections, when they are decoded, then the text is right', () => {
  const text = [
    ...letters('caf\xe9x'),
    0x08,
    // Pen attributes, colour and location; a window's attributes; a delay.
    ...[0x90, 1, 2, 0x91, 1, 2, 3, 0x97, 1, 2, 3, 4, 0x8d, 5],
  ];
  const more = [
    ...[0x10, 0x25, 0x10, 0x33, 0x7f],
    ...[0x18, 0xd5, 0x5c],
    // Reserved commands of the extended sets.
    ...[0x10, 0x09, 0x41, 0x10, 0x80, 1, 2, 3, 4, 0x11, 0x41],
  ];
  assert.deepEqual(shown(9, define(0, 1, true), text, more, [0x8f]), [[100, 300, 'caf\xe9…“♪한']]);
});

test('given several services, when they are listed and decoded, then each has its own text', () => {
  const pairs = [
    ...toPairs(1, [[...define(0, 1, true), ...letters('One')]]),
    ...toPairs(6, [[...define(0, 1, true), ...letters('Six')]]),
    ...toPairs(2, [[0x8f]]),
  ];
  assert.deepEqual([...listDtvccServices(pairs)].sort(), [1, 6]);
  assert.deepEqual(
    [1, 2, 6].map((service) => decodeDtvcc(pairs, service).map(({ text }) => text)),
    [['One'], [], ['Six']],
  );
});

test('given packets that are cut short or begin in the middle, when they are decoded, then the whole ones are read', () => {
  const pairs = toPairs(1, [define(0, 1, true), letters('Lost in part'), letters('Whole'), [0x8f]]);
  const second = pairs.findIndex(({ timeMs }) => timeMs === 100);
  assert.deepEqual(
    decodeDtvcc([...pairs.slice(0, second + 2), ...pairs.slice(second + 7)], 1).map(({ text }) => text),
    ['Whole'],
  );
  assert.deepEqual(decodeDtvcc(pairs.slice(2), 1), []);
});
