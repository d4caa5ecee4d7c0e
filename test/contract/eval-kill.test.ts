import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import test from 'node:test';
import type { EvalItem, EvalPrediction } from '../../server/src/evaluation/item.ts';
import { readJsonLines } from '../../server/src/evaluation/json-lines.ts';
import { createSeededRandom } from '../../server/src/evaluation/statistics/random.ts';
import { endWithTests } from '../support/started.ts';
import { tempFolder } from '../support/temp-folder.ts';

const VIDEOS = 6;
const PER_VIDEO = 40;
const KILLS = 50;
const entry = join(import.meta.dirname, '../support/eval-run-process.ts');

/** Writes a prepared set of open questions. */
function writeSet(folder: string): void {
  const set = join(folder, 'set');
  mkdirSync(join(set, 'plain'), { recursive: true });
  const videos = Array.from({ length: VIDEOS }, (_, i) => `v${i}`);
  for (const video of videos) writeFileSync(join(set, 'plain', video), video);
  const items = videos.flatMap((video) =>
    Array.from(
      { length: PER_VIDEO },
      (_, i): EvalItem => ({
        id: `test-set:${video}-${i}`,
        video,
        task: 'open',
        question: `${video} question ${i}`,
        gold: { text: 'true' },
        labels: {},
      }),
    ),
  );
  const info = {
    set: 'test-set',
    digest: 'd',
    from: '/',
    items: items.length,
    videos: videos.map((id) => {
      const path = join('plain', id);
      return { id, path, plainPath: path, hasSubtitles: false, built: false };
    }),
    missing: [],
    problems: [],
  };
  writeFileSync(join(set, 'set.json'), JSON.stringify(info));
  writeFileSync(join(set, 'items.jsonl'), items.map((item) => `${JSON.stringify(item)}\n`).join(''));
}

/** Runs the process, killed after some lines of output, or to its end. Returns whether it was killed. */
async function runProcess(folder: string, killAfter: number, shard?: string): Promise<boolean> {
  const child = endWithTests(
    spawn(process.execPath, [entry, folder, ...(shard ? [shard] : [])], {
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
  );
  const ended = once(child, 'exit');
  let lines = 0;
  for await (const _ of createInterface({ input: child.stdout })) {
    lines += 1;
    if (lines === killAfter) child.kill('SIGKILL');
  }
  const [code, signal] = (await ended) as [number | null, string | null];
  assert.ok(signal === 'SIGKILL' || code === 0, `ended with ${code}`);
  return signal === 'SIGKILL';
}

const predictionsPath = (folder: string) => join(folder, 'data/eval/runs/run/predictions.jsonl');
const read = (folder: string) => readFileSync(predictionsPath(folder), 'utf8');
/** Returns the questions whose prediction is on disk. */
function answeredQuestions(folder: string): ReadonlySet<string> {
  return new Set(
    (readJsonLines(predictionsPath(folder)) as readonly EvalPrediction[]).map(({ question }) => question),
  );
}

const linesOf = (path: string) => readFileSync(path, 'utf8').split('\n').filter(Boolean);

test(`given a run killed ${KILLS} times, when it ends, then the predictions are those of a calm run and no answered question was asked again`, async () => {
  const [calm, killed] = [tempFolder(), tempFolder()];
  for (const folder of [calm, killed]) writeSet(folder);
  assert.equal(await runProcess(calm, 0), false);

  const random = createSeededRandom(7);
  const calls = join(killed, 'calls.log');
  for (let kills = 0; kills <= KILLS; kills += 1) {
    const answered = answeredQuestions(killed);
    writeFileSync(calls, '');
    // Two lines a question: odd numbers kill during one, even numbers after one. The last process may end.
    const isLast = kills === KILLS;
    assert.equal(await runProcess(killed, isLast ? 0 : 1 + Math.floor(random() * 8)), !isLast);
    assert.deepEqual(
      linesOf(calls).filter((question) => answered.has(question)),
      [],
    );
    // What a process leaves of a line if the disk takes only a part of it.
    if (kills % 5 === 0 && !isLast) appendFileSync(predictionsPath(killed), '{"id":"test-set:v0-');
  }
  assert.equal(read(killed), read(calm));
  assert.equal(linesOf(predictionsPath(killed)).length, VIDEOS * PER_VIDEO);
});

test('given shards that are killed, when all have ended, then they merge into the file of a calm run', async () => {
  const [calm, parts] = [tempFolder(), tempFolder()];
  for (const folder of [calm, parts]) writeSet(folder);
  await runProcess(calm, 0);
  const random = createSeededRandom(11);
  for (const shard of ['2/3', '1/3', '3/3']) {
    for (let kills = 0; kills < 3; kills += 1)
      assert.equal(await runProcess(parts, 1 + Math.floor(random() * 30), shard), true);
    assert.equal(await runProcess(parts, 0, shard), false);
  }
  assert.equal(read(parts), read(calm));
});
