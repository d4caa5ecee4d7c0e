import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { goldfish, sandbox } from '../support/daemon.ts';
import { fill, makeMedia } from '../support/make-media.ts';

const media = {
  seconds: 8,
  video: {
    width: 64,
    height: 48,
    fps: 5,
    draw: (canvas: Parameters<typeof fill>[0]) => fill(canvas, [9, 90, 20]),
  },
};

test('given an indexed video with a corrected line, when its subtitles are written, then they are laid out beside it', async (t) => {
  const box = sandbox();
  t.after(() => goldfish(box, 'stop'));
  const folder = join(box.folder, 'videos');
  mkdirSync(folder);
  const path = join(folder, 'talk.mp4');
  // A track of another name, so that talk.srt is free.
  writeFileSync(
    join(folder, 'talk.en.vtt'),
    'WEBVTT\n\n00:01.000 --> 00:04.000\n<v Ana>If your fish looks bored, blame the bowl and not its memory.\n\n00:05.000 --> 00:05.200\n<v Tom>Why?\n',
  );
  await makeMedia(path, media);
  assert.equal((await goldfish(box, 'index', folder)).code, 0);
  assert.equal((await goldfish(box, 'correct', `${path}#t=5`, 'Why not?')).code, 0);

  const { code, stdout, stderr } = await goldfish(box, 'subtitles', path, '--speakers');
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^Wrote 2 subtitles to .*talk\.srt\.$/m);
  assert.equal(
    readFileSync(join(folder, 'talk.srt'), 'utf8'),
    [
      '1\n00:00:01,000 --> 00:00:04,250\nAna: If your fish looks bored,\nblame the bowl and not its memory.\n',
      '2\n00:00:05,000 --> 00:00:06,000\nTom: Why not?\n',
    ].join('\n'),
  );

  const mine = join(box.folder, 'mine.vtt');
  writeFileSync(mine, 'made by a person');
  const over = await goldfish(box, 'subtitles', path, '-o', mine);
  assert.equal(over.code, 1);
  assert.equal(readFileSync(mine, 'utf8'), 'made by a person');
  const forced = await goldfish(box, 'subtitles', path, '-o', mine, '--force', '--json');
  assert.equal(JSON.parse(forced.stdout).format, 'vtt');
  assert.match(readFileSync(mine, 'utf8'), /^WEBVTT\n\n00:00:01\.000 --> /);
  const read = await goldfish(box, 'subtitles', path, '-o', join(folder, 'talk.en.vtt'), '--force');
  assert.equal(read.code, 1, 'a file that the index reads is never overwritten');
});

test('given a video without known speech, when its subtitles are requested, then none are written and the error says what to do', async (t) => {
  const box = sandbox();
  t.after(() => goldfish(box, 'stop'));
  const path = join(box.folder, 'silent.mp4');
  await makeMedia(path, media);
  assert.equal((await goldfish(box, 'index', path)).code, 0);
  const { code, stderr } = await goldfish(box, 'subtitles', path);
  assert.equal(code, 1);
  assert.match(stderr, /knows no speech of .*silent\.mp4/);
  assert.match(stderr, /transcriber/);
  assert.equal(existsSync(join(box.folder, 'silent.srt')), false);
});
