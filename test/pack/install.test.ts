import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { createTarball } from '../../server/pack/pack.ts';
import { sandbox } from '../support/daemon.ts';
import { fill, makeMedia } from '../support/make-media.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** Downloads what an install brings, some 300 MB: run by `npm run test:pack`, not by `npm test`. */
test('given the tarball, when installed into an empty prefix, then it indexes and searches, and no package is there twice', async (t) => {
  const folder = tempFolder();
  const prefix = join(folder, 'prefix');
  const tarball = createTarball(folder);
  execFileSync(
    'npm',
    ['install', '--global', '--ignore-scripts', '--loglevel=error', '--prefix', prefix, tarball],
    { cwd: folder, stdio: ['ignore', 2, 2] },
  );
  const box = sandbox();
  const goldfish = (...args: readonly string[]) =>
    JSON.parse(
      execFileSync(join(prefix, 'bin/goldfish'), [...args, '--json', '--data-dir', box.dataDir], {
        env: box.env,
        cwd: '/',
        encoding: 'utf8',
      }),
    );
  t.after(() => goldfish('stop'));

  const { checks } = goldfish('doctor');
  const states = checks.map(({ name, state }: { name: string; state: string }) => `${name}: ${state}`);
  assert.deepEqual(
    states.filter((state: string) => state.endsWith('missing')),
    [],
  );

  const videos = join(folder, 'videos');
  mkdirSync(videos);
  writeFileSync(join(videos, 'a.srt'), '1\n00:00:01,000 --> 00:00:03,000\nThe bees return in April.\n');
  const draw = (canvas: Parameters<typeof fill>[0]) => fill(canvas, [220, 180, 20]);
  await makeMedia(join(videos, 'a.mp4'), { seconds: 4, video: { width: 64, height: 64, fps: 5, draw } });
  assert.deepEqual(goldfish('index', videos).failed, []);
  const [hit] = goldfish('search', 'bees').hits;
  assert.deepEqual([hit.path, hit.startMs], [join(videos, 'a.mp4'), 1000]);

  const installed = join(prefix, 'lib/node_modules/goldfish-video/node_modules');
  assert.deepEqual(readdirSync(join(installed, 'onnxruntime-web')).sort(), ['index.js', 'package.json']);
  assert.deepEqual(readdirSync(join(installed, '@lancedb/lancedb')).includes('node_modules'), false);
  assert.equal(readdirSync(installed).includes('openai'), false);
});
