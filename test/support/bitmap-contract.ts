import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { before } from 'node:test';
import { createTesseractReader } from '../../server/src/adapters/tesseract/reader.ts';
import { pathToFileUri } from '../../server/src/base/file-uri.ts';
import type { Line } from '../../server/src/core/domain/description.ts';
import { listReadBitmapTracks } from '../../server/src/core/pipeline/bitmap-tracks.ts';
import { readBitmapFiles, readBitmapSubtitles } from '../../server/src/indexing/stages/screen-text.ts';
import type { Decoder, SubtitlePicture } from '../../server/src/ports/decoder.ts';
import { writeSup, writeVobsubIndex } from './bitmap-subtitles.ts';
import { runFfmpeg } from './run-ffmpeg.ts';
import { tempFolder } from './temp-folder.ts';

const never = new AbortController().signal;
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

/** Checks that the text of the subtitles was read, each at its time. */
function assertRead(lines: readonly Line[], source: string): void {
  assert.equal(lines.length, SUBTITLES.length, JSON.stringify(lines));
  // Files of DVDs have no palette, and the reader loses a letter.
  for (const [at, { text }] of SUBTITLES.entries())
    assert.ok(missingLetters(letters(lines[at]?.text ?? ''), letters(text)) <= 1, lines[at]?.text);
  for (const [at, line] of lines.entries()) {
    const wanted = SUBTITLES[at];
    assert.ok(wanted);
    assert.deepEqual([line.kind, line.source], ['speech', source]);
    assert.ok(Math.abs(line.startMs - wanted.startMs) <= 150, `starts at ${line.startMs}`);
    assert.ok(Math.abs(line.endMs - wanted.endMs) <= 150, `ends at ${line.endMs}`);
  }
}

/** Tests a decoder with bitmap subtitles in and beside videos. */
export function checkBitmapSubtitles(decoder: Decoder): void {
  const folder = tempFolder();
  const path = (name: string) => join(folder, name);
  before(() => writeSup(path('drawn.sup'), SUBTITLES));

  const makeVideo = (name: string, ...options: readonly string[]): string => {
    const video = ['-f', 'lavfi', '-i', 'color=navy:s=640x360:r=25:d=10'];
    // ffmpeg shifts the first subtitle to the start of the input.
    const shift = ['-fix_sub_duration', '-itsoffset', `${(SUBTITLES[0]?.startMs ?? 0) / 1000}`];
    const inputs = [...video, ...shift, '-i', path('drawn.sup'), '-map', '0', '-map', '1'];
    runFfmpeg(...inputs, '-c:v', 'mpeg2video', ...options, path(name));
    return pathToFileUri(path(name));
  };

  for (const [what, name, ...options] of [
    ['Blu-ray subtitles in .mkv', 'pgs.mkv', '-c:s', 'copy'],
    ['Blu-ray subtitles in a late .mkv', 'late.mkv', '-c:s', 'copy', '-output_ts_offset', '60'],
    ['DVD subtitles in .mkv', 'dvd.mkv', '-c:s', 'dvdsub'],
    ['DVD subtitles in .vob', 'dvd.vob', '-c:s', 'dvdsub', '-f', 'vob'],
    ['DVB subtitles in .ts', 'dvb.ts', '-c:s', 'dvbsub'],
    ['DVB subtitles in a late .ts', 'late.ts', '-c:s', 'dvbsub', '-output_ts_offset', '60'],
    ['DVB subtitles in .mkv', 'dvb.mkv', '-c:s', 'dvbsub'],
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
      assertRead(lines, `track ${tracks[0]?.index}`);
    });
  }

  test('given a .sup file and an .idx file beside a video, when they are read, then their text is there at its time', async (t) => {
    makeVideo('dvd.vob', '-c:s', 'dvdsub', '-f', 'vob');
    const stream = readFileSync(path('dvd.vob'));
    writeFileSync(path('talk.SUB'), stream);
    writeVobsubIndex(path('talk.idx'), stream, SUBTITLES);
    writeSup(path('talk.en.sup'), SUBTITLES);
    const reader = createTesseractReader();
    t.after(() => reader.close());
    for (const name of ['talk.idx', 'talk.en.sup']) {
      const sidecars = [{ uri: pathToFileUri(path(name)), bytes: 1, modifiedMs: 1 }];
      const copy = { uri: pathToFileUri(path('talk.mp4')), sidecars };
      const { lines, failure } = await readBitmapFiles(
        copy,
        { decoder, reader },
        SETTINGS,
        () => undefined,
        never,
      );
      assert.equal(failure, undefined);
      assert.equal(lines[0]?.language, 'en');
      assertRead(lines, name);
    }
  });

  test('given bitmap files in another language, damaged or without their pictures, when they are read, then the failure names each', async (t) => {
    writeSup(path('film.de.sup'), SUBTITLES);
    writeFileSync(path('film.sup'), 'no segments');
    writeFileSync(path('film.idx'), 'id: en, index: 0\ntimestamp: 00:00:01:000, filepos: 000000000\n');
    writeFileSync(path('other.idx'), '# VobSub index file, v7\n');
    const names = ['film.de.sup', 'film.sup', 'film.idx', 'other.idx', 'gone.sup'];
    const sidecars = names.map((name) => ({ uri: pathToFileUri(path(name)), bytes: 1, modifiedMs: 1 }));
    const copy = { uri: pathToFileUri(path('film.mp4')), sidecars };
    const reader = createTesseractReader();
    t.after(() => reader.close());
    const { lines, failure } = await readBitmapFiles(
      copy,
      { decoder, reader },
      SETTINGS,
      () => undefined,
      never,
    );
    assert.deepEqual(lines, []);
    for (const name of names) assert.ok(failure?.reason.includes(`${name}: `), failure?.reason);
    assert.match(failure?.reason ?? '', /film\.de\.sup: .*no text recogniser for de in use/);
    assert.match(failure?.reason ?? '', /film\.idx: The \.sub file .* is missing/);
  });

  test('given a track of text, when its pictures are asked for, then there are none', async () => {
    const uri = makeVideo('pictures.mkv', '-c:s', 'copy');
    const pictures: SubtitlePicture[] = [];
    for (const index of [0, 9])
      for await (const picture of decoder.subtitlePictures(uri, index, never)) pictures.push(picture);
    assert.deepEqual(pictures, []);
  });
}
