// What the supervisor and its protocol cost over bare IPC of the same bytes: round trips of small calls, of four frames of
// 512 px, and a stream of such frames, in processor time of both processes. `node test/bench/children.bench.mjs` prints it alone.
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createChildSupervisor } from '../../server/src/base/child-supervisor.ts';
import { at, row } from './timing.ts';

const ROUNDS = 5;
const SMALL_CALLS = 2000;
const FRAME_CALLS = 60;
const STREAM_EVENTS = 300;
const FRAME_BYTES = 512 * 512 * 3;
const entry = join(import.meta.dirname, 'echo-child.mjs');
const never = new AbortController().signal;

/** A child on bare IPC: one message out, one back. */
function startBareChild() {
  const child = fork(entry, ['bare'], { serialization: 'advanced', execArgv: [] });
  const call = (params) =>
    new Promise((resolve) => {
      child.once('message', resolve);
      child.send(params);
    });
  return { call, close: () => child.disconnect() };
}

/** Processor time that `work` takes here and in the child, ms. `childCpu` returns the child's so far. */
async function measureCpu(childCpu, work) {
  const before = [process.cpuUsage(), await childCpu()];
  await work();
  const own = process.cpuUsage(before[0]);
  const childMicros = (await childCpu()) - before[1];
  return (own.user + own.system + childMicros) / 1000;
}

export async function bench() {
  const bare = startBareChild();
  const supervised = createChildSupervisor({ name: 'bench', entry, silenceMs: 60_000, idleMs: 60_000 });
  const supervisedCall = (name, params) => supervised.call(name, params, { signal: never });
  const bareCpu = () => bare.call('cpu');
  const supervisedCpu = () => supervisedCall('cpu', null);
  const frames = Array.from({ length: 4 }, () => new Uint8Array(FRAME_BYTES));
  const rounds = [];
  const repeat = async (times, work) => {
    for (let i = 0; i < times; i += 1) await work();
  };
  for (let round = 0; round <= ROUNDS; round += 1) {
    const times = {
      bareSmall: await measureCpu(bareCpu, () => repeat(SMALL_CALLS, () => bare.call(1))),
      small: await measureCpu(supervisedCpu, () => repeat(SMALL_CALLS, () => supervisedCall('echo', 1))),
      bareFrames: await measureCpu(bareCpu, () => repeat(FRAME_CALLS, () => bare.call(frames))),
      frames: await measureCpu(supervisedCpu, () =>
        repeat(FRAME_CALLS, () => supervisedCall('echo', frames)),
      ),
      stream: await measureCpu(supervisedCpu, async () => {
        let count = 0;
        for await (const frame of supervised.stream(
          'frames',
          { count: STREAM_EVENTS, bytes: FRAME_BYTES },
          never,
        )) {
          if (frame.length === FRAME_BYTES) count += 1;
        }
        if (count !== STREAM_EVENTS) throw new Error(`${count} of ${STREAM_EVENTS} frames arrived`);
      }),
    };
    // The first warms up.
    if (round > 0) rounds.push(times);
  }
  bare.close();
  await supervised.close();
  const middle = (pick) => Math.round(at(rounds.map(pick), 0.5) * 1000) / 1000;
  return [
    row(
      'a small call of a child, processor time',
      middle((r) => r.small / SMALL_CALLS),
      'ms',
      '',
    ),
    row(
      'a small call of a child / bare IPC',
      middle((r) => r.small / r.bareSmall),
      'x',
      '',
    ),
    row(
      'four frames of 512 px to a child and back / bare IPC',
      middle((r) => r.frames / r.bareFrames),
      'x',
      '',
    ),
    row(
      'a frame of 512 px streamed by a child, processor time',
      middle((r) => r.stream / STREAM_EVENTS),
      'ms',
      '',
    ),
  ];
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const { name, value, unit } of await bench()) console.log(`${name}\t${value} ${unit}`);
