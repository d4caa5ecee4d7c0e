// Scanning 100,000 files that did not change, against `find -printf`, and how long the event loop is held meanwhile.
// `node test/bench/scan.bench.mjs` prints it alone.
import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { createNodeDisk } from '../../server/src/adapters/node-disk/disk.ts';
import { pathToFileUri } from '../../server/src/base/file-uri.ts';
import { reconcile } from '../../server/src/indexing/reconcile.ts';

const FILES = 100_000;
const FOLDERS = 200;
const ROUNDS = 5;

/** @param {{files?: number}} options fewer files for a try @returns rows of {name, value, unit, target} */
export async function bench({ files = FILES } = {}) {
  const root = await mkdtemp(join(tmpdir(), 'goldfish-scan-'));
  try {
    makeFiles(root, files);
    return await measure(root);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

function makeFiles(root, files) {
  for (let folder = 0; folder < FOLDERS; folder += 1) {
    mkdirSync(join(root, `Year ${folder}`));
    for (let at = folder; at < files; at += FOLDERS) {
      closeSync(openSync(join(root, `Year ${folder}`, `Holiday video ${at}.mp4`), 'w'));
    }
  }
}

async function measure(root) {
  const disk = createNodeDisk();
  const rule = { uri: pathToFileUri(root), include: [], exclude: [], poll: false };
  const { signal } = new AbortController();
  const copies = (await disk.scan(rule, signal)).files.map((file) => copyOf(file, rule.uri));
  const rounds = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const find = timed(() =>
      spawnSync('find', [root, '-type', 'f', '-printf', '%s %T@ %p\\n'], { maxBuffer: 1 << 28 }),
    );
    const scan = await held(() => disk.scan(rule, signal));
    const compare = await held(async () => {
      for await (const finding of reconcile([{ rule, holder: rule.uri }], disk, copies, signal)) {
        if (finding.kind === 'changes') throw new Error('a file that did not change was taken for changed');
      }
    });
    rounds.push({
      ratio: scan.ms / find,
      held: scan.heldMs,
      compared: compare.ms / find,
      comparedHeld: compare.heldMs,
      ms: scan.ms,
    });
  }
  const of = (name) => Math.round(median(rounds.map((round) => round[name])) * 100) / 100;
  const what = `scan of ${copies.length.toLocaleString('en')} unchanged files`;
  return [
    { name: `${what} / find -printf`, value: of('ratio'), unit: 'x', target: '<= 3' },
    { name: `${what}, event loop held at most`, value: of('held'), unit: 'ms', target: '<= 10' },
    {
      name: `${what}, and comparing them with the index / find -printf`,
      value: of('compared'),
      unit: 'x',
      target: '',
    },
    {
      name: `${what}, and comparing, event loop held at most`,
      value: of('comparedHeld'),
      unit: 'ms',
      target: '<= 10',
    },
    { name: what, value: of('ms'), unit: 'ms', target: '' },
  ];
}

function copyOf(file, holder) {
  return {
    ...file,
    videoId: `v${file.uri.length}`,
    sample: file.uri,
    holders: [holder],
    done: {},
    failures: {},
    forgotten: false,
    recordedMs: file.modifiedMs,
  };
}

function timed(task) {
  const started = performance.now();
  task();
  return performance.now() - started;
}

async function held(task) {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  await new Promise((done) => setImmediate(done));
  delay.enable();
  const started = performance.now();
  await task();
  const ms = performance.now() - started;
  delay.disable();
  return { ms, heldMs: delay.max / 1e6 };
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const { name, value, unit, target } of await bench())
    console.log(`${name}\t${value} ${unit}\t${target}`);
}
