// How soon a video starts that only wants another sound: the first byte of a copy of its pictures with mp3, through the
// page's server of a real daemon, from places all over a video of 20 minutes. `node test/bench/playback.bench.mjs` prints it alone.
import { mkdirSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pathToFileUri } from '../../server/src/base/file-uri.ts';
import { sandbox, startDaemon } from '../support/daemon.ts';
import { fill, makeMedia, tone } from '../support/make-media.ts';
import { pageUrl, readLibrary } from '../support/page-library.ts';
import { at, row } from './timing.ts';

const MINUTES = 20;
/** The first reads the video and is asked with its media child at hand, the others before theirs has started. */
const DAEMONS = 5;
const WARM = 20;
/** As desktop VS Code: no AAC. */
const PLAYS = ['mp4', 'webm', 'h264', 'vp8', 'vp9', 'av1', 'mp3', 'opus', 'vorbis', 'flac'];

/** Milliseconds until the first byte of an address's body; the rest is not waited for. */
function firstByte(address) {
  return new Promise((done, fail) => {
    const start = performance.now();
    const request = get(address, (response) => {
      if (response.statusCode !== 200) fail(new Error(`the page's server answered ${response.statusCode}`));
      response.once('data', () => {
        done(performance.now() - start);
        request.destroy();
      });
      response.once('error', fail);
    });
    request.once('error', fail);
  });
}

export async function bench() {
  const box = sandbox();
  const folder = join(box.folder, 'videos');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'talk.mp4');
  await makeMedia(path, {
    seconds: MINUTES * 60,
    video: {
      codec: 'h264',
      keyEvery: 100,
      draw: (canvas, timeMs) => fill(canvas, [(timeMs / 100) % 255, 90, 140]),
    },
    audio: { codec: 'aac', sample: tone(440) },
  });
  const uri = pathToFileUri(path);
  const cold = [];
  const warm = [];
  for (let run = 0; run < DAEMONS; run += 1) {
    const daemon = await startDaemon(box);
    const client = await daemon.client();
    if (run === 0) await readLibrary(client, folder);
    const url = await pageUrl(client);
    const plan = await client.result('goldfish/playback', { uri, plays: PLAYS });
    if (plan.video !== 'copied' || plan.audio !== 'encoded')
      throw new Error(`the video is not copied with another sound: ${JSON.stringify(plan)}`);
    const from = (ms) => firstByte(`${url}video?${new URLSearchParams({ uri, plays: PLAYS.join(','), ms })}`);
    // The first daemon has its child: it read the video.
    if (run > 0) cold.push(await from(Math.round((run / DAEMONS) * MINUTES * 60_000)));
    else for (let i = 0; i < WARM; i += 1) warm.push(await from(Math.round((i / WARM) * MINUTES * 60_000)));
    daemon.child.kill();
    await daemon.exit;
  }
  const reached = (name, values, share) =>
    row(`first byte of a copy with mp3, ${name}`, Math.round(at(values, share)), 'ms', '<= 500');
  return [
    reached('p50', warm, 0.5),
    reached('longest', warm, 1),
    reached('with a media child that has to start, p50', cold, 0.5),
    reached('with a media child that has to start, longest', cold, 1),
  ];
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const { name, value, unit } of await bench()) console.log(`${name}\t${value} ${unit}`);
