import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { connect } from '@lancedb/lancedb';
import { openLanceStore } from '../../server/src/adapters/lancedb/open-store.ts';
import { writerBatch } from '../support/store-rows.ts';

const WRITTEN = { role: 'text', model: 'writer@1' } as const;

interface Message {
  readonly acknowledged?: number;
  readonly folding?: number;
}

/** Runs the writer until `due` says so, then kills it with no warning; gives what it had acknowledged. */
async function writeUntil(
  folder: string,
  due: (message: Message, count: number) => boolean,
): Promise<number[]> {
  const writer = fork(join(import.meta.dirname, '../support/store-writer.ts'), [folder], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const acknowledged: number[] = [];
  writer.on('message', (message: Message) => {
    if (message.acknowledged !== undefined) acknowledged.push(message.acknowledged);
    if (due(message, acknowledged.length)) writer.kill('SIGKILL');
  });
  const [code, signal] = await once(writer, 'exit');
  assert.deepEqual([code, signal], [null, 'SIGKILL']);
  return acknowledged;
}

/** Every key that stands in a table more than once. */
async function doubled(folder: string): Promise<string[]> {
  const db = await connect(folder);
  const keys = { copies: 'uri', videos: 'videoId', descriptions: 'id', passages: 'id', outlines: 'uri' };
  const vectors = (await db.tableNames()).filter((name) => name.startsWith('vectors_'));
  assert.equal(vectors.length, 1);
  const twice: string[] = [];
  for (const [name, key] of [...Object.entries(keys), ...vectors.map((name) => [name, 'id'] as const)]) {
    const seen = new Set<string>();
    for (const row of await (await db.openTable(name)).query().select([key]).toArray()) {
      if (seen.has(row[key])) twice.push(`${name} ${row[key]}`);
      seen.add(row[key]);
    }
  }
  db.close();
  return twice;
}

for (const [when, due] of [
  ['after the first commit', (_message, count) => count === 1],
  ['after 5 commits', (_message, count) => count === 5],
  ['after 11 commits', (_message, count) => count === 11],
  ['as it starts to fold', (message) => message.folding !== undefined],
  ['one commit after a fold', (_message, count) => count === 9],
  ['after 26 commits', (_message, count) => count === 26],
] as const satisfies readonly (readonly [string, (message: Message, count: number) => boolean])[]) {
  test(`given a writer killed ${when}, when the index is opened, then no acknowledged row is lost or doubled`, async () => {
    const home = await mkdtemp(join(tmpdir(), 'goldfish-kill-'));
    const folder = join(home, 'index');
    try {
      // Killed twice in a row: the second writer meets what the first left.
      const before = await writeUntil(folder, due);
      const acknowledged = new Set([...before, ...(await writeUntil(folder, due))]);
      const said: string[] = [];
      const store = await openLanceStore(folder, { log: (message) => said.push(message) });
      const signal = new AbortController().signal;
      assert.deepEqual(said, []);
      const copies = new Set((await store.copies()).map((copy) => copy.uri));
      const videos = new Set((await store.videos()).map((video) => video.videoId));
      for (const number of acknowledged) {
        assert.ok(copies.has(`file:///videos/${number}.mp4`), `copy ${number}`);
        assert.ok(videos.has(`v${number}`), `video ${number}`);
        assert.equal((await store.descriptions(`v${number}`, '')).length, 1);
        assert.equal((await store.passages(`v${number}`, '')).length, 2);
        assert.equal((await store.vectors(WRITTEN, `v${number}`, '')).length, 1);
      }
      // A copy is written last: where it stands, all that it claims stands too.
      const found = await store.matchPassages('own', 1_000, {}, signal);
      const whole = new Set(found.map(({ passage }) => passage.videoId));
      for (const uri of copies) assert.ok(whole.has(`v${/\d+/.exec(uri)?.[0]}`), uri);
      assert.equal((await store.passages('shared', '')).length, 1);
      assert.equal((await store.descriptions('shared', '')).length, 1);
      const total = 1 + Math.max(...acknowledged, ...[...whole].map((videoId) => Number(videoId.slice(1))));
      await Promise.all(Array.from({ length: total }, (_, number) => store.commit(writerBatch(number))));
      await store.optimize(signal);
      assert.equal((await store.matchPassages('own', 1_000, {}, signal)).length, 2 * total);
      assert.equal((await store.matchPassages('shared', 1_000, {}, signal)).length, 1);
      assert.equal((await store.vectors(WRITTEN, 'shared', '')).length, 1);
      assert.equal(store.vectorCount(WRITTEN), total + 1);
      assert.equal((await store.matchPassages(`at${total - 1}`, 10, {}, signal)).length, 1);
      await store.close();
      assert.deepEqual(await doubled(folder), []);
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  });
}
