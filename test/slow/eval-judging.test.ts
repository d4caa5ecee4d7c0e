import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import test from 'node:test';
import { goldfish, sandbox } from '../support/daemon.ts';
import { writeQuestionSet } from '../support/question-set.ts';

interface Reply {
  readonly status: number;
  readonly content?: string;
  readonly model?: string;
  readonly finishReason?: string;
}

const VERDICT = '{"match": true, "score": 4.5}';
/** What a judge does with each question of a video: judges, talks, is busy, is another model, refuses. */
const HABITS: readonly Reply[] = [
  { status: 200, content: VERDICT },
  { status: 200, content: 'A fine answer!' },
  { status: 429 },
  { status: 200, content: VERDICT, model: 'another' },
  { status: 200, finishReason: 'content_filter' },
];

/** A host that answers each question the same, and judges by the number in the question. */
async function judgeHost() {
  const asked = HABITS.map(() => 0);
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (text) => {
      body += text;
    });
    request.on('end', () => {
      const number = Number(/thing (\d)/.exec(body)?.[1]);
      const isJudge = body.includes('response_format');
      if (isJudge) asked[number] = (asked[number] ?? 0) + 1;
      const answer: Reply = { status: 200, content: 'It is the ball [1].' };
      const reply = (isJudge ? HABITS[number] : answer) ?? { status: 500 };
      const { status, content = '', model = 'm', finishReason = 'stop' } = reply;
      response.writeHead(status, { 'content-type': 'application/json' });
      const usage = { prompt_tokens: 100, completion_tokens: 10 };
      const choices = [{ index: 0, message: { role: 'assistant', content }, finish_reason: finishReason }];
      response.end(JSON.stringify({ id: '1', object: 'chat.completion', model, choices, usage }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { setting: `http://127.0.0.1:${port}/v1#m`, asked, close };
}

test('given a judge that talks, is busy, is another model and refuses, when a run is judged twice, then no answer is sent more than three times a call, and the report has the bounds and what it cost', async (t) => {
  const host = await judgeHost();
  t.after(() => host.close());
  const box = sandbox();
  const source = join(box.folder, 'msvd');
  await writeQuestionSet(source, HABITS.length);
  assert.equal((await goldfish(box, 'eval', 'prepare', 'msvd-qa', '--from', source)).code, 0);
  const ids = join(box.folder, 'ids.txt');
  writeFileSync(ids, HABITS.map((_, i) => `msvd-qa:${i}\n`).join(''));
  const plain = ['--captioner', 'none', '--embedder', 'none', '--set', 'models.offline=true'];
  const run = await goldfish(
    box,
    ...['eval', 'run', 'msvd-qa', '--ids', ids, '--answerer', host.setting, ...plain],
  );
  assert.equal(run.code, 0, `${run.stdout}${run.stderr}`);

  const judge = () =>
    goldfish(box, 'eval', 'judge', 'msvd-qa', '--judge', host.setting, '--price', '100,1000');
  const first = await judge();
  assert.equal(first.code, 1, first.stderr);
  assert.match(first.stdout, /m: 1 of 1 right, 4 without a verdict; 5 calls, 500 tokens in, 50 out, \$0\.10/);
  assert.deepEqual(host.asked, [1, 3, 3, 1, 1]);
  const report = async () =>
    (await goldfish(box, 'eval', 'report', 'msvd-qa', '--judge', 'm', '--price', '10,0')).stdout;
  const text = await report();
  assert.match(text, /accuracy +100\.00 % \(1 of 1\)/);
  assert.match(text, /if all without a verdict were wrong \/ right +20\.0 % to 100\.0 %/);
  assert.match(text, /no verdict \/ refused \/ empty \/ abstained +3 \/ 1 \/ 0 \/ 0/);
  assert.match(text, /answers, their search included +5 items .* 5 +500 +50 +\$0\.0050/);
  assert.match(text, /judging +5 items .* 5 +500 +50 +\$0\.1000/);

  // What has a verdict or was refused is not sent again, and what the first call cost stays in the report.
  await judge();
  assert.deepEqual(host.asked, [1, 6, 6, 2, 1]);
  assert.match(await report(), /judging +8 items .* 9 +900 +90 +\$0\.1800/);
});
