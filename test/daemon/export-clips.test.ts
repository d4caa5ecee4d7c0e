import assert from 'node:assert/strict';
import { linkSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import type { ExportClipsProgress, ExportClipsResult } from '../../server/protocol/export.ts';
import { createNodeAvDecoder } from '../../server/src/adapters/libav/node-av-decoder.ts';
import { pathToFileUri } from '../../server/src/base/file-uri.ts';
import { drawNumber, readNumber } from '../support/clock-picture.ts';
import { goldfish, type RunningDaemon, sandbox, startDaemon } from '../support/daemon.ts';
import { makeMedia, tone } from '../support/make-media.ts';
import { readLibrary } from '../support/page-library.ts';

const box = sandbox();
const folder = join(box.folder, 'videos');
const talk = join(folder, 'harvest.mp4');
const other = join(folder, 'silent.webm');
const decoder = createNodeAvDecoder();
const never = new AbortController().signal;
let daemon: RunningDaemon;

before(async () => {
  mkdirSync(folder);
  // A tenth of a second is one number, a key frame is every five seconds.
  const draw = (canvas: Parameters<typeof drawNumber>[0], timeMs: number) =>
    drawNumber(canvas, Math.floor(timeMs / 100 + 0.01));
  const video = { width: 160, height: 96, keyEvery: 50, draw };
  await makeMedia(talk, { seconds: 20, video, audio: { sample: tone(300) } });
  await makeMedia(other, { seconds: 4, video: { ...video, codec: 'vp8' } });
  writeFileSync(
    talk.replace('mp4', 'srt'),
    '1\n00:00:07,000 --> 00:00:09,000\nApples are ../../picked "in" October?\n',
  );
  daemon = await startDaemon(box);
  await readLibrary(await daemon.client(), folder);
});

after(async () => {
  daemon?.child.kill();
  await daemon?.exit;
});

const moment = (path: string, startMs: number, endMs: number) => ({
  uri: pathToFileUri(path),
  startMs,
  endMs,
});

/** The numbers that a written file shows at times, and its tracks. */
async function look(path: string, timesMs: readonly number[]) {
  const uri = pathToFileUri(path);
  const { durationMs, streams } = await decoder.probe(uri, never);
  const numbers: number[] = [];
  for await (const picture of decoder.frames(uri, timesMs, { width: 160, height: 160 }, never))
    numbers.push(readNumber(picture));
  return { numbers, durationMs, codecs: streams.map(({ codec }) => codec) };
}

test('given moments, when clips are exported, then each file has exactly its frames and none is overwritten', async () => {
  const out = join(box.folder, 'clips');
  const links = [`${talk}#t=7.3,9`, `${other}#t=1,2`];
  const { code, stdout, stderr } = await goldfish(box, 'export', ...links, '-f', 'clips', '-o', 'clips');
  assert.equal(code, 0, stderr);
  assert.match(stdout, /Wrote 2 files\. Re-encoded/);
  const names = ['harvest 0.07 Apples are .. .. picked in October.mp4', 'silent 0.01.mp4'];
  assert.deepEqual(readdirSync(out).sort(), names);
  const first = await look(join(out, names[0] ?? ''), [50, 1650]);
  assert.deepEqual(
    [first.numbers, first.codecs],
    [
      [73, 89],
      ['h264', 'aac'],
    ],
  );
  assert.ok(Math.abs(first.durationMs - 1700) < 60, `${first.durationMs}`);
  assert.deepEqual((await look(join(out, names[1] ?? ''), [50])).codecs, ['h264']);

  const before = readFileSync(join(out, names[0] ?? ''));
  const again = await goldfish(box, 'export', ...links, '-f', 'clips', '-o', 'clips');
  assert.equal(again.code, 1);
  assert.match(again.stderr, /already exists/);
  assert.deepEqual(readFileSync(join(out, names[0] ?? '')), before);
  assert.equal((await goldfish(box, 'export', ...links, '-f', 'clips', '-o', 'clips', '--force')).code, 0);
  assert.deepEqual(readdirSync(out).sort(), names);
});

test('given --quick, when a clip is exported, then it starts at the key frame before and says how early', async () => {
  const { code, stdout, stderr } = await goldfish(
    box,
    'export',
    `${talk}#t=7.3,9`,
    '-f',
    'clips',
    '-o',
    'quick',
    '--quick',
  );
  assert.equal(code, 0, stderr);
  assert.match(stdout, /starts 2\.3 s early/);
  assert.match(stdout, /Copied without re-encoding/);
  const [name = ''] = readdirSync(join(box.folder, 'quick'));
  const { numbers, codecs } = await look(join(box.folder, 'quick', name), [50, 2350]);
  assert.deepEqual(
    [numbers, codecs],
    [
      [50, 73],
      ['h264', 'aac'],
    ],
  );
});

test('given several moments, when they are cut together, then one file has them in order', async () => {
  const links = [`${talk}#t=7,8`, `${other}#t=1,2`, `${talk}#t=2,3`];
  const { code, stdout, stderr } = await goldfish(box, 'export', ...links, '-o', 'cut.mp4');
  assert.equal(code, 0, stderr);
  assert.match(stdout, /cut\.mp4 \(0:03\)/);
  const { numbers, durationMs } = await look(join(box.folder, 'cut.mp4'), [50, 1050, 2050]);
  assert.deepEqual(numbers, [70, 10, 20]);
  assert.ok(Math.abs(durationMs - 3000) < 80, `${durationMs}`);

  const quick = await goldfish(box, 'export', ...links, '-o', 'quick.mp4', '--quick');
  assert.equal(quick.code, 1);
  assert.match(quick.stderr, /cannot be joined without re-encoding/);
  assert.equal((await goldfish(box, 'export', ...links, '-f', 'cut')).code, 2);
  assert.equal((await goldfish(box, 'export', ...links, '-f', 'cut', '-o', 'cut.txt')).code, 1);
});

test('given a path that leads to an indexed video, when a cut is exported, then the video is not overwritten', async () => {
  const original = readFileSync(talk);
  linkSync(talk, join(box.folder, 'hard.mp4'));
  symlinkSync(talk, join(box.folder, 'soft.mp4'));
  const spelt = join(folder, '..', 'videos', 'harvest.mp4');
  for (const target of [talk, spelt, 'hard.mp4', 'soft.mp4']) {
    const { code, stderr } = await goldfish(
      box,
      'export',
      `${other}#t=1,2`,
      '-f',
      'cut',
      '-o',
      target,
      '--force',
    );
    assert.equal(code, 1);
    assert.match(stderr, /was not overwritten/);
  }
  assert.deepEqual(readFileSync(talk), original);
});

test('given an editor, when it exports clips, then it gets progress, and a cancelled export leaves nothing behind', async () => {
  const client = await daemon.client();
  const out = join(box.folder, 'editor');
  const moments = [moment(talk, 7300, 9000), moment(talk, 0, 20_000)];
  const missing = await client.request('goldfish/export/clips', { moments, folder: pathToFileUri(out) });
  assert.match(missing.error?.message ?? '', /is not a readable folder/);
  const nowhere = await client.request('goldfish/export/clips', { moments });
  assert.match(nowhere.error?.message ?? '', /either a folder or a file/);
  mkdirSync(out);
  const whole = { moments: moments.slice(0, 1), folder: pathToFileUri(out), partialResultToken: 'whole' };
  const { how, files } = (await client.result(
    'goldfish/export/clips',
    whole,
  )) as unknown as ExportClipsResult;
  assert.equal(how, 'exact');
  assert.deepEqual(
    files.map(({ uri, durationMs, pieces }) => [uri, durationMs, pieces]),
    [[pathToFileUri(join(out, readdirSync(out)[0] ?? '')), 1700, moments.slice(0, 1)]],
  );
  const cut = join(out, 'long.mp4');
  const long = { moments: Array(50).fill(moments[1]), file: pathToFileUri(cut), partialResultToken: 'cut' };
  const { id, answer } = client.start('goldfish/export/clips', long);
  await client.notice(({ method, params }) => {
    const { doneMs = 0 } = (params.token === 'cut' ? params.value : {}) as Partial<ExportClipsProgress>;
    return method === '$/progress' && doneMs > 0;
  });
  assert.equal(readdirSync(out).filter((name) => name.includes('.part')).length, 1);
  client.notify('$/cancelRequest', { id });
  assert.equal((await answer).error?.code, -32800);
  assert.equal(readdirSync(out).length, 1);
});
