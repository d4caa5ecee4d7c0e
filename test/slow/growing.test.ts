import assert from 'node:assert/strict';
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';
import { sandbox, startDaemon } from '../support/daemon.ts';
import { WHISTLE, whistleHost } from '../support/fake-transcription-host.ts';
import type { IndependentClient } from '../support/independent-client.ts';
import { fill, makeMedia } from '../support/make-media.ts';
import { startRecorder, unfinishedMatroska } from '../support/recorder.ts';
import { heardIn, type Said, whistled } from '../support/tone-speech.ts';

const SAID: readonly Said[] = [
  { startMs: 4000, text: 'rain falls on old stone walls' },
  { startMs: 33_000, text: 'a blue whale sings under water' },
  { startMs: 71_000, text: 'the red fox sleeps' },
];

interface Video {
  readonly videoId: string;
  readonly durationMs: number;
  readonly state: string;
  readonly recording?: { readonly isReadable: boolean };
  readonly lines?: readonly { readonly kind: string; readonly text: string; readonly startMs: number }[];
  readonly clips?: readonly { readonly clipId: string; readonly startMs: number; readonly endMs: number }[];
}

/** A lecture of 85 s whose picture changes every 10 s, as its recorder left it before and after closing it. */
async function lecture(folder: string, said = SAID) {
  const path = join(folder, 'finished.mkv');
  await makeMedia(path, {
    seconds: 85,
    video: {
      width: 160,
      height: 90,
      fps: 10,
      draw: (canvas, timeMs) =>
        fill(canvas, Math.floor(timeMs / 10_000) % 2 === 0 ? [30, 60, 120] : [200, 180, 40]),
    },
    audio: { sample: whistled(said) },
  });
  const finished = readFileSync(path);
  return { finished, recording: unfinishedMatroska(finished) };
}

/** A daemon that watches a folder and understands whistles. */
async function world(t: TestContext) {
  const box = sandbox();
  const daemon = await startDaemon(box);
  t.after(() => daemon.child.kill());
  const client = await daemon.client();
  const host = await whistleHost();
  t.after(() => host.close());
  const set = (key: string, value: unknown) => client.result('goldfish/settings/set', { key, value });
  await set('models.voiceDetector', 'none');
  await set('models.transcriber', `${host.baseUrl}#${WHISTLE}`);
  const folder = join(box.folder, 'videos');
  mkdirSync(folder);
  await client.result('goldfish/folders/add', { uri: pathToFileURL(folder).href });
  return { box, daemon, client, host, folder };
}

/** Asks again after each change until the answer is the one that is waited for. */
async function until<T>(client: IndependentClient, ask: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const seen = client.notices.length;
    const found = await ask();
    if (found !== undefined) return found;
    await client.notice(
      (notice) => notice.method === 'goldfish/didChangeStatus' && client.notices.indexOf(notice) >= seen,
    );
  }
}

const untilVideo = (client: IndependentClient, uri: string, isWanted: (video: Video) => boolean) =>
  until(client, async () => {
    const { result } = await client.request('goldfish/video', { uri });
    const video = result as Video | undefined;
    return video !== undefined && isWanted(video) ? video : undefined;
  });

const textsOf = (video: Video) =>
  (video.lines ?? []).filter(({ kind }) => kind === 'speech').map(({ text }) => text);

test('given a recording that grows, when parts are added and it is closed, then each is found at its second, and nothing is read twice', async (t) => {
  const { box, client, host, folder } = await world(t);
  const { finished, recording } = await lecture(box.folder);
  const path = join(folder, 'lecture.mkv');
  const uri = pathToFileURL(path).href;

  const recorder = startRecorder(path, recording, 45);
  const first = await untilVideo(
    client,
    uri,
    (video) => textsOf(video).length === 2 && video.state === 'done',
  );
  assert.ok(first.durationMs >= 44_000 && first.durationMs < 55_000, `${first.durationMs}`);

  recorder.recordTo(65);
  const second = await untilVideo(
    client,
    uri,
    (video) => video.durationMs > first.durationMs && video.state === 'done',
  );
  assert.equal(second.videoId, first.videoId);
  assert.deepEqual(second.recording, { isReadable: true });

  recorder.recordTo(80);
  const third = await untilVideo(
    client,
    uri,
    (video) => textsOf(video).length === 3 && video.state === 'done',
  );
  const finishedClips = (video: Video) => (video.clips ?? []).slice(0, -1).map(({ clipId }) => clipId);
  for (const clipId of finishedClips(second))
    assert.ok(finishedClips(third).includes(clipId), `${clipId} in ${finishedClips(third)}`);

  recorder.finish(finished);
  const last = await untilVideo(
    client,
    uri,
    (video) => video.recording === undefined && video.state === 'done',
  );
  assert.equal(last.videoId, first.videoId);
  assert.ok(Math.abs(last.durationMs - 85_000) < 500, `${last.durationMs}`);
  assert.deepEqual(
    textsOf(last),
    SAID.map(({ text }) => `${text}.`),
  );
  for (const [i, { startMs }] of (last.lines ?? []).filter(({ kind }) => kind === 'speech').entries())
    assert.ok(Math.abs(startMs - (SAID[i]?.startMs ?? 0)) < 400, `${startMs}`);
  for (const clipId of finishedClips(third))
    assert.ok(
      (last.clips ?? []).some((clip) => clip.clipId === clipId),
      clipId,
    );

  // The first sentence was heard once: no step began at the start of the file again.
  const heard = host.hearings.flatMap(({ samples }) => heardIn(samples).map(({ text }) => text));
  assert.equal(heard.filter((text) => text === SAID[0]?.text).length, 1, heard.join(' | '));
});

/** Everything in the folder, as a list shows it. */
async function listed(client: IndependentClient) {
  const { videos } = (await client.result('goldfish/videos', {})) as {
    videos: readonly (Video & { readonly path: string; readonly failures: readonly unknown[] })[];
  };
  return videos;
}

test('given two recordings that grow side by side, when the daemon is killed and restarts and the file is renamed, then each stays one video', async (t) => {
  const { box, daemon, client, folder } = await world(t);
  const { finished, recording } = await lecture(box.folder);
  const other = await lecture(
    mkdtempSync(join(box.folder, 'other')),
    SAID.toReversed().map(({ text }, i) => ({ text, startMs: SAID[i]?.startMs ?? 0 })),
  );
  const [path, otherPath] = [join(folder, 'first.mkv'), join(folder, 'second.mkv')];
  const uri = pathToFileURL(path).href;
  const first = startRecorder(path, recording, 45);
  const second = startRecorder(otherPath, other.recording, 45);
  const before = await untilVideo(
    client,
    uri,
    (video) => textsOf(video).length === 2 && video.state === 'done',
  );
  first.recordTo(60);
  const grown = await untilVideo(
    client,
    uri,
    (video) => video.durationMs > before.durationMs && video.state === 'done',
  );
  assert.deepEqual(grown.recording, { isReadable: true });
  second.recordTo(65);
  const both = await until(client, async () => {
    const videos = await listed(client);
    return videos.length === 2 && videos.every((video) => video.durationMs > before.durationMs)
      ? videos
      : undefined;
  });
  assert.equal(new Set(both.map(({ videoId }) => videoId)).size, 2, 'two recordings are two contents');

  daemon.child.kill('SIGKILL');
  await daemon.exit;
  first.recordTo(80);
  const renamed = join(folder, 'renamed.mkv');
  const again = await startDaemon(box);
  t.after(() => again.child.kill());
  const laterClient = await again.client();
  const later = await untilVideo(
    laterClient,
    uri,
    (video) => textsOf(video).length === 3 && video.state === 'done',
  );
  assert.equal(later.videoId, before.videoId);

  first.finish(finished);
  renameSync(path, renamed);
  const last = await untilVideo(
    laterClient,
    pathToFileURL(renamed).href,
    (video) =>
      video.recording === undefined && video.state === 'done' && Math.abs(video.durationMs - 85_000) < 500,
  );
  assert.equal(last.videoId, before.videoId);
  assert.equal((await listed(laterClient)).length, 2);
});

test('given a recording, when its file is overwritten by another one, then that is another video, and nothing of the first is left', async (t) => {
  const { box, client, folder } = await world(t);
  const { finished, recording } = await lecture(box.folder);
  const path = join(folder, 'lecture.mkv');
  const uri = pathToFileURL(path).href;
  const recorder = startRecorder(path, recording, 45);
  const before = await untilVideo(
    client,
    uri,
    (video) => textsOf(video).length === 2 && video.state === 'done',
  );
  recorder.recordTo(60);
  await untilVideo(client, uri, (video) => video.recording !== undefined && video.state === 'done');
  const other = join(box.folder, 'other.mkv');
  await makeMedia(other, {
    seconds: 90,
    video: { width: 160, height: 90, fps: 10, draw: (canvas, timeMs) => fill(canvas, [timeMs / 500, 0, 0]) },
    audio: { sample: whistled([{ startMs: 5000, text: 'the water sings' }]) },
  });
  writeFileSync(path, readFileSync(other));
  const after = await untilVideo(
    client,
    uri,
    (video) => video.videoId !== before.videoId && video.state === 'done',
  );
  assert.deepEqual(textsOf(after), ['the water sings.']);
  assert.equal(after.recording, undefined);
  const { hits } = (await client.result('goldfish/search', { query: 'whale' })) as {
    hits: readonly unknown[];
  };
  assert.deepEqual(hits, []);
  assert.ok(finished.length > 0);
});

/** Adds to a file piece by piece until it is told to stop, as a program does that never pauses. */
function keepWriting(path: string, bytes: Uint8Array, pieceBytes: number) {
  let at = 0;
  const timer = setInterval(() => {
    appendFileSync(path, bytes.subarray(at, at + pieceBytes));
    at += pieceBytes;
    if (at >= bytes.length) clearInterval(timer);
  }, 100);
  return {
    finish() {
      clearInterval(timer);
      appendFileSync(path, bytes.subarray(at));
    },
  };
}

test('given a copy and an ordinary mp4 that are being written, then status says so, and each is indexed once, when it is complete', async (t) => {
  const { box, client, folder } = await world(t);
  const { finished } = await lecture(box.folder);
  cpSync(join(box.folder, 'finished.mkv'), join(folder, 'original.mkv'));
  const original = await untilVideo(
    client,
    pathToFileURL(join(folder, 'original.mkv')).href,
    (video) => video.state === 'done',
  );
  const mp4 = join(box.folder, 'talk.mp4');
  await makeMedia(mp4, {
    seconds: 30,
    video: { width: 160, height: 90, fps: 10, draw: (canvas, timeMs) => fill(canvas, [0, timeMs / 250, 0]) },
  });
  const talk = readFileSync(mp4);
  const copying = keepWriting(join(folder, 'copy.mkv'), finished, Math.ceil(finished.length / 1000));
  const recording = keepWriting(join(folder, 'talk.mp4'), talk, Math.ceil(talk.length / 1000));
  t.after(() => {
    copying.finish();
    recording.finish();
  });
  const status = await until(client, async () => {
    const found = (await client.result('goldfish/status', {})) as {
      work: { failed: readonly unknown[]; recording?: readonly { path: string; isReadable: boolean }[] };
    };
    return found.work.recording?.length === 2 ? found : undefined;
  });
  assert.deepEqual(status.work.failed, []);
  assert.deepEqual(
    status.work.recording?.map(({ isReadable }) => isReadable),
    [false, false],
  );
  copying.finish();
  recording.finish();
  const videos = await until(client, async () => {
    const found = await listed(client);
    const isDone = found.every(({ state, recording: now }) => state === 'done' && now === undefined);
    return found.length === 3 && isDone ? found : undefined;
  });
  const idOf = (name: string) => videos.find(({ path }) => path.endsWith(name))?.videoId;
  assert.equal(idOf('copy.mkv'), original.videoId);
  assert.notEqual(idOf('talk.mp4'), '');
  rmSync(mp4);
});
