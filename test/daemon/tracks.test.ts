// needs: ffmpeg
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { pathToFileURL } from 'node:url';
import { sandbox, startDaemon } from '../support/daemon.ts';
import { WHISTLE, whistleHost } from '../support/fake-transcription-host.ts';
import type { IndependentClient } from '../support/independent-client.ts';
import { fill, makeMedia } from '../support/make-media.ts';
import { runFfmpeg } from '../support/run-ffmpeg.ts';
import { whistled } from '../support/tone-speech.ts';

interface Shown {
  readonly state: string;
  readonly lines: readonly { readonly kind: string; readonly text: string }[];
  readonly streams: readonly { readonly kind: string; readonly chosen?: boolean; readonly note?: string }[];
}

/** What is stored of a video once it says the wanted words. */
async function shownOf(client: IndependentClient, uri: string, words: string): Promise<Shown> {
  for (;;) {
    const seen = client.notices.length;
    const { result } = await client.request('goldfish/video', { uri });
    const shown = result as Shown | undefined;
    const spoken = shown?.lines.filter(({ kind }) => kind === 'speech').map(({ text }) => text);
    if (shown?.state === 'done' && spoken?.join(' ') === words) return shown;
    await client.notice(
      (notice) => notice.method === 'goldfish/didChangeStatus' && client.notices.indexOf(notice) >= seen,
    );
  }
}

const soundsOf = ({ streams }: Shown) =>
  streams.filter(({ kind }) => kind === 'audio').map(({ chosen, note }) => [chosen === true, note]);

test('given a silent first track, opposite channels and a named track, when indexed, then speech is found and show says where', async (t) => {
  const box = sandbox();
  const daemon = await startDaemon(box);
  t.after(() => daemon.child.kill());
  const client = await daemon.client();
  const server = await whistleHost();
  t.after(() => server.close());
  const folder = join(box.folder, 'videos');
  mkdirSync(folder);
  const path = (name: string) => join(box.folder, name);
  const say = (name: string, text: string) =>
    makeMedia(path(name), {
      seconds: 8,
      video: { width: 64, height: 64, fps: 5, draw: (canvas) => fill(canvas, [30, 60, 120]) },
      audio: { sample: whistled([{ startMs: 2000, text }]) },
    });
  await say('fox.mp4', 'the red fox sleeps');
  await say('whale.mp4', 'a blue whale sings');
  const make = (name: string, ...options: readonly string[]) => {
    runFfmpeg(...options, join(folder, name));
    return pathToFileURL(join(folder, name)).href;
  };
  const inputs = ['-i', path('fox.mp4'), '-i', path('whale.mp4')];
  const coded = ['-c:v', 'copy', '-c:a', 'aac'];
  const silence = ['-f', 'lavfi', '-i', 'anullsrc=d=8:r=48000:cl=stereo'];
  const flags = ['-disposition:a:0', 'default', '-disposition:a:1', '0'];
  const recorder = ['-map', '0:v', '-map', '2:a', '-map', '0:a', ...coded, ...flags];
  const obs = make('obs.mkv', ...inputs, ...silence, ...recorder);
  const opposite = ['-af', 'pan=stereo|c0=c0|c1=-0.9*c0', ...coded];
  const wire = make('wire.mp4', '-i', path('fox.mp4'), ...opposite);
  const dub = make('dub.mkv', ...inputs, '-map', '0:v', '-map', '0:a', '-map', '1:a', ...coded, ...flags);
  const set = (key: string, value: unknown) => client.result('goldfish/settings/set', { key, value });
  // Whistles are no human voice.
  await set('models.voiceDetector', 'none');
  await set('models.transcriber', `${server.baseUrl}#${WHISTLE}`);
  await client.result('goldfish/folders/add', { uri: pathToFileURL(folder).href });

  const fox = 'the red fox sleeps.';
  assert.deepEqual(soundsOf(await shownOf(client, obs, fox)), [
    [false, 'silent or without a voice'],
    [true, undefined],
  ]);
  assert.deepEqual(soundsOf(await shownOf(client, wire, fox)), [
    [true, 'only the left channel: left and right cancel each other out'],
  ]);
  assert.deepEqual(soundsOf(await shownOf(client, dub, fox)), [
    [true, undefined],
    [false, undefined],
  ]);
  await set('media.tracks', ['dub.mkv=audio:2']);
  assert.deepEqual(soundsOf(await shownOf(client, dub, 'a blue whale sings.')), [
    [false, undefined],
    [true, 'set in media.tracks'],
  ]);
  await set('media.tracks', []);
  assert.deepEqual(soundsOf(await shownOf(client, dub, fox)), [
    [true, undefined],
    [false, undefined],
  ]);
});
