import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after } from 'node:test';
import sharp from 'sharp';
import { createMediaChild, type MediaChildOptions } from '../../server/src/adapters/media-child.ts';
import { pathToFileUri } from '../../server/src/base/file-uri.ts';
import { MediaFailureError } from '../../server/src/core/errors/media-failure.ts';
import type { Media } from '../../server/src/ports/media.ts';
import { decoderContract } from '../support/decoder-contract.ts';
import { fill, makeMedia, tone } from '../support/make-media.ts';
import { tempFolder } from '../support/temp-folder.ts';

const never = new AbortController().signal;
const open: Media[] = [];
after(() => Promise.all(open.map((media) => media.close())));

function start(options: Partial<MediaChildOptions> = {}): Media {
  const settings = () => ({ 'media.backend': 'node-av', 'media.ffmpegPath': '' }) as const;
  const media = createMediaChild({ settings, ...options });
  open.push(media);
  return media;
}

decoderContract('media child', () => start());

const folder = tempFolder();

/** Twelve seconds of three shots: red, then blue, then a still black; a tone in the middle. */
async function threeShots(): Promise<string> {
  const path = join(folder, 'shots.mp4');
  await makeMedia(path, {
    seconds: 12,
    video: {
      draw(canvas, timeMs) {
        if (timeMs >= 8000) return;
        fill(canvas, timeMs < 4000 ? [220, 20, 20] : [20, 20, 220]);
        fill(canvas, [240, 240, 240], timeMs / 40, 60, 40, 40);
      },
    },
    audio: { sample: (time) => (time > 4 && time < 8 ? tone(500)(time) : 0) },
  });
  return pathToFileUri(path);
}

test('given a JPEG or PNG from outside, when read, then it is upright, scaled and without transparency', async () => {
  const media = start();
  const raw = { raw: { width: 60, height: 40, channels: 3 as const } };
  const half = Buffer.alloc(60 * 40 * 3).map((_, i) => (Math.floor(i / 3) % 60 < 30 ? 250 : 10));
  const box = { width: 30, height: 30 };
  const upright = await media.picture(await sharp(half, raw).png().toBuffer(), box, never);
  assert.deepEqual([upright.width, upright.height, upright.data.length], [30, 20, 30 * 20 * 3]);
  assert.ok((upright.data[0] ?? 0) > 200 && (upright.data[29 * 3] ?? 255) < 60);
  const turned = await sharp(half, raw).withMetadata({ orientation: 6 }).jpeg().toBuffer();
  const shown = await media.picture(turned, box, never);
  assert.deepEqual([shown.width, shown.height], [20, 30]);
  assert.ok((shown.data[0] ?? 0) > 200 && (shown.data.at(-1) ?? 255) < 60);
  const clear = await sharp({ create: { width: 8, height: 8, channels: 4, background: '#00000000' } })
    .png()
    .toBuffer();
  assert.deepEqual(new Set((await media.picture(clear, box, never)).data), new Set([255]));
});

test('given bytes that are no JPEG or PNG, broken or too large, when read, then they are refused and the child goes on', async () => {
  const media = start();
  const whole = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#808080' } })
    .png()
    .toBuffer();
  const huge = Buffer.from(whole);
  huge.writeUInt32BE(60_000, 16);
  huge.writeUInt32BE(60_000, 20);
  for (const bytes of [
    Buffer.alloc(0),
    Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
    Buffer.from('GIF89a'),
    whole.subarray(0, 60),
    huge,
  ])
    await assert.rejects(media.picture(new Uint8Array(bytes), { width: 32, height: 32 }, never), (error) => {
      assert.ok(error instanceof MediaFailureError, String(error));
      assert.equal(error.failure.kind, 'unreadable');
      assert.match(error.failure.remedy, /JPEG or PNG/);
      return true;
    });
  assert.equal((await media.picture(whole, { width: 32, height: 32 }, never)).width, 32);
});

test('given a video, when measured, then progress is reported in order and its clip has facts', async () => {
  const media = start();
  const told: number[] = [];
  const uri = await threeShots();
  const { clips, textTimes } = await media.measure(
    uri,
    { clipMs: 30_000 },
    (timeMs) => told.push(timeMs),
    never,
  );
  assert.ok(told.length >= 10, `${told}`);
  assert.deepEqual(
    told,
    told.toSorted((a, b) => a - b),
  );
  const [clip] = clips;
  assert.equal(clips.length, 1);
  assert.equal(clip?.endMs, 12_000);
  assert.deepEqual(
    clip?.facts.cutsMs.map((time) => Math.round(time / 100)),
    [40, 80],
  );
  assert.ok(
    clip?.facts.colours.includes('red') && clip.facts.colours.includes('blue'),
    `${clip?.facts.colours}`,
  );
  assert.deepEqual(
    clip?.facts.black.map(({ startMs }) => Math.round(startMs / 100)),
    [80],
  );
  assert.ok((clip?.facts.loudness ?? 0) > -20, `${clip?.facts.loudness}`);
  assert.ok((clip?.facts.silence.length ?? 0) >= 2);
  assert.ok(textTimes.length >= 1);
});

test('given a file that is no media, when probed, measured or read, then the failure has its kind', async () => {
  const path = join(folder, 'text.mp4');
  writeFileSync(path, 'only words\n'.repeat(400));
  const uri = pathToFileUri(path);
  const isNotMedia = (error: unknown) =>
    error instanceof MediaFailureError && error.failure.kind === 'notMedia';
  const media = start();
  await assert.rejects(media.probe(uri, never), isNotMedia);
  await assert.rejects(
    media.measure(uri, { clipMs: 1000 }, () => undefined, never),
    isNotMedia,
  );
  await assert.rejects(media.pass(uri, { grey: true }, never)[Symbol.asyncIterator]().next(), isNotMedia);
});

test('given an aborted measurement, then it rejects with the reason and the next one works', async () => {
  const media = start();
  const uri = await threeShots();
  const abort = new AbortController();
  const reason = new Error('enough');
  await assert.rejects(
    media.measure(uri, { clipMs: 1000 }, () => abort.abort(reason), abort.signal),
    reason,
  );
  const { clips } = await media.measure(uri, { clipMs: 30_000 }, () => undefined, never);
  assert.equal(clips.length, 1);
});

const entry = join(import.meta.dirname, '../support/media-child-bad.ts');

test('given a child that crashes, then only its own request fails', async () => {
  const troubles: string[] = [];
  const media = start({ entry, onTrouble: (message) => troubles.push(message) });
  await assert.rejects(
    media.probe('file:///crash', never),
    (error) => error instanceof MediaFailureError && error.failure.kind === 'crashed',
  );
  assert.equal((await media.probe('file:///good', never)).durationMs, 1000);
  await assert.rejects(
    media.measure('file:///late crash', { clipMs: 1000 }, () => undefined, never),
    (error) => error instanceof MediaFailureError && error.failure.kind === 'crashed',
  );
  assert.deepEqual(await media.measure('file:///good', { clipMs: 1000 }, () => undefined, never), {
    clips: [],
    textTimes: [],
  });
  assert.ok(
    troubles.some((message) => message.includes('SIGSEGV')),
    `${troubles}`,
  );
});

test('given a child that hangs, then the request times out and the next one works', async () => {
  const media = start({ entry, silenceMs: 300 });
  await assert.rejects(
    media.probe('file:///hang', never),
    (error) => error instanceof MediaFailureError && error.failure.kind === 'timedOut',
  );
  assert.equal((await media.probe('file:///good', never)).durationMs, 1000);
});

test('given three streams, when a fourth is started, then it ends the oldest, and probing goes on beside them', async () => {
  const media = start({ entry });
  const request = {
    container: 'mp4',
    video: 'copy',
    audio: 'mp3',
    startMs: 1,
    box: { width: 1, height: 1 },
  } as const;
  const stop = new AbortController();
  const stream = () => media.convert('file:///good', request, stop.signal)[Symbol.asyncIterator]();
  const pidOf = async (one: AsyncIterator<Uint8Array>) => new TextDecoder().decode((await one.next()).value);
  const all = [stream(), stream(), stream()];
  const pids = [];
  for (const one of all) pids.push(await pidOf(one));
  assert.equal(new Set(pids).size, 3);
  const [oldest] = all;
  const ended = assert.rejects(async () => oldest?.next(), { name: 'PreemptedError' });
  assert.equal(await pidOf(stream()), pids[0]);
  await ended;
  const probed = (await media.probe('file:///good', never)).title ?? '';
  assert.ok(!pids.includes(probed), 'reading goes on beside them');
  stop.abort();
});

test('given a running child, when media is closed, then its process ends and later calls reject', async () => {
  const media = start({ entry });
  const pid = Number((await media.probe('file:///good', never)).title);
  await media.close();
  assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
  await assert.rejects(media.probe('file:///good', never));
});
