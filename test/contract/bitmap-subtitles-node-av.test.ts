// needs: ffmpeg
import assert from 'node:assert/strict';
import { join } from 'node:path';
import test, { before } from 'node:test';
import { createNodeAvDecoder } from '../../server/src/adapters/libav/node-av-decoder.ts';
import { createTesseractReader } from '../../server/src/adapters/tesseract/reader.ts';
import { pathToFileUri } from '../../server/src/base/file-uri.ts';
import { createPgsDecoder } from '../../server/src/core/media/pgs-decoder.ts';
import { createVobsubDecoder } from '../../server/src/core/media/vobsub-decoder.ts';
import { listReadBitmapTracks } from '../../server/src/core/pipeline/bitmap-tracks.ts';
import { readBitmapSubtitles } from '../../server/src/indexing/stages/screen-text.ts';
import type { SubtitlePicture } from '../../server/src/ports/decoder.ts';
import { writeSup } from '../support/bitmap-subtitles.ts';
import { runFfmpeg } from '../support/run-ffmpeg.ts';
import { tempFolder } from '../support/temp-folder.ts';

const never = new AbortController().signal;
const folder = tempFolder();
const decoder = createNodeAvDecoder();
const path = (name: string) => join(folder, name);
const SUBTITLES = [
  { startMs: 2000, endMs: 4000, text: 'The harbour is closed' },
  { startMs: 5500, endMs: 8000, text: 'We sail at midnight' },
];
const SETTINGS = { enabled: true, languages: ['eng'] };
const letters = (text: string) => text.replace(/[^a-z]/gi, '').toLowerCase();

/** How many letters of a text are missing from what was read; infinite if it contains others. */
function missingLetters(read: string, text: string): number {
  let at = 0;
  for (const letter of text) if (read[at] === letter) at += 1;
  return at === read.length ? text.length - read.length : Number.POSITIVE_INFINITY;
}

before(() => writeSup(path('drawn.sup'), SUBTITLES));

function makeVideo(name: string, ...options: readonly string[]): string {
  const video = ['-f', 'lavfi', '-i', 'color=navy:s=640x360:r=25:d=10'];
  // ffmpeg shifts the first subtitle to the start of the input.
  const shift = ['-itsoffset', `${(SUBTITLES[0]?.startMs ?? 0) / 1000}`];
  const inputs = [...video, ...shift, '-i', path('drawn.sup'), '-map', '0', '-map', '1'];
  runFfmpeg(...inputs, '-c:v', 'mpeg2video', ...options, path(name));
  return pathToFileUri(path(name));
}

for (const [what, name, ...options] of [
  ['Blu-ray subtitles in .mkv', 'pgs.mkv', '-c:s', 'copy'],
  [
    'Blu-ray subtitles in .mkv whose clock starts late',
    'late.mkv',
    '-c:s',
    'copy',
    '-output_ts_offset',
    '60',
  ],
  ['DVD subtitles in .mkv', 'dvd.mkv', '-c:s', 'dvdsub'],
  ['DVD subtitles in .vob', 'dvd.vob', '-c:s', 'dvdsub', '-f', 'vob'],
] as const) {
  test(`given ${what}, when they are read, then their text is there at its time`, async (t) => {
    const uri = makeVideo(name, ...options);
    const { streams } = await decoder.probe(uri, never);
    const tracks = listReadBitmapTracks({ streams }, SETTINGS);
    assert.equal(tracks.length, 1, JSON.stringify(streams));
    const reader = createTesseractReader();
    t.after(() => reader.close());
    const ports = { decoder, reader };
    const lines = await readBitmapSubtitles(uri, tracks, ports, ['eng'], () => undefined, never);
    assert.equal(lines.length, SUBTITLES.length);
    // Files of DVDs have no palette, and the reader loses a letter.
    for (const [at, { text }] of SUBTITLES.entries())
      assert.ok(missingLetters(letters(lines[at]?.text ?? ''), letters(text)) <= 1, lines[at]?.text);
    for (const [at, { startMs, endMs, kind, source }] of lines.entries()) {
      assert.deepEqual([kind, source], ['speech', `track ${tracks[0]?.index}`]);
      assert.ok(Math.abs(startMs - (SUBTITLES[at]?.startMs ?? 0)) <= 150, `starts at ${startMs}`);
      // ffmpeg writes no ends when it converts subtitles: the next one ends them.
      const wantedEndMs = what.startsWith('DVD')
        ? (SUBTITLES[at + 1]?.startMs ?? endMs)
        : SUBTITLES[at]?.endMs;
      assert.ok(Math.abs(endMs - (wantedEndMs ?? 0)) <= 150, `ends at ${endMs}`);
    }
  });
}

test('given a track of text, when its pictures are asked for, then there are none', async () => {
  const uri = makeVideo('pictures.mkv', '-c:s', 'copy');
  const pictures: SubtitlePicture[] = [];
  for (const index of [0, 9])
    for await (const picture of decoder.subtitlePictures(uri, index, never)) pictures.push(picture);
  assert.deepEqual(pictures, []);
});

test('given damaged packets, when they are decoded, then nothing breaks and memory is bounded', () => {
  let state = 7;
  const random = (limit: number) => {
    state = (Math.imul(state, 48_271) >>> 0) % 2_147_483_647;
    return state % limit;
  };
  const decoders = [createPgsDecoder(), createVobsubDecoder([])];
  const types = [0x14, 0x15, 0x16, 0x17, 0x80];
  let shownPixels = 0;
  for (let round = 0; round < 3000; round += 1) {
    const packet = Uint8Array.from({ length: 4 + random(120) }, () => random(256));
    if (round % 2 === 0) packet.set([types[random(types.length)] ?? 0, 0, packet.length - 3]);
    else packet.set([0, packet.length, 0, random(packet.length)]);
    for (const { image } of decoders.flatMap((each) => each.add(packet)))
      shownPixels = Math.max(shownPixels, image === undefined ? 0 : image.width * image.height);
  }
  assert.ok(shownPixels <= 4096 * 2304, `${shownPixels} pixels`);
});
