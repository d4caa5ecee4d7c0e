import assert from 'node:assert/strict';
import test from 'node:test';
import { dataDirPaths } from '../../server/src/base/paths.ts';
import { afterTest } from '../support/after-test.ts';
import { sandbox } from '../support/daemon.ts';
import type { IndependentClient } from '../support/independent-client.ts';
import { uriOf } from '../support/watched.ts';
import { compareWithTruth } from './compare-truth.ts';
import type { Random } from './random.ts';
import { soakBudget } from './soak-budget.ts';
import { pause, startSoakedDaemon, waitForRest } from './soaked-daemon.ts';
import { VideoFolder } from './video-folder.ts';

/** Different videos of a run. */
const CONTENTS = 12;
/** Changes between two comparisons with the truth. */
const CHANGES_PER_ROUND = 150;
/** Longest time between two changes, ms. */
const MAX_PAUSE_MS = 200;
/** Longest time that the event loop may work without a turn, ms of processor time. */
const MAX_STALL_MS = 200;

/** Sends a request as users do meanwhile. Its answer may be an error: the file may be gone. */
async function ask(client: IndependentClient, folder: VideoFolder, random: Random): Promise<void> {
  const video = random.pick(folder.videos());
  const uri = uriOf(video.path);
  const requests: readonly (readonly [method: string, params?: object])[] = [
    ['goldfish/pause'],
    ['goldfish/resume'],
    ['goldfish/resume'],
    ['goldfish/search', { query: video.word }],
    ['goldfish/ask', { question: `Where grows ${video.word}?` }],
    ['goldfish/index', { uris: [uri] }],
    ['goldfish/reindex', { uri }],
    ['goldfish/reindex', { uri: uriOf(folder.path), stage: 'cues' }],
    ['goldfish/videos', {}],
    ['goldfish/video', { uri }],
  ];
  const [method, params] = random.pick(requests);
  await client.request(method, params);
}

test('given a folder that changes all the time, when it comes to rest, then the index contains what is on disk', async (t) => {
  const { random, hasTime } = soakBudget(t);
  const box = sandbox();
  const folder = await VideoFolder.create(box.folder, CONTENTS, random);
  let changes = 0;
  let rounds = 0;
  do {
    const daemon = startSoakedDaemon(box);
    afterTest(t, () => daemon.kill());
    const client = await daemon.client();
    if (rounds === 0) await client.result('goldfish/folders/add', { uri: uriOf(folder.path) });
    const asked: Promise<void>[] = [];
    for (let n = 0; n < CHANGES_PER_ROUND && hasTime(); n += 1) {
      folder.change();
      changes += 1;
      if (random.below(4) === 0 && folder.videos().length > 0) asked.push(ask(client, folder, random));
      await pause(random.below(MAX_PAUSE_MS));
    }
    await client.result('goldfish/resume');
    await waitForRest(client);
    await Promise.all(asked);
    assert.deepEqual(client.faults, []);
    await client.end();
    await daemon.kill('SIGTERM');
    rounds += 1;
    const problems = await compareWithTruth(dataDirPaths(box.dataDir).index, folder.videos());
    assert.deepEqual(problems, [], `after ${changes} changes`);
    const stalls = daemon.stalls(MAX_STALL_MS);
    t.diagnostic(`${changes} changes, stalls of the event loop: ${stalls.join(', ') || 'none'}`);
  } while (hasTime());
  t.diagnostic(`${changes} changes, ${rounds} comparisons`);
});
