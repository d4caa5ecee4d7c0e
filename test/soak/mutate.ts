import type { Random } from './random.ts';

/** Damages bytes as disks, networks and unfinished downloads do. Returns at least one byte. */
export function mutateBytes(original: Buffer, others: readonly Buffer[], random: Random): Buffer {
  let bytes: Buffer = Buffer.from(original);
  for (let count = 1 + random.below(3); count > 0; count -= 1) bytes = mutateOnce(bytes, others, random);
  return bytes.length > 0 ? bytes : original.subarray(0, 1);
}

/** Values at the edges of sizes and counters. */
const EDGES = [0, 1, 0x7f, 0x80, 0xff];

function mutateOnce(bytes: Buffer, others: readonly Buffer[], random: Random): Buffer {
  const at = random.below(bytes.length + 1);
  const length = random.below(Math.min(4096, bytes.length + 1));
  const [head, rest] = [bytes.subarray(0, at), bytes.subarray(at)];
  const mutations: readonly (() => Buffer)[] = [
    () => flipBits(bytes, 1 + random.below(16), random),
    () => flipBits(bytes, 1 + random.below(Math.max(1, bytes.length / 50)), random),
    () => head,
    () => Buffer.concat([head, rest.subarray(length)]),
    () => Buffer.concat([head, rest.subarray(0, length), rest]),
    () => Buffer.concat([head, Buffer.alloc(length, random.pick(EDGES)), rest.subarray(length)]),
    () => Buffer.concat([head, random.pick(others).subarray(at)]),
    () => swapParts(bytes, at, length),
  ];
  return random.pick(mutations)();
}

function flipBits(bytes: Buffer, count: number, random: Random): Buffer {
  const flipped = Buffer.from(bytes);
  for (let n = 0; n < count && flipped.length > 0; n += 1) {
    const at = random.below(flipped.length);
    flipped[at] = (flipped[at] ?? 0) ^ (1 << random.below(8));
  }
  return flipped;
}

function swapParts(bytes: Buffer, at: number, length: number): Buffer {
  const end = Math.min(bytes.length, at + length);
  return Buffer.concat([bytes.subarray(at, end), bytes.subarray(0, at), bytes.subarray(end)]);
}

/** Parts of timed text and of markup that readers act on. */
const TEXT_PARTS = [
  '{',
  '}',
  '<',
  '>',
  '&',
  '&#x',
  '&lt;',
  '\\N',
  '\\h',
  '{\\an8}',
  '{\\p1}',
  '-->',
  '00:00:00,000',
  '99:99:99,999',
  '00:00:01.000 --> 00:00:00.000',
  '-1:00',
  '\n\n',
  '\r',
  '\0',
  '\ufeff',
  '\u202e',
  '\ud800',
  '\u0301',
  'WEBVTT',
  'NOTE',
  'STYLE',
  '[Events]',
  'Dialogue: ',
  'Format: ',
  '<SYNC Start=',
  '<p begin="',
  '<tt',
  ']]>',
  '<![CDATA[',
  '"',
  "'",
  '\\',
  '{"segments":[',
  '[',
  ',',
  '1e999',
  '9'.repeat(30),
  'NaN',
  '٣',
  '：',
  '♪',
];

/** Damages timed text: parts of formats in wrong places, lines doubled, dropped or repeated very often. */
export function mutateText(original: string, others: readonly string[], random: Random): string {
  let text = original;
  for (let count = 1 + random.below(5); count > 0; count -= 1) text = mutateTextOnce(text, others, random);
  return text;
}

function mutateTextOnce(text: string, others: readonly string[], random: Random): string {
  const at = random.below(text.length + 1);
  const length = random.below(200);
  const [head, rest] = [text.slice(0, at), text.slice(at)];
  const part = random.pick(TEXT_PARTS);
  const mutations: readonly (() => string)[] = [
    () => head + part + rest,
    () => head + part.repeat(1 + random.below(200_000 / part.length)) + rest,
    () => head + rest.slice(length),
    () => head + rest.slice(0, length).repeat(1 + random.below(500)) + rest,
    () => head,
    () => head + random.pick(others).slice(at),
    () => text.replaceAll('\n', random.pick(['\r\n', '\r', ' ', '\n\n'])),
    () => text.replaceAll(random.pick(TEXT_PARTS), random.pick(TEXT_PARTS)),
    () => text.replaceAll(/\d/g, () => String(random.below(10))),
  ];
  return random.pick(mutations)().slice(0, 1_000_000);
}
