import assert from 'node:assert/strict';
import { cpSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Status } from '../../server/protocol/status.ts';
import type { VideoResult } from '../../server/protocol/videos.ts';
import { agentOf, callTool } from '../support/agent.ts';
import { goldfish, sandbox, startDaemon } from '../support/daemon.ts';
import { WHISTLE, whistleHost } from '../support/fake-transcription-host.ts';
import type { IndependentClient } from '../support/independent-client.ts';
import { fill, makeMedia } from '../support/make-media.ts';
import { tinyModel } from '../support/tiny-models.ts';
import { type Said, whistled } from '../support/tone-speech.ts';

interface Line {
  readonly kind: string;
  readonly text: string;
  readonly source: string;
  readonly startMs: number;
}

/** A video of one colour with sound. */
const video = (path: string, seconds: number, sample: (time: number) => number) =>
  makeMedia(path, {
    seconds,
    video: { width: 64, height: 64, fps: 5, draw: (canvas) => fill(canvas, [30, 60, 120]) },
    audio: { sample },
  });

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

/** What is said in a video, once no work on it is left and there is as much as is waited for. */
function speech(client: IndependentClient, uri: string, count: number) {
  return until(client, async () => {
    const { result } = await client.request('goldfish/video', { uri });
    const told = (result ?? {}) as { lines?: readonly Line[]; state?: string };
    const lines = (told.lines ?? []).filter(({ kind }) => kind === 'speech');
    return told.state === 'done' && lines.length === count ? lines : undefined;
  });
}

function firstHit(client: IndependentClient, query: string) {
  return until(client, async () => {
    const result: unknown = await client.result('goldfish/search', { query });
    const { hits } = result as { hits: readonly { uri: string; startMs: number }[] };
    return hits[0];
  });
}

test('given a transcription host, when videos are watched, then speech is found at its second, silence is not sent, subtitles win', async (t) => {
  const box = sandbox();
  const daemon = await startDaemon(box);
  t.after(() => daemon.child.kill());
  const client = await daemon.client();
  const server = await whistleHost();
  t.after(() => server.close());
  const folder = join(box.folder, 'videos');
  mkdirSync(folder);
  const said: readonly Said[] = [
    { startMs: 3000, text: 'rain falls on old stone walls' },
    { startMs: 41_000, text: 'a blue whale sings under water' },
    { startMs: 48_000, text: 'the red fox sleeps' },
  ];
  const at = (name: string) => join(folder, name);
  await video(at('talk.mp4'), 60, whistled(said));
  await video(at('quiet.mp4'), 10, () => 0);
  await video(at('told.mp4'), 10, whistled([{ startMs: 2000, text: 'the red fox sleeps' }]));
  writeFileSync(at('told.srt'), '1\n00:00:02,000 --> 00:00:04,000\nSomebody wrote this down.\n');
  const set = (value: string) => client.result('goldfish/settings/set', { key: 'models.transcriber', value });
  // Whistles are no human voice.
  await client.result('goldfish/settings/set', { key: 'models.voiceDetector', value: 'none' });
  await set(`${server.baseUrl}#${WHISTLE}`);
  await client.result('goldfish/folders/add', { uri: pathToFileURL(folder).href });

  const uri = pathToFileURL(at('talk.mp4')).href;
  const lines = await speech(client, uri, said.length);
  assert.deepEqual(
    lines.map(({ text, source }) => [text, source]),
    said.map(({ text }) => [`${text}.`, WHISTLE]),
  );
  for (const [i, { startMs }] of lines.entries()) {
    assert.ok(Math.abs(startMs - (said[i]?.startMs ?? 0)) <= 200, `${startMs}`);
  }
  const hit = await firstHit(client, 'blue whale');
  assert.equal(hit.uri, uri);
  assert.ok(Math.abs(hit.startMs - 41_000) <= 1000, JSON.stringify(hit));

  await speech(client, pathToFileURL(at('quiet.mp4')).href, 0);
  const told = await speech(client, pathToFileURL(at('told.mp4')).href, 1);
  assert.deepEqual(
    told.map(({ text }) => text),
    ['Somebody wrote this down.'],
  );
  const sentMs = server.hearings.reduce((sum, { samples }) => sum + samples.length / 16, 0);
  assert.equal(server.hearings.length, 3, 'the talk alone, one stretch a sentence');
  assert.ok(sentMs < 20_000, `${sentMs} ms`);

  // Data that lies beside a video as subtitles do, and one forced line, leave what was heard.
  const readings = Array.from({ length: 60 }, (_, at) => {
    const second = String(at).padStart(2, '0');
    return `${at + 1}\n00:00:${second},000 --> 00:00:${second},900\nSrtCnt : ${at}, [iso : 100] [latitude: 51.${at}]\n`;
  });
  writeFileSync(at('talk.srt'), readings.join('\n'));
  writeFileSync(at('talk.forced.srt'), '1\n00:00:20,000 --> 00:00:21,000\nExit\n');
  const both = await speech(client, uri, said.length + 1);
  assert.ok(!both.some(({ text }) => text.includes('SrtCnt')));
  rmSync(at('talk.forced.srt'));
  await speech(client, uri, said.length);

  // Subtitles that come later take the place of what was heard.
  const subtitles = ['Rain, on old walls.', 'It falls all night.', 'A whale sings.', 'The fox sleeps.'];
  const cue = (text: string, at: number) => `${at + 1}\n00:00:${at}3,000 --> 00:00:${at}5,000\n${text}\n`;
  writeFileSync(at('talk.srt'), subtitles.map(cue).join('\n'));
  const written = await speech(client, uri, subtitles.length);
  assert.deepEqual(
    written.map(({ text }) => text),
    subtitles,
  );
  const status = JSON.stringify(await client.result('goldfish/status', {}));
  assert.match(
    status,
    /"role":"transcriber","inUse":"whistle-1","why":"[^"]*the sound of videos is sent there/,
  );
  await set('none');
});

test('given no transcriber, when videos are watched, then the daemon says where somebody speaks and how much is not written down', async (t) => {
  const box = sandbox();
  const daemon = await startDaemon(box);
  t.after(() => daemon.child.kill());
  const client = await daemon.client();
  const folder = join(box.folder, 'videos');
  mkdirSync(folder);
  const said: readonly Said[] = [
    { startMs: 3000, text: 'rain falls on old stone walls' },
    { startMs: 20_000, text: 'a blue whale sings under water' },
  ];
  const at = (name: string) => join(folder, name);
  const uriOf = (name: string) => pathToFileURL(at(name)).href;
  await video(at('talk.mp4'), 30, whistled(said));
  await video(at('quiet.mp4'), 10, () => 0);
  await video(at('told.mp4'), 10, whistled([{ startMs: 2000, text: 'the red fox sleeps' }]));
  writeFileSync(at('told.srt'), '1\n00:00:02,000 --> 00:00:04,000\nSomebody wrote this down.\n');
  // Whistles are no human voice: the levels of the sound decide.
  for (const role of ['voiceDetector', 'transcriber'])
    await client.result('goldfish/settings/set', { key: `models.${role}`, value: 'none' });
  await client.result('goldfish/folders/add', { uri: pathToFileURL(folder).href });
  const heard = (name: string) =>
    until(client, async () => {
      const { result } = await client.request('goldfish/video', { uri: uriOf(name) });
      const { speech, state } = (result ?? {}) as Pick<VideoResult, 'speech'> & { readonly state?: string };
      return state === 'done' ? { speech } : undefined;
    });

  const { speech = [] } = await heard('talk.mp4');
  assert.equal(speech.length, said.length);
  for (const [i, { startMs }] of speech.entries())
    assert.ok(Math.abs(startMs - (said[i]?.startMs ?? 0)) <= 300, `${startMs}`);
  assert.deepEqual(await heard('quiet.mp4'), { speech: [] });
  assert.deepEqual(await heard('told.mp4'), { speech: undefined }, 'its subtitles say what is said');
  const status = (await client.result('goldfish/status', {})) as Status;
  assert.equal(status.untranscribed?.videos, 1);
  assert.match(status.advice.join(' '), /1 of 3 videos has \d+ s of speech and no transcript/);
  const { stdout: shown } = await goldfish(box, 'show', at('talk.mp4'));
  assert.match(shown, /^speech 0:0[23]-0:\d\d, 0:(19|20)-0:\d\d: \d+ s, no transcript$/m);
  const agent = await agentOf(box);
  t.after(() => agent.close());
  const browsed = await callTool(agent, 'browse_video', { video: at('talk.mp4') });
  assert.match(JSON.stringify(browsed.content), /somebody speaks, without a transcript: 0:0[23]/);
  assert.deepEqual((browsed.structuredContent as Pick<VideoResult, 'speech'>).speech, speech);
  const { stdout: checks } = await goldfish(box, 'doctor');
  assert.match(checks, /transcripts +none for \d+ s of speech in 1 video/);
});

test('given a local Whisper model, when a video is dropped, then its speech is found; with another model it is transcribed again', async (t) => {
  const box = sandbox();
  const daemon = await startDaemon(box);
  t.after(() => daemon.child.kill());
  const client = await daemon.client();
  const folder = join(box.folder, 'videos');
  mkdirSync(folder);
  const { host } = tinyModel('tiny-whisper');
  const said: readonly Said[] = [
    { startMs: 2000, text: 'der wal singt unter blauem wasser' },
    { startMs: 33_000, text: 'ein roter fuchs schläft bei alten steinen' },
  ];
  const path = join(folder, 'talk.mp4');
  const set = (value: string) => client.result('goldfish/settings/set', { key: 'models.transcriber', value });
  await client.result('goldfish/settings/set', { key: 'models.voiceDetector', value: 'none' });
  await set(host.folder);
  await client.result('goldfish/folders/add', { uri: pathToFileURL(folder).href });
  const ready = join(box.folder, 'talk.mp4');
  await video(ready, 45, whistled(said));
  renameSync(ready, path);

  const uri = pathToFileURL(path).href;
  const lines = await speech(client, uri, said.length);
  assert.deepEqual(
    lines.map(({ text }) => text),
    said.map(({ text }) => text),
  );
  for (const [i, { startMs }] of lines.entries()) {
    assert.ok(Math.abs(startMs - (said[i]?.startMs ?? 0)) <= 200, `${startMs}`);
  }
  const hit = await firstHit(client, 'fuchs schläft');
  assert.ok(Math.abs(hit.startMs - 33_000) <= 1000, JSON.stringify(hit));
  const status = JSON.stringify(await client.result('goldfish/status', {}));
  assert.match(status, /"role":"transcriber","inUse":"model","why":"set in models.transcriber; runs on cpu/);
  assert.doesNotMatch(status, /sent there/);

  const copy = join(box.folder, 'other-whisper');
  cpSync(host.folder, copy, { recursive: true });
  await set(copy);
  const again = await until(client, async () => {
    const now = await speech(client, uri, said.length);
    return now.every(({ source }) => source === 'other-whisper') ? now : undefined;
  });
  assert.deepEqual(
    again.map(({ text }) => text),
    said.map(({ text }) => text),
  );
});
