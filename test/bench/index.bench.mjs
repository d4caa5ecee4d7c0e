// One-pass indexing (shots, motion, colours, loudness: the whole of `measure`) against a bare full decode of the
// same file by the same libav, as ratios of processor time. Each run is a process of its own; medians of three.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { longVideo } from './long-video.mjs';

const TARGETS = { h264: '<= 0.9', vp9: '<= 1.25' };
const ENDINGS = { h264: 'mp4', vp9: 'webm' };
const RUNS = 3;

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

async function run(kind, path) {
  const child = fork(join(import.meta.dirname, 'decode-run.mjs'), [kind, path]);
  const [result] = await once(child, 'message');
  await once(child, 'exit');
  return result;
}

/** `minutes` of each codec; 10 where absent. */
export async function bench({ minutes = 10, runs = RUNS } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'goldfish-index-'));
  const rows = [];
  try {
    for (const [codec, target] of Object.entries(TARGETS)) {
      const path = join(folder, `long.${ENDINGS[codec]}`);
      await longVideo(path, codec, minutes);
      const bare = [];
      const ours = [];
      for (let time = 0; time < runs; time += 1) {
        bare.push(await run('bare', path));
        ours.push(await run('measure', path));
      }
      const seconds = (results) => median(results.map((result) => result.seconds));
      const ratio = seconds(ours) / seconds(bare);
      const name = `indexing ${minutes} min of 720p ${codec === 'h264' ? 'H.264' : 'VP9'}`;
      rows.push(
        { name: `${name} / bare decode`, value: Number(ratio.toFixed(2)), unit: '', target },
        { name: `${name}, speed`, value: Math.round((minutes * 60) / seconds(ours)), unit: 'x', target: '' },
        {
          name: `${name}, memory`,
          value: median(ours.map(({ megabytes }) => megabytes)),
          unit: 'MB',
          target: '',
        },
      );
    }
  } finally {
    await rm(folder, { recursive: true });
  }
  return rows;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const minutes = Number(process.argv[2] ?? 10);
  for (const { name, value, unit, target } of await bench({
    minutes,
    runs: Number(process.argv[3] ?? RUNS),
  })) {
    console.log(`${name}\t${value} ${unit}\t${target}`);
  }
}
