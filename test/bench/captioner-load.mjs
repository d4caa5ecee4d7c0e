// What captioning costs around the model: our child against bare ONNX Runtime, after it was idle, and a daemon that
// indexes meanwhile.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { createTransformersCaptioner } from '../../server/src/adapters/transformers/captioner.ts';
import { sandbox, startDaemon } from '../support/daemon.ts';
import { scenes, sceneVideo } from '../support/tiny-scenes.ts';
import { clipOf, FRAMES } from './random-clip.mjs';
import { hostOf, THREADS } from './random-model.mjs';
import { budget, CAPTION_TOKENS, captioned } from './role-cost.mjs';
import { at, rounded, row, timed, timedRuns } from './timing.ts';

const SECONDS = 5;
const VIDEOS = 2;
const IDLE_MS = 300;
/** Requests that are timed while the model works, at most. */
const ASKED = 200;
const never = new AbortController().signal;

async function bareSeconds(folder, runs) {
  const child = fork(
    join(import.meta.dirname, 'bare-model.mjs'),
    [folder, THREADS, CAPTION_TOKENS, runs].map(String),
  );
  const [told] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`bare ONNX Runtime ended with ${code}`);
    }),
  ]);
  return told.seconds;
}

const open = (folder, idleMs) =>
  createTransformersCaptioner({ id: 'r', revision: '1', budget, batch: 1 }, hostOf(folder, idleMs));

/** Seconds of each clip through our child. */
async function childSeconds(folder, runs) {
  const captioner = open(folder, 60_000);
  const clip = clipOf(0);
  try {
    return await timedRuns(runs, async () => captioned(await captioner.caption([clip], never)));
  } finally {
    await captioner.close();
  }
}

/** A question of text to a model that is loaded, and to one whose child has ended for want of work. */
async function afterIdle(folder, runs) {
  const captioner = open(folder, IDLE_MS);
  const question = { pictures: [], prompt: [{ kind: 'text', text: 'what is this about' }] };
  const ask = () => captioner.inspect(question, 8, () => undefined, never);
  const [warm, cold] = [[], []];
  try {
    await ask();
    for (let run = 0; run < runs; run += 1) {
      warm.push(await timed(ask));
      while (captioner.pid !== undefined) await pause(IDLE_MS / 10);
      cold.push(await timed(ask));
    }
  } finally {
    await captioner.close();
  }
  return { warm: at(warm, 0.5), cold: at(cold, 0.5) };
}

/** Of the time from the first to the last answer: the share in which the child had a clip in hand. */
function busyShare(file) {
  const events = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([what]) => what !== 'text');
  let busy = 0;
  let began;
  const ends = events.filter(([what]) => what === 'end').map(([, ms]) => Number(ms));
  const [first = 0] = ends;
  for (const [what, ms] of events) {
    if (what === 'begin') began = Number(ms);
    else if (Number(ms) > first) busy += Number(ms) - began;
  }
  return {
    share: busy / ((ends.at(-1) ?? 0) - first),
    clips: ends.length,
    seconds: ((ends.at(-1) ?? 0) - first) / 1000,
  };
}

/** Answers of a daemon that captions a folder, in ms, and how much of its time the model worked. */
async function whileIndexing(folder, clips) {
  const box = sandbox();
  const busy = join(box.folder, 'busy');
  const preload = pathToFileURL(join(import.meta.dirname, 'busy-log.mjs')).href;
  const env = { ...box.env, NODE_OPTIONS: `--import=${preload}?file=${encodeURIComponent(busy)}` };
  const videos = join(box.folder, 'videos');
  mkdirSync(videos);
  const each = Math.ceil(clips / VIDEOS);
  for (let i = 0; i < VIDEOS; i += 1)
    await sceneVideo(join(videos, `${i}.mp4`), scenes(each * VIDEOS).slice(i * each, (i + 1) * each), {
      seconds: SECONDS,
      width: 640,
      height: 360,
    });
  const daemon = await startDaemon({ ...box, env });
  const client = await daemon.client();
  const set = (key, value) => client.result('goldfish/settings/set', { key, value });
  const [status, cancelled] = [[], []];
  try {
    await set('clips.seconds', SECONDS);
    await set('screenText.enabled', false);
    await set('models.device', 'cpu');
    await set('models.captioner', folder);
    const index = () => client.start('goldfish/index', { uris: [pathToFileURL(videos).href], keep: true });
    const whole = index().answer;
    let done = false;
    void whole.then(() => (done = true));
    const answers = () => (existsSync(busy) ? readFileSync(busy, 'utf8').split('end').length - 1 : 0);
    while (!done && answers() === 0) await pause(100);
    while (!done && status.length < ASKED) {
      status.push(1000 * (await timed(() => client.result('goldfish/status', {}))));
      const running = index();
      // Long enough for the request to be under way.
      await pause(50);
      const ms =
        1000 *
        (await timed(() => {
          client.notify('$/cancelRequest', { id: running.id });
          return running.answer;
        }));
      if ((await running.answer).error?.code === -32800) cancelled.push(ms);
      await pause(50);
    }
    const { error } = await whole;
    if (error) throw new Error(error.message);
  } finally {
    daemon.child.kill();
    await daemon.exit;
  }
  return { status, cancelled, ...busyShare(busy) };
}

/** Rows of all of this, of a captioner that lies in a folder. */
export async function captionerRows(folder, runs, clips) {
  writeFileSync(join(folder, 'goldfish.json'), JSON.stringify(budget));
  const bare = at(await bareSeconds(folder, runs), 0.5);
  const ours = at(await childSeconds(folder, runs), 0.5);
  const idle = await afterIdle(folder, runs);
  const daemon = await whileIndexing(folder, clips);
  const shape = `256M model, q8, ${THREADS} thread${THREADS === 1 ? '' : 's'}, ${FRAMES} frames, ${CAPTION_TOKENS} tokens`;
  const latency = (name, values) => [
    row(`${name} while the model works, p50`, rounded(at(values, 0.5)), 'ms'),
    row(`${name} while the model works, p99`, rounded(at(values, 0.99)), 'ms', '<= 50'),
  ];
  return [
    row(`a clip (${shape}) through our child`, rounded(ours), 's'),
    row('the same / bare ONNX Runtime on the same graphs', rounded(ours / bare, 2), ''),
    row(
      'clips and tokens a minute through our child',
      rounded(60 / ours),
      `clips, ${rounded((60 * CAPTION_TOKENS) / ours, 0)} tokens`,
    ),
    row('clips a minute while indexing', rounded((60 * (daemon.clips - 1)) / daemon.seconds), ''),
    row('share of the time that the model works while indexing', rounded(100 * daemon.share), '%', '>= 95'),
    ...latency('status', daemon.status),
    ...latency('end of a request that is cancelled', daemon.cancelled),
    row('first question of text, model loaded', rounded(idle.warm, 2), 's'),
    row('the same after it was idle', rounded(idle.cold, 2), 's'),
  ];
}
