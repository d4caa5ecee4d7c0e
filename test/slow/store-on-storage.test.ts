// needs: moto_server
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { connect } from '@lancedb/lancedb';
import { openLanceStore } from '../../server/src/adapters/lancedb/open-store.ts';
import { StoreError } from '../../server/src/core/errors/store-error.ts';
import type { Store } from '../../server/src/ports/store.ts';
import { afterTest } from '../support/after-test.ts';
import { newLocation, startS3, startS3Proxy } from '../support/object-storage.ts';
import { endWithTests } from '../support/started.ts';
import {
  openReader,
  openWriter,
  type StoragePlace,
  storageStores,
  takeRealLease,
  uploadIndex,
} from '../support/storage-stores.ts';
import { testStoreContract } from '../support/store-contract.ts';
import { copyOf, outlineOf, passageOf, vectorOf, videoOf, writerBatch } from '../support/store-rows.ts';
import { tempFolder } from '../support/temp-folder.ts';

const server = await startS3();
after(() => server.stop());

const never = new AbortController().signal;
const SPACE = { role: 'text', model: 'test@1' } as const;
const WRITTEN = { role: 'text', model: 'writer@1' } as const;
/** Term of a lease, short enough for a test to wait for its end. */
const TERM_MS = 3_000;

testStoreContract('object storage', storageStores(server));

const write = (store: Store, number: number) =>
  store.commit({
    passages: [{ videoId: `v${number}`, uri: '', rows: [passageOf(`v${number}`, '', 0, `word w${number}`)] }],
    outlines: [outlineOf(`file:///${number}`, `v${number}`, 'word')],
    vectors: [
      {
        ...SPACE,
        videoId: `v${number}`,
        uri: '',
        rows: [vectorOf(`v${number}`, '', 'speech', 0, [1, number])],
      },
    ],
    videos: [videoOf(`v${number}`)],
    copies: [copyOf(`file:///${number}`, `v${number}`)],
  });

const countMatches = async (store: Store) => (await store.matchPassages('word', 100, {}, never)).length;

const isError =
  (kind: StoreError['kind'], message = /./) =>
  (error: unknown) =>
    error instanceof StoreError && error.kind === kind && message.test(error.message) && error.remedy !== '';

/** Resolves at the next refresh of a reader. */
const refreshed = (reader: Store) => new Promise<void>((resolve) => reader.onRefresh(resolve));

/** Connects to a place beside the store. */
const connectTo = ({ objects, lanceOptions }: StoragePlace) =>
  connect(objects.address, { storageOptions: { ...lanceOptions } });

/** Returns keys that stand in a table more than once. */
async function findDoubles(place: StoragePlace): Promise<readonly string[]> {
  const db = await connectTo(place);
  const doubles: string[] = [];
  for (const name of await db.tableNames()) {
    const key = { copies: 'uri', videos: 'videoId', outlines: 'uri' }[name] ?? 'id';
    const rows = await (await db.openTable(name)).query().select([key]).toArray();
    const seen = new Set<string>();
    for (const row of rows) {
      if (seen.has(row[key])) doubles.push(`${name} ${row[key]}`);
      seen.add(row[key]);
    }
  }
  db.close();
  return doubles;
}

test('given a reader, when the writer commits and compacts, then it shows both, and writes nothing itself', async () => {
  const place = newLocation(server);
  const writer = await openWriter(place);
  await write(writer, 1);
  const reader = await openReader(place);
  assert.equal(await countMatches(reader), 1);
  const shown = refreshed(reader);
  await write(writer, 2);
  await shown;
  await writer.optimize(never);
  assert.equal(await countMatches(reader), 2);
  assert.equal((await reader.copies()).length, 2);
  assert.equal(reader.vectorCount(SPACE), 2);
  assert.equal((await reader.nearest(SPACE, Float32Array.of(1, 0), 5, {}, never)).length, 2);
  assert.ok((await reader.bytes()) > 0);
  const db = await connectTo(place);
  const videos = await db.openTable('videos');
  const version = await videos.version();
  await assert.rejects(write(reader, 3), isError('readOnly', /only reads/));
  await reader.optimize(never);
  await videos.checkoutLatest();
  assert.equal(await videos.version(), version);
  db.close();
  await reader.close();
  await writer.close();
});

test('given a reader whose version was cleaned up, when it reads, then it shows the newest and no error', async () => {
  const place = newLocation(server);
  const writer = await openWriter(place);
  await write(writer, 1);
  const reader = await openReader(place, 3_600_000);
  await writer.commit({ removedVideos: ['v1'], removedCopies: ['file:///1'] });
  await write(writer, 2);
  const db = await connectTo(place);
  for (const name of await db.tableNames()) {
    const table = await db.openTable(name);
    await table.optimize({ cleanupOlderThan: new Date(Date.now() + 60_000), deleteUnverified: true });
  }
  db.close();
  assert.deepEqual(
    (await reader.copies()).map(({ videoId }) => videoId),
    ['v2'],
  );
  assert.equal(await countMatches(reader), 1);
  await reader.close();
  await writer.close();
});

test('given no index, when opened to read, then the error says so and nothing is created', async () => {
  const place = newLocation(server);
  await assert.rejects(openReader(place), isError('failed', /no index in s3:/));
  assert.equal(await place.objects.read('goldfish.json'), undefined);
});

test('given a creation that was interrupted, when opened again, then it is completed', async () => {
  const place = newLocation(server);
  await (await openWriter(place)).close();
  await place.objects.remove('goldfish.json');
  const db = await connectTo(place);
  await db.dropTable('videos');
  db.close();
  const store = await openWriter(place);
  await write(store, 1);
  assert.equal(await countMatches(store), 1);
  await store.close();
});

test('given rows without the mark, when opened, then it is refused and the rows stay', async () => {
  const place = newLocation(server);
  const earlier = await openWriter(place);
  await write(earlier, 1);
  await earlier.close();
  const mark = await place.objects.read('goldfish.json');
  await place.objects.remove('goldfish.json');
  await assert.rejects(openWriter(place), isError('failed', /no goldfish\.json/));
  await place.objects.write('goldfish.json', mark?.text ?? '');
  const store = await openWriter(place);
  assert.equal((await store.copies()).length, 1);
  await store.close();
});

for (const [schema, kind] of [
  [99, 'newer'],
  [2, 'failed'],
] as const)
  test(`given an index of layout ${schema}, when opened, then it is refused and stays as it is`, async () => {
    const place = newLocation(server);
    await (await openWriter(place)).close();
    const mark = `{"schema":${schema}}\n`;
    await place.objects.write('goldfish.json', mark);
    for (const open of [openWriter, openReader])
      await assert.rejects(open(place), isError(kind, new RegExp(`layout ${schema}`)));
    assert.equal((await place.objects.read('goldfish.json'))?.text, mark);
  });

test('given an index copied from a disk, when opened, then everything is found and it can be written', async () => {
  const folder = join(tempFolder(), 'index');
  const local = await openLanceStore(folder);
  await write(local, 1);
  await local.optimize(never);
  await local.close();
  const place = newLocation(server);
  await uploadIndex(server, folder, place.address);
  const store = await openWriter(place);
  await write(store, 2);
  assert.equal(await countMatches(store), 2);
  assert.equal(store.vectorCount(SPACE), 2);
  await store.close();
});

test('given vectors that were all removed, when compacted, then their table stays for readers', async () => {
  const place = newLocation(server);
  const writer = await openWriter(place);
  await write(writer, 1);
  await writer.commit({ removedVideos: ['v1'] });
  await writer.optimize(never);
  const db = await connectTo(place);
  assert.ok((await db.tableNames()).some((name) => name.startsWith('vectors_')));
  db.close();
  await writer.close();
});

test('given damaged objects, when read, then the error names the storage and what to do, and nothing is deleted', async () => {
  const place = newLocation(server);
  const earlier = await openWriter(place);
  await write(earlier, 1);
  await earlier.close();
  const db = await connectTo(place);
  const { listKeys, putObject } = await import('../support/object-storage.ts');
  const keys = (await listKeys(server, place.location.prefix)).filter((key) =>
    /videos\.lance\/data\//.test(key),
  );
  for (const key of keys) await putObject(server, `s3://${place.location.bucket}/${key}`, new Uint8Array(64));
  db.close();
  const store = await openWriter(place);
  await assert.rejects(store.videos(), isError('failed', /Reading the index in s3:.*failed/));
  assert.equal((await store.copies()).length, 1);
  await store.close();
});

/** What a writer process reports. */
interface Message {
  readonly acknowledged?: number;
  readonly refused?: string;
  readonly ended?: string;
}

/** Starts a writer process that owns the place. */
function startWriter({ address }: { readonly address: string }, endpoint = server.endpoint) {
  const child = endWithTests(
    fork(join(import.meta.dirname, '../support/storage-writer.ts'), [address, endpoint, `${TERM_MS}`], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: { ...process.env, ...server.env },
    }),
  );
  const messages: Message[] = [];
  const listeners = new Set<() => void>();
  child.on('message', (message: Message) => {
    messages.push(message);
    for (const listener of listeners) listener();
    listeners.clear();
  });
  const exited = once(child, 'exit');
  return {
    child,
    exited,
    acknowledged: () => messages.flatMap(({ acknowledged }) => acknowledged ?? []),
    /** Resolves once the messages are as wanted. */
    async until(isDue: (messages: readonly Message[]) => boolean): Promise<void> {
      const early = exited.then(() => assert.ok(isDue(messages), 'the writer has ended'));
      while (!isDue(messages)) {
        const next = new Promise<void>((resolve) => listeners.add(resolve));
        await Promise.race([next, early]);
      }
    },
    kindOf: (key: 'refused' | 'ended') => messages.find((message) => message[key] !== undefined)?.[key],
  };
}

const hasCommits = (count: number) => (messages: readonly Message[]) =>
  messages.filter(({ acknowledged }) => acknowledged !== undefined).length >= count;
const hasMessage = (key: keyof Message) => (messages: readonly Message[]) =>
  messages.some((message) => message[key] !== undefined);

for (const count of [1, 6])
  test(`given a writer killed in the middle of a write after its commit ${count}, when its data folder opens the index again, then no acknowledged row is lost or doubled`, async () => {
    const place = newLocation(server);
    const writer = startWriter(place);
    await writer.until(hasCommits(count));
    writer.child.kill('SIGKILL');
    await writer.exited;
    const lease = await takeRealLease(place, 'writer', TERM_MS);
    const store = await openWriter(place, lease);
    const stored = new Set((await store.videos()).map(({ videoId }) => videoId));
    for (const number of writer.acknowledged()) assert.ok(stored.has(`v${number}`), `v${number} is lost`);
    // What was in flight is repeated by the plan.
    for (let number = 0; number < count + 4; number += 1) await store.commit(writerBatch(number));
    assert.deepEqual(await findDoubles(place), []);
    assert.ok(store.vectorCount(WRITTEN) > 0);
    await store.close();
  });

test('given a writer suspended in the middle of a write, when another takes over, then nothing that it writes afterwards counts', async () => {
  const place = newLocation(server);
  const writer = startWriter(place);
  await writer.until(hasCommits(3));
  writer.child.kill('SIGSTOP');
  const lease = await takeRealLease(place, 'other', TERM_MS);
  assert.equal(lease.token, 2);
  const store = await openWriter(place, lease);
  for (let number = 0; number < 12; number += 1) await store.commit(writerBatch(number));
  const before = (await store.videos()).length;
  writer.child.kill('SIGCONT');
  await writer.until(hasMessage('ended'));
  assert.equal(writer.kindOf('refused'), 'notOwner');
  assert.equal(writer.kindOf('ended'), 'notOwner');
  await writer.exited;
  assert.deepEqual(await findDoubles(place), []);
  await store.commit(writerBatch(50));
  await store.close();
  const reader = await openReader(place);
  assert.equal((await reader.videos()).length, before + 1);
  await reader.close();
});

test('given a writer cut off from the storage, when its term is over, then another owns the index and the writer stops for good', async (t) => {
  const proxy = await startS3Proxy(server);
  afterTest(t, proxy.close);
  const place = newLocation(server);
  // Its signature covers the address of the proxy.
  const writer = startWriter(place, proxy.endpoint);
  await writer.until(hasCommits(3));
  proxy.cut(true);
  const lease = await takeRealLease(place, 'other', TERM_MS);
  const store = await openWriter(place, lease);
  await writer.until(hasMessage('refused'));
  assert.ok(['failed', 'notOwner'].includes(writer.kindOf('refused') ?? ''));
  proxy.cut(false);
  const [code] = await writer.exited;
  assert.equal(code, 0);
  await store.commit(writerBatch(90));
  assert.deepEqual(await findDoubles(place), []);
  await store.close();
});
