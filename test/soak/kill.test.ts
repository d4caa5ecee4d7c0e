import assert from 'node:assert/strict';
import { existsSync, rmSync, watch } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { dataDirPaths } from '../../server/src/base/paths.ts';
import { afterTest } from '../support/after-test.ts';
import { type Sandbox, sandbox } from '../support/daemon.ts';
import { uriOf } from '../support/watched.ts';
import { compareIndexes } from './compare-index.ts';
import type { Random } from './random.ts';
import { soakBudget } from './soak-budget.ts';
import { pause, type SoakedDaemon, startSoakedDaemon, waitForRest } from './soaked-daemon.ts';
import { VideoFolder } from './video-folder.ts';

/** Different videos of a run. */
const CONTENTS = 10;
/** Kills between two comparisons with a clean index. */
const KILLS_PER_ROUND = 25;
/** A kill comes after at most so many changes of files in the data folder, or so much time, ms. */
const MAX_FILE_EVENTS = 120;
const MAX_LIFE_MS = 3_000;

/** Kills a daemon at a random write, or at a random time: also while it starts. */
async function killAtRandom(daemon: SoakedDaemon, dataDir: string, random: Random): Promise<void> {
  const isByTime = random.below(4) === 0;
  let eventsLeft = 1 + random.below(MAX_FILE_EVENTS);
  const due = Promise.withResolvers<void>();
  const watcher = watch(dataDir, { recursive: true }, () => {
    eventsLeft -= 1;
    if (!isByTime && eventsLeft <= 0) due.resolve();
  });
  await Promise.race([due.promise, pause(isByTime ? random.below(MAX_LIFE_MS) : MAX_LIFE_MS)]);
  watcher.close();
  assert.equal(daemon.hasEnded(), false, 'the daemon ended before it was killed');
  await daemon.kill();
}

/** Runs a daemon until it has nothing left to do, and stops it. */
async function comeToRest(t: TestContext, box: Sandbox, add?: string): Promise<void> {
  const daemon = startSoakedDaemon(box);
  afterTest(t, () => daemon.kill());
  const client = await daemon.client();
  if (add !== undefined) await client.result('goldfish/folders/add', { uri: uriOf(add) });
  await waitForRest(client);
  await client.end();
  await daemon.kill('SIGTERM');
}

test('given a daemon that is killed again and again while its folder changes, then its index equals a clean one', async (t) => {
  const { random, hasTime } = soakBudget(t);
  const box = sandbox();
  const folder = await VideoFolder.create(box.folder, CONTENTS, random);
  await comeToRest(t, box, folder.path);
  let kills = 0;
  let rounds = 0;
  while (hasTime()) {
    for (let n = 0; n < KILLS_PER_ROUND && hasTime(); n += 1) {
      const daemon = startSoakedDaemon(box);
      for (let changes = random.below(4); changes > 0; changes -= 1) folder.change();
      await killAtRandom(daemon, box.dataDir, random);
      kills += 1;
    }
    await comeToRest(t, box);
    const clean: Sandbox = { ...box, dataDir: join(box.folder, `clean ${rounds}`) };
    await comeToRest(t, clean, folder.path);
    rounds += 1;
    const [actual, expected] = [box, clean].map(({ dataDir }) => dataDirPaths(dataDir).index);
    assert.ok(actual !== undefined && expected !== undefined);
    const difference = await compareIndexes(actual, expected);
    assert.deepEqual(difference, { lost: [], stale: [], duplicated: [] }, `after ${kills} kills`);
    rmSync(clean.dataDir, { recursive: true });
  }
  t.diagnostic(`${kills} kills, ${rounds} comparisons`);
  assert.ok(kills > 0 && existsSync(box.dataDir));
});
