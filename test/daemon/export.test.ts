import assert from 'node:assert/strict';
import { existsSync, linkSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import test from 'node:test';
import { pathToFileURL } from 'node:url';
import { goldfish, sandbox } from '../support/daemon.ts';
import { fill, makeMedia } from '../support/make-media.ts';

test('given hits of a search, when exported, then every format is written, and no video, sidecar or index file is overwritten', async (t) => {
  const box = sandbox();
  t.after(() => goldfish(box, 'stop'));
  const folder = join(box.folder, 'videos');
  mkdirSync(folder);
  const path = join(folder, 'harvest.mp4');
  writeFileSync(
    join(folder, 'harvest.srt'),
    '1\n00:00:01,000 --> 00:00:04,000\nThe apples are picked in October.\n',
  );
  await makeMedia(path, {
    seconds: 5,
    video: { width: 64, height: 48, fps: 10, draw: (canvas) => fill(canvas, [200, 90, 20]) },
  });
  const link = `${pathToFileURL(path)}#t=1,4`;

  const early = await goldfish(box, 'export', '--json');
  assert.equal(early.code, 1);
  assert.equal(JSON.parse(early.stdout).error.data.kind, 'notFound');

  assert.equal((await goldfish(box, 'index', folder)).code, 0);
  assert.equal((await goldfish(box, 'search', 'apples')).code, 0);
  const markdown = await goldfish(box, 'export');
  assert.equal(
    markdown.stdout,
    `# Moments found by Goldfish\n\n- [harvest.mp4 0:01-0:04](${link}): “The apples are picked in October.”\n`,
  );

  const written: { [ending: string]: RegExp } = {
    md: /0:01-0:04/,
    srt: /^1\n00:00:01,000 --> 00:00:04,000\nThe apples/,
    vtt: /^WEBVTT\n\n00:00:01\.000 --> 00:00:04\.000\n/,
    txt: /^0:00 .*\n0:01 The apples/,
    ffmeta: /START=1000\nEND=4000\n/,
    m3u8: /start-time=1\n/,
    edl: /00:00:01:00 00:00:04:00 01:00:00:00 01:00:03:00/,
    otio: /"OTIO_SCHEMA": "Timeline\.1"/,
    fcpxml: /start="1s" duration="72072\/24000s"/,
  };
  for (const [ending, expected] of Object.entries(written)) {
    const { code, stdout, stderr } = await goldfish(box, 'export', '1', '-o', `cut.${ending}`);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^Wrote 1 moment to /);
    assert.match(readFileSync(join(box.folder, `cut.${ending}`), 'utf8'), expected);
  }

  const before = readFileSync(path);
  const over = await goldfish(box, 'export', '1', '-f', 'srt', '-o', path);
  assert.equal(over.code, 1);
  assert.match(over.stderr, /was not overwritten/);
  assert.deepEqual(readFileSync(path), before);
  const again = await goldfish(box, 'export', link, '-o', 'cut.md');
  assert.match(again.stderr, /already exists/);
  assert.equal((await goldfish(box, 'export', link, '-o', 'cut.md', '--force')).code, 0);

  const subtitles = join(folder, 'harvest.srt');
  linkSync(path, join(box.folder, 'hard.mp4'));
  symlinkSync(path, join(box.folder, 'soft.mp4'));
  symlinkSync(folder, join(box.folder, 'elsewhere'));
  linkSync(subtitles, join(box.folder, 'hard.srt'));
  const layout = join(box.dataDir, 'index/goldfish.json');
  linkSync(layout, join(box.folder, 'hard.json'));
  const originals = [path, subtitles, layout].map((one) => readFileSync(one));
  for (const target of [
    path,
    subtitles,
    join(folder, '..', 'videos', 'harvest.mp4'),
    'hard.mp4',
    'soft.mp4',
    'elsewhere/harvest.mp4',
    'hard.srt',
    layout,
    'hard.json',
    join(box.dataDir, 'new.md'),
  ]) {
    for (const [source, format] of [
      ['1', 'markdown'],
      [link, 'srt'],
    ] as const) {
      const refused = await goldfish(box, 'export', source, '-f', format, '-o', target, '--force');
      assert.equal(refused.code, 1, target);
      assert.match(refused.stderr, /was not (?:over)?written/);
      assert.ok(refused.stderr.includes(basename(target)), refused.stderr);
    }
  }
  assert.deepEqual(
    [path, subtitles, layout].map((one) => readFileSync(one)),
    originals,
  );
  assert.ok(!existsSync(join(box.dataDir, 'new.md')));
  assert.equal((await goldfish(box, 'export', link, '-f', 'srt', '-o', '/dev/null', '--force')).code, 0);
  assert.ok(statSync('/dev/null').isCharacterDevice());

  assert.equal((await goldfish(box, 'export', '1', '-o', 'cut.xyz')).code, 2);
  assert.ok(!existsSync(join(box.folder, 'cut.xyz')));
  const late = await goldfish(box, 'export', `${pathToFileURL(path)}#t=50,60`);
  assert.equal(late.code, 1);
  assert.match(late.stderr, /lasts 5000 ms/);
  assert.equal((await goldfish(box, 'export', join(folder, 'other.mp4'))).code, 1);
});
