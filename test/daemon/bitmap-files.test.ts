import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { writeSup } from '../support/bitmap-subtitles.ts';
import { sandbox, startDaemon } from '../support/daemon.ts';
import { hitsOf, render, search, statusWhen, uriOf } from '../support/watched.ts';

test('given a .sup file beside a video, when it is added, damaged and removed, then its text is found, reported and gone', async (t) => {
  const box = sandbox();
  const daemon = await startDaemon(box);
  const client = await daemon.client();
  t.after(() => daemon.child.kill());
  const video = join(box.folder, 'talk.mp4');
  const sup = join(box.folder, 'talk.en.sup');
  await render(video, 40, undefined, 10);
  await client.result('goldfish/folders/add', { uri: uriOf(box.folder) });
  assert.deepEqual(await search(client, 'harbour'), []);

  writeSup(sup, [{ startMs: 2000, endMs: 4000, text: 'The harbour is closed' }]);
  const [hit] = await hitsOf(client, 'harbour', (hits) => hits.length > 0);
  assert.deepEqual(
    hit?.evidence.map(({ kind, text }) => [kind, /harbour is closed/i.test(text)]),
    [['speech', true]],
  );
  assert.equal(hit?.uri, uriOf(video));

  writeFileSync(sup, 'damaged');
  const isReported = ({ work }: Awaited<ReturnType<typeof statusWhen>>) =>
    (work.notices ?? []).some(({ reason }) =>
      reason.startsWith('talk.en.sup: The file contains no subtitles.'),
    );
  const status = await statusWhen(client, isReported);
  assert.deepEqual(status.work.failed, []);
  await hitsOf(client, 'harbour', (hits) => hits.length === 0);

  rmSync(sup);
  await statusWhen(client, ({ work }) => (work.notices ?? []).length === 0);
});
