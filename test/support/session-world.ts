import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type test from 'node:test';
import type { EndReason } from '../../server/protocol/errors.ts';
import { silentLog } from '../../server/src/base/log.ts';
import { serveSettings } from '../../server/src/daemon/serve-settings.ts';
import { createSessions } from '../../server/src/rpc/sessions.ts';
import { openSettings } from '../../server/src/settings/settings-file.ts';
import { fakeLibrary } from '../support/fake-library.ts';
import { fakeModels } from '../support/fake-models.ts';
import { connectToSocket, type IndependentClient } from '../support/independent-client.ts';
import { tempFolder } from '../support/temp-folder.ts';

export const identity = { protocol: 1, build: '1.0.0+100.abc' };

const root = tempFolder();

/** Sessions over a real socket, with a Library by rote behind them. */
export async function sessionWorld(t: test.TestContext) {
  const folder = mkdtempSync(join(root, 's'));
  const path = join(folder, 's');
  const library = fakeLibrary();
  const settings = await openSettings(folder);
  const draining = new AbortController();
  const cutOff = new AbortController();
  const stops: string[] = [];
  let endReason: EndReason = 'stopped';
  const sessions = createSessions({
    library,
    settings: serveSettings(settings),
    models: fakeModels(),
    downloads: { add: async () => assert.fail('not asked for') },
    recordings: {
      start: async () => assert.fail('not asked for'),
      list: () => assert.fail('not asked for'),
      stop: async () => assert.fail('not asked for'),
    },
    workers: () => ({ queue: '', workers: [] }),
    team: () => assert.fail('not asked for'),
    page: async () => ({ url: 'http://127.0.0.1:1/token/' }),
    identity,
    log: silentLog,
    onLogLine: () => () => undefined,
    stop: (reason, cause) => {
      endReason = reason;
      stops.push(cause);
      draining.abort();
    },
    endReason: () => endReason,
    draining: draining.signal,
    cutOff: cutOff.signal,
  });
  const server = createServer({ allowHalfOpen: true }, (socket) => sessions.add(socket));
  await new Promise<void>((done) => server.listen(path, done));
  const clients: IndependentClient[] = [];
  t.after(async () => {
    for (const client of clients) {
      await client.end();
      assert.deepEqual(client.faults, []);
    }
    await sessions.end();
    await settings.close();
    server.close();
  });
  const fresh = async () => {
    const { client, socket } = await connectToSocket(path);
    clients.push(client);
    return { client, socket };
  };
  const ready = async () => {
    const { client } = await fresh();
    await client.initialize();
    client.notify('initialized');
    return client;
  };
  return { library, sessions, stops, draining, cutOff, fresh, ready };
}
