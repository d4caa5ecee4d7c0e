import assert from 'node:assert/strict';
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { afterTest } from '../support/after-test.ts';
import { type Sandbox, sandbox } from '../support/daemon.ts';
import type { IndependentClient } from '../support/independent-client.ts';
import { atRest, statusOf, uriOf } from '../support/watched.ts';
import { openFiles, residentMegabytes } from './process-figures.ts';
import { pause, type SoakedDaemon, startSoakedDaemon } from './soaked-daemon.ts';
import { createTinyLibrary, MISSPELT_WORDS } from './tiny-library.ts';
import { ownCpuSeconds, treeCpuSeconds } from './tree-cpu.ts';

const FILES = Number(process.env.SOAK_FILES ?? 20_000);
const FILES_PER_FOLDER = Math.min(5_000, Math.ceil(FILES / 4));
const SEARCHES = Number(process.env.SOAK_SEARCHES ?? 1_000);
/** Shortest work of the event loop without a turn that is reported, ms of processor time. */
const LONG_TURN_MS = 50;
/** Time between two looks at a daemon that works, ms. */
const LOOK_MS = 250;
/** Looks in a row that find nothing to do before the daemon counts as idle: a change needs 150 ms to be noticed. */
const IDLE_LOOKS = 5;

const MAX_MEGABYTES = 350;
const MAX_STATUS_MS = 100;
const MAX_STALL_MS = 200;
const MAX_RESTART_CPU_SECONDS = 10;
/** How many more descriptors a half of the run may have than the half before it. */
const MAX_MORE_FILES = 10;
/** How much memory may grow by searches, MB. Garbage that is not collected yet is part of it. */
const MAX_GROWTH_MEGABYTES = 30;

interface Look {
  readonly videos: number;
  readonly done: number;
  readonly statusMs: number;
  readonly megabytes: number;
  readonly files: number;
  readonly deletedFiles: number;
  readonly ownSeconds: number;
  readonly treeSeconds: number;
}

/** Asks for the status again and again until nothing is left to do, and returns what was seen. */
async function watchUntilIdle({ pid }: SoakedDaemon, client: IndependentClient): Promise<readonly Look[]> {
  const looks: Look[] = [];
  for (let idleLooks = 0; idleLooks < IDLE_LOOKS; ) {
    const askedMs = performance.now();
    const status = await statusOf(client);
    const statusMs = performance.now() - askedMs;
    const isIdle = atRest(status) && status.planning === undefined && (await areWatched(client));
    idleLooks = isIdle ? idleLooks + 1 : 0;
    const files = openFiles(pid);
    looks.push({
      videos: status.videos,
      done: status.work.done,
      statusMs,
      megabytes: residentMegabytes(pid).now,
      files: files.length,
      deletedFiles: files.filter((path) => path.endsWith(' (deleted)')).length,
      ownSeconds: ownCpuSeconds(pid),
      treeSeconds: treeCpuSeconds(pid),
    });
    await pause(LOOK_MS);
  }
  return looks;
}

async function areWatched(client: IndependentClient): Promise<boolean> {
  const { folders } = (await client.result('goldfish/folders/list')) as {
    folders: readonly { state: string }[];
  };
  return folders.every(({ state }) => state === 'watching');
}

const greatest = (values: readonly number[]) => values.reduce((most, value) => Math.max(most, value), 0);

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

/** Reports what the looks saw, in ten lines. */
function reportLooks(t: TestContext, looks: readonly Look[]): void {
  const size = Math.ceil(looks.length / 10);
  for (let start = 0; start < looks.length; start += size) {
    const some = looks.slice(start, start + size);
    const last = some.at(-1);
    if (last === undefined) return;
    const statusMs = some.map((look) => look.statusMs);
    t.diagnostic(
      [
        `${last.done} of ${last.videos} done`,
        `${last.ownSeconds.toFixed(1)} s daemon, ${last.treeSeconds.toFixed(1)} s all`,
        `${greatest(some.map((look) => look.megabytes))} MB`,
        `status p50 ${percentile(statusMs, 0.5).toFixed(0)} p99 ${percentile(statusMs, 0.99).toFixed(0)} ms`,
        `${greatest(some.map((look) => look.files))} descriptors, ${greatest(some.map((look) => look.deletedFiles))} of deleted files`,
      ].join('; '),
    );
  }
}

/** Reports how long the event loop worked without a turn, by processor time. */
function reportLongTurns(t: TestContext, phase: string, daemon: SoakedDaemon, seen: number): void {
  const turns = daemon.stalls(LONG_TURN_MS).slice(seen);
  const over = (ms: number) => turns.filter((turnMs) => turnMs > ms).length;
  t.diagnostic(
    `${phase}: turns of over 50 ms ${over(50)}, 100 ms ${over(100)}, 200 ms ${over(200)}; longest ${greatest(turns)} ms`,
  );
}

async function startAndConnect(t: TestContext, box: Sandbox) {
  const daemon = startSoakedDaemon(box);
  afterTest(t, () => daemon.kill());
  return { daemon, client: await daemon.client() };
}

test(`given ${FILES} tiny files, when they are indexed, renamed, searched and found again by a restart, then memory, status and descriptors stay small`, async (t) => {
  const box = sandbox();
  const library = join(box.folder, 'videos');
  const [firstFolder = ''] = await createTinyLibrary(library, FILES, FILES_PER_FOLDER);
  const { daemon, client } = await startAndConnect(t, box);
  const problems: string[] = [];
  const expect = (isRight: boolean, problem: string) => {
    if (!isRight) problems.push(problem);
  };
  const stallsSince = (seen: number) => daemon.stalls(MAX_STALL_MS).slice(seen);
  const stallsAtStart = stallsSince(0).length;
  const turnsAtStart = daemon.stalls(LONG_TURN_MS).length;
  const secondsAtStart = ownCpuSeconds(daemon.pid);

  await client.result('goldfish/folders/add', { uri: uriOf(library) });
  const looks = await watchUntilIdle(daemon, client);
  reportLooks(t, looks);
  const { work, videos } = await statusOf(client);
  assert.deepEqual([videos, work.done, work.failed.length], [FILES, FILES, 0]);
  const statusMs = percentile(
    looks.map((look) => look.statusMs),
    0.99,
  );
  const { peak } = residentMegabytes(daemon.pid);
  const half = Math.floor(looks.length / 2);
  const [earlier, later] = [looks.slice(0, half), looks.slice(half)].map((some) =>
    greatest(some.map(({ files }) => files)),
  );
  const stalls = stallsSince(stallsAtStart);
  const msPerFile = (1000 * (ownCpuSeconds(daemon.pid) - secondsAtStart)) / FILES;
  t.diagnostic(
    `${msPerFile.toFixed(1)} ms of the daemon a file; peak ${peak} MB; status p99 ${statusMs.toFixed(0)} ms; descriptors ${earlier}, then ${later}; stalls ${stalls.join(', ') || 'none'}`,
  );
  reportLongTurns(t, 'indexing', daemon, turnsAtStart);
  expect(peak < MAX_MEGABYTES, `${peak} MB while indexing`);
  expect(statusMs < MAX_STATUS_MS, `status took ${statusMs.toFixed(0)} ms at p99`);
  expect((later ?? 0) <= (earlier ?? 0) + MAX_MORE_FILES, `descriptors grew from ${earlier} to ${later}`);
  expect(stalls.length === 0, `stalls while indexing: ${stalls.join(', ')} ms`);

  const stallsBeforeRename = stallsSince(0).length;
  const turnsBeforeRename = daemon.stalls(LONG_TURN_MS).length;
  const secondsBeforeRename = ownCpuSeconds(daemon.pid);
  renameSync(firstFolder, join(library, 'Renamed'));
  await pause(IDLE_LOOKS * LOOK_MS);
  await watchUntilIdle(daemon, client);
  const renameStalls = stallsSince(stallsBeforeRename);
  const renameSeconds = ownCpuSeconds(daemon.pid) - secondsBeforeRename;
  t.diagnostic(
    `rename of ${FILES_PER_FOLDER} files: ${renameSeconds.toFixed(1)} s, stalls ${renameStalls.join(', ') || 'none'}`,
  );
  reportLongTurns(t, 'rename', daemon, turnsBeforeRename);
  expect(renameStalls.length === 0, `stalls at a rename: ${renameStalls.join(', ')} ms`);

  const growth = await searchMisspelt(t, daemon, client);
  expect(growth < MAX_GROWTH_MEGABYTES, `memory grew by ${growth} MB in ${SEARCHES} searches`);

  await client.end();
  await daemon.kill('SIGTERM');
  const restarted = await startAndConnect(t, box);
  await watchUntilIdle(restarted.daemon, restarted.client);
  const restartSeconds = treeCpuSeconds(restarted.daemon.pid);
  const restartStalls = restarted.daemon.stalls(MAX_STALL_MS);
  t.diagnostic(
    `restart: ${restartSeconds.toFixed(1)} s, ${residentMegabytes(restarted.daemon.pid).peak} MB, stalls ${restartStalls.join(', ') || 'none'}`,
  );
  expect(restartSeconds < MAX_RESTART_CPU_SECONDS, `a restart took ${restartSeconds.toFixed(1)} s`);
  assert.equal((await statusOf(restarted.client)).work.done, FILES);
  await restarted.client.end();
  await restarted.daemon.kill('SIGTERM');
  assert.deepEqual(problems, []);
});

/** Searches for misspelt words and returns by how much the memory grew after the first tenth, MB. */
async function searchMisspelt(
  t: TestContext,
  { pid }: SoakedDaemon,
  client: IndependentClient,
): Promise<number> {
  const secondsBefore = ownCpuSeconds(pid);
  let before = 0;
  for (let number = 0; number < SEARCHES; number += 1) {
    if (number === Math.floor(SEARCHES / 10)) before = residentMegabytes(pid).now;
    const query = `${MISSPELT_WORDS[number % MISSPELT_WORDS.length]} ${number}`;
    const { hits } = await client.result('goldfish/search', { query });
    assert.ok((hits as readonly unknown[]).length > 0, `${query} finds nothing`);
  }
  const after = residentMegabytes(pid).now;
  const seconds = ownCpuSeconds(pid) - secondsBefore;
  t.diagnostic(
    `${SEARCHES} misspelt searches: ${before} MB, then ${after} MB, ${((1000 * seconds) / SEARCHES).toFixed(0)} ms each`,
  );
  return after - before;
}
