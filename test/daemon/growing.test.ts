import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
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
async function lecture(folder: string) {
  const path = join(folder, 'finished.mkv');
  await makeMedia(path, {
    seconds: 85,
    video: {
      width: 160,
      height: 90,
      fps: 10,
      draw: (canvas, time) => fill(canvas, Math.floor(time / 10) % 2 === 0 ? [30, 60, 120] : [200, 180, 40]),
    },
    audio: { sample: whistled(SAID) },
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
