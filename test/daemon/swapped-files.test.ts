import assert from 'node:assert/strict';
import {
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { sandbox, startDaemon } from '../support/daemon.ts';
import { render, uriOf } from '../support/watched.ts';

const SECRET = 'not a video, but a secret';

/** Another file of the size and time of an indexed one, outside the library. */
function makeTwin(path: string, twin: string): void {
  const { size, atime, mtime } = statSync(path);
  writeFileSync(twin, SECRET);
  truncateSync(twin, size);
  utimesSync(twin, atime, mtime);
}

const swaps: Readonly<Record<string, (path: string, twin: string) => void>> = {
  'a link to another file': (path, twin) => {
    rmSync(path);
    symlinkSync(twin, path);
  },
  'a hard link to another file': (path, twin) => {
    rmSync(path);
    linkSync(twin, path);
  },
  'another file': (path, twin) => renameSync(twin, path),
  'a link in place of its folder': (path, twin) => {
    const folder = join(path, '..');
    const elsewhere = `${twin}-folder`;
    mkdirSync(elsewhere);
    renameSync(twin, join(elsewhere, 'a.mp4'));
    renameSync(folder, `${folder}-before`);
    symlinkSync(elsewhere, folder);
  },
};

for (const [how, swap] of Object.entries(swaps))
  test(`given an indexed file whose place ${how} of the same size and time has taken, when it is requested, then the page's server does not send it`, async (t) => {
    const box = sandbox();
    const daemon = await startDaemon(box);
    t.after(() => daemon.child.kill());
    const client = await daemon.client();
    const folder = join(box.folder, 'videos');
    mkdirSync(folder);
    const path = join(folder, 'a.mp4');
    await render(path, 90, 'The otters sleep.', 4);
    const bytes = readFileSync(path);
    // Not watched, so that only the request meets the swap.
    await client.result('goldfish/index', { uris: [uriOf(path)] });
    const { url } = (await client.result('goldfish/page')) as { url: string };
    const uri = encodeURIComponent(uriOf(path));
    const routes = [`video?uri=${uri}`, `still?ms=0&uri=${uri}`, `video?plays=&ms=0&uri=${uri}`];
    for (const route of routes) {
      const response = await fetch(`${url}${route}`);
      assert.equal(response.status, 200, route);
      if (route === routes[0]) assert.deepEqual(Buffer.from(await response.arrayBuffer()), bytes);
      else await response.body?.cancel();
    }
    const twin = join(box.folder, 'twin');
    makeTwin(path, twin);
    swap(path, twin);
    for (const route of routes)
      for (const headers of [{}, { Range: 'bytes=0-9' }]) {
        const response = await fetch(`${url}${route}`, { headers });
        assert.ok([404, 410].includes(response.status), `${route}: ${response.status}`);
        assert.doesNotMatch(await response.text(), /secret/);
      }
    assert.deepEqual(client.faults, []);
  });
