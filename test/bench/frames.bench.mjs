// Frames at even times of one minute of 720p H.264, against a bare full decode of it: ours, and PyAV and OpenCV where
// they are installed. Ratios of processor time, medians of three.
import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { longVideo } from './long-video.mjs';

const RUNS = 3;
const COUNTS = [8, 32];
const PEERS = { av: 'PyAV', cv2: 'OpenCV' };

async function ours(kind, path) {
  const child = fork(join(import.meta.dirname, 'decode-run.mjs'), [kind, path]);
  const [{ seconds }] = await once(child, 'message');
  await once(child, 'exit');
  return seconds;
}

async function peer(library, path, count) {
  const script = join(import.meta.dirname, 'peers.py');
  const { stdout } = await promisify(execFile)('python3', [script, library, path, String(count)]);
  return Number(stdout);
}

/** The median of three, or undefined where what it needs is not installed. */
async function median(run) {
  const times = [];
  for (let time = 0; time < RUNS; time += 1) {
    try {
      times.push(await run());
    } catch (error) {
      if (error.code === 3 || error.code === 'ENOENT') return undefined;
      throw error;
    }
  }
  return times.sort((a, b) => a - b)[1];
}

export async function bench() {
  const folder = await mkdtemp(join(tmpdir(), 'goldfish-frames-'));
  const path = join(folder, 'long.mp4');
  const rows = [];
  try {
    await longVideo(path, 'h264', 1);
    const bare = await median(() => ours('bare', path));
    const row = (name, seconds) => {
      if (seconds !== undefined) {
        rows.push({ name, value: Number((seconds / bare).toFixed(2)), unit: '', target: '' });
      }
    };
    for (const count of COUNTS) {
      const name = `${count} frames of a minute of 720p H.264 / bare decode`;
      row(name, await median(() => ours(`frames:${count}`, path)));
      for (const [library, title] of Object.entries(PEERS)) {
        row(`${name}, ${title}`, await median(() => peer(library, path, count)));
      }
    }
  } finally {
    await rm(folder, { recursive: true });
  }
  return rows;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const { name, value } of await bench()) console.log(`${name}\t${value}`);
}
