import assert from 'node:assert/strict';
import test from 'node:test';
import { createFolderMethods } from '../../server/src/library/folders.ts';

type Deps = Parameters<typeof createFolderMethods>[0];

/** A library whose folder watcher does what the test says. */
function methodsWith(add: Deps['folders']['add']) {
  const refreshed: string[] = [];
  const disk: Pick<Deps['disk'], 'stat' | 'state'> = {
    stat: async () => undefined,
    state: async () => ({ state: 'ok' }),
  };
  const folders: Pick<Deps['folders'], 'add' | 'list' | 'refresh'> = {
    add,
    list: () => [],
    refresh: (uri) => void refreshed.push(uri),
  };
  const catalogue: Pick<Deps['catalogue'], 'under'> = { under: () => [] };
  const methods = createFolderMethods({ disk, folders, catalogue } as unknown as Deps);
  return { methods, refreshed };
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

test('given a large folder, when it is added, then the answer comes before it is scanned, and a scan that fails is repeated', async () => {
  const scan = Promise.withResolvers<void>();
  const { methods, refreshed } = methodsWith((_rule, _signal, onWritten) => {
    for (let written = 0; written < 8; written += 1) onWritten?.(64);
    return scan.promise;
  });
  await methods.addFolder({ uri: 'file:///large' });
  assert.deepEqual(refreshed, []);
  scan.reject(new Error('disk full'));
  await nextTurn();
  assert.deepEqual(refreshed, ['file:///large']);
});

test('given a small folder, when it is added, then the answer comes after its first scan', async () => {
  const scan = Promise.withResolvers<void>();
  const { methods } = methodsWith((_rule, _signal, onWritten) => {
    onWritten?.(64);
    return scan.promise;
  });
  let isAnswered = false;
  const answer = methods.addFolder({ uri: 'file:///small' }).then(() => {
    isAnswered = true;
  });
  await nextTurn();
  assert.equal(isAnswered, false);
  scan.resolve();
  await answer;
});

test('given a small folder that cannot be scanned, when it is added, then the request fails', async () => {
  const { methods } = methodsWith(() => Promise.reject(new Error('disk full')));
  await assert.rejects(methods.addFolder({ uri: 'file:///small' }), /disk full/);
});
