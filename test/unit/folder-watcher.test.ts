import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { silentLog } from '../../server/src/base/log.ts';
import { VideoCatalogue } from '../../server/src/indexing/catalogue.ts';
import { createFolderWatcher, type FolderWatcher } from '../../server/src/indexing/folder-watcher.ts';
import type { WatchedFolder } from '../../server/src/indexing/watch-state.ts';
import type { FolderRule, WatchEvent } from '../../server/src/ports/disk.ts';
import { memoryDisk } from '../fakes/memory-disk.ts';
import { createMemoryStore } from '../fakes/memory-store.ts';

const never = new AbortController().signal;
const rule: FolderRule = { uri: 'file:///v', include: [], exclude: [], poll: false };

async function setUp(t: TestContext) {
  const disk = memoryDisk();
  disk.write('/v/a.mp4', 'a');
  const watching: { readonly onEvent: (event: WatchEvent) => void; readonly signal: AbortSignal }[] = [];
  const catalogue = await VideoCatalogue.load(createMemoryStore());
  const waiting = new Set<() => void>();
  const wake = () => {
    for (const look of [...waiting]) look();
  };
  const folders: FolderWatcher = createFolderWatcher({
    disk: {
      ...disk,
      watch: (folder, onEvent, signal) => {
        watching.push({ onEvent, signal });
        return disk.watch(folder, onEvent, signal);
      },
    },
    catalogue,
    list: { load: async () => [], save: async () => {} },
    onTouched: wake,
    onChange: wake,
    log: silentLog,
  });
  t.after(() => folders.close());
  /** Resolves once the one folder stands as wanted. */
  const stands = (fits: (folder: WatchedFolder) => boolean) =>
    new Promise<WatchedFolder>((done) => {
      const look = () => {
        const [folder] = folders.list();
        if (folder === undefined || !fits(folder)) return;
        waiting.delete(look);
        done(folder);
      };
      waiting.add(look);
      look();
    });
  /** Resolves once something is so. */
  const becomes = (fits: () => boolean) =>
    new Promise<void>((done) => {
      const look = () => {
        if (!fits()) return;
        waiting.delete(look);
        done();
      };
      waiting.add(look);
      look();
    });
  return { disk, folders, catalogue, watching, stands, becomes };
}

test('given a new folder, when its state becomes watching, then its files are in the catalogue', async (t) => {
  const { folders, catalogue, stands } = await setUp(t);
  const added = folders.add(rule, never);
  await stands(({ state }) => state === 'watching');
  assert.ok(catalogue.copy('file:///v/a.mp4'));
  await added;
});

test('given a system that refuses to watch, then the folder is failed with the reason until it is added again', async (t) => {
  const { folders, watching, stands, disk } = await setUp(t);
  await folders.add(rule, never);
  await stands(({ state }) => state === 'watching');
  watching[0]?.onEvent({ folder: rule.uri, problem: 'Raise the limit.' });
  await stands(({ state, reason }) => state === 'failed' && reason === 'Raise the limit.');
  await stands(({ state }) => state === 'scanning');
  await stands(({ state, reason }) => state === 'failed' && reason === 'Raise the limit.');
  // Away and back, too.
  disk.setUnreadable('/v', true);
  await stands(({ state }) => state === 'offline');
  disk.setUnreadable('/v', false);
  await stands(({ state, reason }) => state === 'failed' && reason === 'Raise the limit.');
  // Added anew: it is tried anew.
  await folders.add(rule, never);
  assert.equal(watching[0]?.signal.aborted, true);
  assert.deepEqual(
    [watching.length, (await stands(({ state }) => state === 'watching')).reason],
    [2, undefined],
  );
});

test('given unreadable subfolders, then the reason names one; once readable, they are scanned and watched', async (t) => {
  const { folders, watching, stands, disk, catalogue } = await setUp(t);
  disk.write('/v/in/b.mp4', 'b');
  disk.write('/v/out/c.mp4', 'c');
  disk.setUnreadable('/v/in', true);
  disk.setUnreadable('/v/out', true);
  await folders.add(rule, never);
  assert.match(
    (await stands(({ state }) => state === 'watching')).reason ?? '',
    /^\/v\/in .* And 1 more like it/,
  );
  assert.deepEqual(
    [...catalogue.copies()].map(({ path }) => path),
    ['/v/a.mp4'],
  );
  assert.equal(watching.length, 1);
  disk.setUnreadable('/v/out', false);
  await stands(
    ({ state, reason }) =>
      state === 'watching' && reason?.startsWith('/v/in ') === true && !reason.includes('more'),
  );
  assert.equal(watching.length, 2);
  disk.setUnreadable('/v/in', false);
  await stands(({ reason }) => reason === undefined && [...catalogue.copies()].length === 3);
  assert.deepEqual([watching.length, watching[1]?.signal.aborted], [3, true]);
});

test('given a file reported missing, when it is found unchanged, then it is online again', async (t) => {
  const { disk, folders, catalogue, becomes } = await setUp(t);
  disk.write('/w/b.mp4', 'b');
  await folders.add(rule, never);
  // Not in a watched folder.
  await folders.scanOnce('file:///w/b.mp4', never);
  for (const uri of ['file:///v/a.mp4', 'file:///w/b.mp4']) {
    const copy = catalogue.copy(uri);
    assert.ok(copy, uri);
    folders.reportMissing(uri);
    assert.equal(folders.online(copy), false);
    await becomes(() => folders.online(copy));
  }
});

test('given a file reported missing a fourth time, when it is found unchanged, then it stays offline until it changes', async (t) => {
  const { disk, folders, catalogue, becomes } = await setUp(t);
  await folders.add(rule, never);
  const copy = catalogue.copy('file:///v/a.mp4');
  assert.ok(copy);
  for (let n = 0; n < 3; n += 1) {
    folders.reportMissing(copy.uri);
    await becomes(() => folders.online(copy));
  }
  folders.reportMissing(copy.uri);
  await folders.add(rule, never);
  assert.equal(folders.online(copy), false);
  disk.write('/v/a.mp4', 'changed');
  await becomes(() => folders.online(copy));
});

test('given a drive that is gone, when its empty mount point is scanned, then folder and videos are offline, with the reason', async (t) => {
  const { disk, folders, catalogue, stands } = await setUp(t);
  const later = Date.now() + 1_000_000_000_000;
  disk.write('/v/a.mp4', 'a', later);
  await folders.add(rule, never);
  disk.remove('/v/a.mp4');
  const { reason } = await stands(({ state }) => state === 'offline');
  assert.match(reason ?? '', /^\/v is empty, but videos in it are indexed\. Connect its drive\./);
  const copy = catalogue.copy('file:///v/a.mp4');
  assert.equal(copy && folders.online(copy), false);
  disk.write('/v/a.mp4', 'a', later);
  await stands(({ state }) => state === 'watching');
  assert.equal(copy && folders.online(copy), true);
});

test('given a drive mounted inside a folder, when it is gone, then only its videos are offline', async (t) => {
  const { disk, folders, catalogue, stands } = await setUp(t);
  const later = Date.now() + 1_000_000_000_000;
  disk.write('/v/drive/b.mp4', 'b', later);
  await folders.add(rule, never);
  disk.remove('/v/drive/b.mp4');
  const { reason } = await stands((folder) => folder.state === 'watching' && folder.reason !== undefined);
  assert.match(reason ?? '', /^\/v\/drive is empty/);
  const online = (uri: string) => {
    const copy = catalogue.copy(uri);
    assert.ok(copy, uri);
    return folders.online(copy);
  };
  assert.deepEqual([online('file:///v/a.mp4'), online('file:///v/drive/b.mp4')], [true, false]);
});
