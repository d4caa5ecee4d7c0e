import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { goldfish, sandbox, startDaemon } from '../support/daemon.ts';
import { render, uriOf } from '../support/watched.ts';

test("given a library with a tag and a file of questions, when its own set is run, then it is measured without the library's index", async (t) => {
  const box = sandbox();
  const folder = join(box.folder, 'videos');
  mkdirSync(folder);
  const video = join(folder, 'market.mp4');
  await render(video, 90, 'There are seven apples in the basket.');
  const daemon = await startDaemon(box);
  t.after(() => daemon.child.kill());
  const client = await daemon.client();
  await client.result('goldfish/index', { uris: [uriOf(folder)], keep: true });
  await client.result('goldfish/corrections/tag', {
    uri: uriOf(video),
    startMs: 0,
    endMs: 4000,
    tag: 'apples',
  });
  const questions = join(box.folder, 'questions.jsonl');
  const lines = [
    { video: 'market.mp4', question: 'What is in the basket?', answer: 'seven apples', at: '0-4' },
    { video: 'gone.mp4', question: 'q', answer: 'a' },
  ];
  writeFileSync(questions, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const own = await goldfish(box, 'eval', 'own', '--questions', questions);
  assert.equal(own.code, 0, own.stderr);
  assert.match(own.stdout, /2 items on 1 video/);
  assert.match(own.stdout, /no video gone\.mp4/);

  const settings = ['--captioner', 'none', '--embedder', 'none', '--set', 'models.offline=true'];
  const run = await goldfish(box, 'eval', 'run', 'own', ...settings);
  assert.equal(run.code, 0, run.stderr);
  const report = await goldfish(box, 'eval', 'report', 'own');
  assert.match(report.stdout, /accuracy +100\.00 % \(1 of 1\)/, report.stderr);
  assert.match(report.stdout, /right answers that cite a right place +100\.00 % of 1/);
  assert.match(report.stdout, /own: moments.*\n.*\n.*\nfull +1 /);

  const exported = join(box.folder, 'own.json');
  const done = await goldfish(box, 'eval', 'export', 'own', '--for', 'video-chatgpt', '-o', exported);
  assert.equal(done.code, 0, done.stderr);
  const [record] = JSON.parse(readFileSync(exported, 'utf8'));
  assert.equal(record.Q, 'What is in the basket?');
  assert.match(record.pred, /seven apples/);
});
