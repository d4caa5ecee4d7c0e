import assert from 'node:assert/strict';
import test from 'node:test';
import { createBitmapDecoder } from '../../server/src/core/media/bitmap-decoders.ts';
import { joinVobsubPacket, parseVobsubIndex } from '../../server/src/core/media/vobsub-index.ts';

const facts = { extradata: new Uint8Array(0), tag: '' };
const word = (value: number) => [value >> 8, value & 255];

test('given damaged packets, when they are decoded, then nothing breaks and memory is bounded', () => {
  let state = 7;
  const random = (limit: number) => {
    state = (Math.imul(state, 48_271) >>> 0) % 2_147_483_647;
    return state % limit;
  };
  const starts: Readonly<Record<string, (length: number) => readonly number[]>> = {
    hdmv_pgs_subtitle: (length) => [[0x14, 0x15, 0x16, 0x17, 0x80][random(5)] ?? 0, 0, length - 3],
    dvd_subtitle: (length) => [0, length, 0, random(length)],
    dvb_subtitle: (length) => [0x0f, 0x10 + random(5), 0, 1, 0, length - 6],
    xsub: () => [
      ...Buffer.from('[00:00:01.000-00:00:02.000]'),
      random(256),
      random(8),
      random(256),
      random(5),
    ],
  };
  let shownPixels = 0;
  for (const [codec, startOf] of Object.entries(starts)) {
    const decoder = createBitmapDecoder(codec, facts);
    for (let round = 0; round < 400; round += 1) {
      const packet = Uint8Array.from({ length: 32 + random(120) }, () => random(256));
      packet.set(startOf(packet.length));
      for (const { image } of decoder?.add(packet) ?? [])
        shownPixels = Math.max(shownPixels, image === undefined ? 0 : image.width * image.height);
    }
  }
  assert.ok(shownPixels > 0 && shownPixels <= 4096 * 2304, `${shownPixels} pixels`);
});

/** A DVB segment of page 1. */
const segment = (type: number, ...data: readonly number[]) => [
  0x0f,
  type,
  0,
  1,
  ...word(data.length),
  ...data,
];

test('given DVB pixels of 2, 4 and 8 bits with runs, when they are decoded, then each has its colour', () => {
  for (const [depthCode, strings] of [
    // Two pixels of value 1, then a run of 6 of value 1.
    [1, [0x10, 0b01_01_00_1_0, 0b11_01_00_0_0, 0b00_000000]],
    [2, [0x11, 0x11, 0b0000_1_0_10, 0b0001_0000, 0b0_000_0000]],
    [3, [0x12, 1, 1, 0, 0x86, 1, 0, 0]],
  ] as const) {
    const decoder = createBitmapDecoder('dvb_subtitle', facts);
    const rows = [...strings, 0xf0];
    const packet = [
      ...segment(0x10, 5, 0b0100, 7, 0, ...word(10), ...word(20)),
      // 10 x 2 pixels, filled with 0.
      ...segment(
        0x11,
        7,
        8,
        ...word(10),
        ...word(2),
        depthCode << 2,
        3,
        0,
        0,
        ...word(9),
        ...word(1),
        ...word(0),
      ),
      // Colour 1 is white in all depths, in full and in short form.
      ...segment(0x12, 3, 0, 1, 0xc1, 235, 128, 128, 0, 1, 0x20, 0xea, 0x20),
      ...segment(0x13, ...word(9), 0, ...word(rows.length), ...word(0), ...rows),
    ];
    const screens = decoder?.add(Uint8Array.from([0x20, 0, ...packet, 0xff])) ?? [];
    assert.deepEqual(
      screens.map(({ delayMs, image }) => [delayMs, image === undefined]),
      [
        [0, false],
        [5000, true],
      ],
    );
    const image = screens[0]?.image;
    assert.ok(image);
    const shown = Array.from(
      { length: 10 },
      (_, x) => (image.data[((16 + 1) * image.width + 16 + x) * 3] ?? 0) > 200,
    );
    assert.deepEqual(
      shown,
      [false, true, true, true, true, true, true, true, true, false],
      `depth ${depthCode}`,
    );
  }
});

test('given a DivX subtitle, when it is decoded, then it has its rows, colours and length', () => {
  const colours = [0, 0, 0, 255, 255, 255, 255, 0, 0, 0, 0, 0];
  // First and third row: two pixels of colour 1 and the rest of colour 2; all of colour 1. Then the second row, of colour 0.
  const rows = [0x90, 0, 0x20, 0, 1, 0, 0];
  const packet = [
    ...Buffer.from('[00:01:02.000-00:01:04.500]'),
    ...[4, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    ...colours,
    ...rows,
  ];
  const screens = createBitmapDecoder('xsub', facts)?.add(Uint8Array.from(packet)) ?? [];
  assert.deepEqual(
    screens.map(({ delayMs }) => delayMs),
    [0, 2500],
  );
  const image = screens[0]?.image;
  assert.ok(image);
  const pixel = (x: number, y: number) => [
    ...image.data.subarray(((16 + y) * image.width + 16 + x) * 3).subarray(0, 3),
  ];
  assert.deepEqual(pixel(1, 0), [255, 255, 255]);
  assert.deepEqual(pixel(3, 0), [255, 0, 0]);
  assert.deepEqual(
    [pixel(0, 1), pixel(3, 2)],
    [
      [0, 0, 0],
      [255, 255, 255],
    ],
  );
});

test('given an .idx file with languages and delays, when it is parsed, then each track has its times in order', () => {
  const index = [
    'timestamp: 00:00:00:500, filepos: 000000000',
    'id: en, index: 0',
    'delay: -00:00:01:000',
    'timestamp: 00:00:05:000, filepos: 000001000',
    'timestamp: 00:00:03:000, filepos: 00000A000',
    'id: --, index: 1',
    'timestamp: 01:00:00.250, filepos: 7FFFFFFFF',
    'id: de, index: 2',
  ].join('\n');
  assert.deepEqual(parseVobsubIndex(index), [
    { language: undefined, entries: [{ timeMs: 500, byte: 0 }] },
    {
      language: 'en',
      entries: [
        { timeMs: 2000, byte: 0xa000 },
        { timeMs: 4000, byte: 0x1000 },
      ],
    },
    { language: undefined, entries: [{ timeMs: 3_600_250, byte: 0x7ffffffff }] },
  ]);
});

test('given a subtitle divided among packets with others between, when it is joined, then it is whole', () => {
  const privatePacket = (track: number, ...data: readonly number[]) => [
    0,
    0,
    1,
    0xbd,
    ...word(data.length + 4),
    0x80,
    0,
    0,
    track,
    ...data,
  ];
  const pack = [0, 0, 1, 0xba, 0x44, ...Array(8).fill(0), 0xf8];
  const piece = Uint8Array.from([
    ...pack,
    ...privatePacket(0x21, 0, 6, 1, 2),
    ...pack,
    ...privatePacket(0x20, 9, 9),
    ...[0, 0, 1, 0xbe, 0, 2, 0xff, 0xff],
    ...privatePacket(0x21, 3, 4, 5),
  ]);
  assert.deepEqual([...(joinVobsubPacket(piece) ?? [])], [0, 6, 1, 2, 3, 4]);
  assert.equal(joinVobsubPacket(piece.subarray(0, 40)), undefined);
  assert.equal(joinVobsubPacket(new Uint8Array(100)), undefined);
});
