// What a built checkout costs, measured from outside: starts of commands, indexing of short videos, the daemon's memory, and
// searches through its socket. It uses nothing of that checkout but the command and JSON-RPC, so paired.mjs can give it an
// older one. Linux only: it reads /proc.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';
import { makeMedia } from '../support/make-media.ts';
import { at, rounded, row } from './timing.ts';

const VIDEOS = 40;
const STARTS = 6;
const QUERIES = 200;
/** Time in which an idle daemon merges what it wrote in small parts, ms. Searches before that are slower. */
const TIDY_MS = 6_000;
/** Clock ticks per second in /proc/PID/stat (proc(5)). */
const TICKS = 100;
const WORDS = 'battery motor wheel budget river garden window planet letter engine market winter'.split(' ');

/** Returns parent and processor time (own, and of children that have ended) of a process; seconds. */
function readStat(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')
    .map(Number);
  return {
    parent: fields[1],
    seconds: (fields[11] + fields[12]) / TICKS,
    ended: (fields[13] + fields[14]) / TICKS,
  };
}

/** Returns the processor time of a process and all its descendants, seconds. */
function treeSeconds(pid) {
  const stats = new Map();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry)))
    try {
      stats.set(Number(name), readStat(name));
    } catch {
      // The process has ended meanwhile.
    }
  const sum = (id) => {
    const { seconds, ended } = stats.get(id) ?? { seconds: 0, ended: 0 };
    const children = [...stats].filter(([, { parent }]) => parent === id);
    return children.reduce((total, [child]) => total + sum(child), seconds + ended);
  };
  return sum(pid);
}

/** Returns a value of /proc/PID/status in MB. */
const readMegabytes = (pid, file, key) =>
  Number(new RegExp(`^${key}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/${file}`, 'utf8'))?.[1]) /
  1024;

/** Writes short videos of different content, each with subtitles. */
async function writeVideos(folder) {
  mkdirSync(folder);
  const first = join(folder, '0.mp4');
  await makeMedia(first, {
    seconds: 4,
    video: { codec: 'h264', width: 160, height: 120, draw: ({ data }, timeMs) => data.fill(timeMs % 200) },
  });
  const bytes = readFileSync(first);
  for (let number = 0; number < VIDEOS; number += 1) {
    // A box of type `free` changes the content and nothing that is decoded.
    const box = Buffer.alloc(16, number);
    box.writeUInt32BE(16, 0);
    box.write('free', 4, 'latin1');
    writeFileSync(join(folder, `${number}.mp4`), Buffer.concat([bytes, box]));
    const cues = WORDS.map((word, i) => {
      const clock = (ms) => `00:00:0${Math.floor(ms / 1000)},${String(ms % 1000).padStart(3, '0')}`;
      const text = `the ${word} of talk ${number} and a ${WORDS[(i * 5 + number) % WORDS.length]}`;
      return `${i + 1}\n${clock(i * 300)} --> ${clock(i * 300 + 290)}\n${text}\n`;
    });
    writeFileSync(join(folder, `${number}.srt`), cues.join('\n'));
  }
}

/** @param {{checkout?: string}} options the checkout to measure, built; this one by default @returns rows of {name, value, unit, target} */
export async function bench({ checkout = join(import.meta.dirname, '../..') } = {}) {
  const box = mkdtempSync(join(tmpdir(), 'goldfish-product-'));
  const dataDir = join(box, 'data');
  const videos = join(box, 'videos');
  const env = { PATH: process.env.PATH, HOME: box, XDG_RUNTIME_DIR: join(box, 'run') };
  mkdirSync(env.XDG_RUNTIME_DIR, { mode: 0o700 });
  /** Runs a command. Returns wall and processor seconds of it and of what it started and awaited. */
  const run = async (...args) => {
    const [start, before] = [performance.now(), readStat('self').ended];
    const child = spawn(process.execPath, [join(checkout, 'dist/goldfish.mjs'), ...args], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text) => {
        output += text;
      });
    const [code] = await once(child, 'close');
    if (code !== 0) throw new Error(`goldfish ${args.join(' ')} failed: ${output}`);
    return { wall: (performance.now() - start) / 1000, cpu: readStat('self').ended - before };
  };
  const repeat = async (...args) => {
    const runs = [];
    await run(...args);
    for (let i = 0; i < STARTS; i += 1) runs.push(await run(...args));
    const cpu = runs.reduce((sum, time) => sum + time.cpu, 0) / runs.length;
    return {
      wall: at(
        runs.map(({ wall }) => wall),
        0.5,
      ),
      cpu,
    };
  };
  const milliseconds = (name, seconds) => row(name, rounded(seconds * 1000), 'ms');
  try {
    await writeVideos(videos);
    const version = await repeat('--version');
    const status = await repeat('status', '--json', '--data-dir', dataDir);
    const { socket: path, pid } = JSON.parse(readFileSync(join(dataDir, 'daemon.json'), 'utf8'));
    const idle = readMegabytes(pid, 'status', 'VmRSS');
    const before = treeSeconds(pid);
    const { wall } = await run('index', videos, '--data-dir', dataDir);
    const indexing = treeSeconds(pid) - before;
    await pause(TIDY_MS);
    const memory = readMegabytes(pid, 'status', 'VmRSS');
    const socket = connect(path);
    const rpc = createMessageConnection(new StreamMessageReader(socket), new StreamMessageWriter(socket));
    rpc.listen();
    await rpc.sendRequest('initialize', { processId: process.pid, rootUri: null, capabilities: {} });
    await rpc.sendNotification('initialized', {});
    const times = [];
    const search = async (i) => {
      const query = `${WORDS[i % WORDS.length]} ${WORDS[(i * 7 + 3) % WORDS.length]}`;
      const start = performance.now();
      const { hits } = await rpc.sendRequest('goldfish/search', { query, k: 10 });
      if (hits.length === 0) throw new Error(`"${query}" found nothing`);
      times.push((performance.now() - start) / 1000);
    };
    for (let i = 0; i < 50; i += 1) await search(i);
    times.length = 0;
    const beforeSearches = readStat(pid).seconds;
    for (let i = 0; i < QUERIES; i += 1) await search(i);
    const searching = (readStat(pid).seconds - beforeSearches) / QUERIES;
    rpc.dispose();
    socket.destroy();
    return [
      milliseconds('goldfish --version', version.wall),
      milliseconds('goldfish --version, processor time', version.cpu),
      milliseconds('goldfish status with a running daemon', status.wall),
      milliseconds('goldfish status with a running daemon, processor time of the command', status.cpu),
      row('memory of a new daemon (RSS)', rounded(idle), 'MB'),
      row(`indexing of ${VIDEOS} videos of 4 s with subtitles`, rounded(wall, 2), 's'),
      row(
        `indexing of ${VIDEOS} videos of 4 s with subtitles, processor time of the daemon and its children`,
        rounded(indexing, 2),
        's',
      ),
      row('memory of the daemon after that (RSS)', rounded(memory), 'MB'),
      milliseconds('search in them, p50', at(times, 0.5)),
      milliseconds('search in them, processor time of the daemon', searching),
    ];
  } finally {
    await run('stop', '--data-dir', dataDir).catch(() => undefined);
    rmSync(box, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const { name, value, unit } of await bench()) console.log(`${name}\t${value} ${unit}`);
