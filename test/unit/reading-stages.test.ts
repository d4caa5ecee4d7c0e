import assert from 'node:assert/strict';
import test from 'node:test';
import { ChildError } from '../../server/src/base/child-error.ts';
import { MediaFailureError } from '../../server/src/core/errors/media-failure.ts';
import { ModelUnavailableError } from '../../server/src/core/errors/model-unavailable.ts';
import type { ScreenTextLine } from '../../server/src/core/media/merge-ocr-lines.ts';
import { factsFingerprint } from '../../server/src/indexing/stages/facts.ts';
import { readScreenText, screenTextFingerprint } from '../../server/src/indexing/stages/screen-text.ts';
import type { Picture } from '../../server/src/ports/decoder.ts';

const signal = new AbortController().signal;
const looks = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    startMs: i * 1000,
    endMs: (i + 1) * 1000,
    readMs: i * 1000 + 500,
  }));
const decoder = {
  async *frames(_: string, timesMs: readonly number[]): AsyncGenerator<Picture> {
    for (const timeMs of timesMs) yield { timeMs, width: 1, height: 1, data: Uint8Array.of(timeMs / 500) };
  },
};
const lineOf = (text: string): ScreenTextLine => ({
  text,
  confidence: 0.9,
  box: { left: 0, top: 0, width: 80, height: 10 },
});

function read(
  count: number,
  reading: (picture: Picture) => Promise<readonly ScreenTextLine[]>,
  onShare: (share: number) => void = () => undefined,
) {
  const video = {
    videoId: 'v',
    uri: 'file:///v.mp4',
    clips: [
      { startMs: 0, endMs: 2000 },
      { startMs: 2000, endMs: count * 1000 },
    ],
    textTimes: looks(count),
  };
  const reader = { name: 'test', read: reading };
  return readScreenText(video, { decoder, reader }, { languages: ['eng'], recipe: 'r' }, onShare, signal);
}

test('given screen states, when read, then each clip has its lines and progress is reported', async () => {
  const shares: number[] = [];
  const rows = await read(
    4,
    async ({ timeMs }) => [lineOf(`slide at ${timeMs}`)],
    (share) => shares.push(share),
  );
  assert.deepEqual(
    rows.map(({ clipId, lines }) => [clipId, lines.map(({ text }) => text)]),
    [
      ['v@0-2000', ['slide at 500', 'slide at 1500']],
      ['v@2000-4000', ['slide at 2500', 'slide at 3500']],
    ],
  );
  assert.deepEqual(shares, [0.25, 0.5, 0.75, 1]);
  assert.ok(
    rows.every((row) => row.describer === 'test eng' && row.stage === 'screenText' && row.recipe === 'r'),
  );
});

test('given 250 screen states, when read, then all are there in order', async () => {
  const rows = await read(250, async ({ timeMs }) => [lineOf(`slide at ${timeMs}`)]);
  const texts = rows.flatMap(({ lines }) => lines.map(({ text }) => text));
  assert.equal(texts.length, 250);
  assert.equal(texts.at(-1), 'slide at 249500');
});

test('given a picture that crashes the reader, then it is skipped; given only such pictures, then the stage fails', async () => {
  const crash = new ChildError('crashed', 'The screen text process was ended by SIGKILL');
  const rows = await read(3, async ({ timeMs }) => {
    if (timeMs === 500) throw crash;
    return [lineOf(`slide at ${timeMs}`)];
  });
  assert.deepEqual(
    rows.flatMap(({ lines }) => lines.map(({ text }) => text)),
    ['slide at 1500', 'slide at 2500'],
  );
  await assert.rejects(
    read(3, () => Promise.reject(crash)),
    (error: unknown) => {
      assert.ok(error instanceof MediaFailureError);
      assert.equal(error.failure.kind, 'crashed');
      return true;
    },
  );
});

test('given a missing language, when read, then the error is that of the reader, not of the media', async () => {
  const missing = new ModelUnavailableError('no deu', 'install it');
  await assert.rejects(
    read(3, () => Promise.reject(missing)),
    missing,
  );
});

test('given another setting, language or reader, then the recipe differs', () => {
  assert.notEqual(factsFingerprint(30_000), factsFingerprint(20_000));
  assert.notEqual(screenTextFingerprint('t 7', ['eng']), screenTextFingerprint('t 7', ['eng', 'deu']));
  assert.notEqual(screenTextFingerprint('t 7', ['eng']), screenTextFingerprint('t 8', ['eng']));
});
