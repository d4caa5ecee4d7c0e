// needs: python-openai
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import test from 'node:test';
import { createMarketWorld, MARKET_QUESTION, startOpenAiApi } from '../support/openai-api.ts';
import { endWithTests } from '../support/started.ts';
import { uriOf } from '../support/watched.ts';

test("given OpenAI's Python client, when it asks about a file, then whole and streamed answers are equal", async () => {
  const { box, folder, video } = await createMarketWorld();
  const url = await startOpenAiApi(box, folder);
  const script = join(import.meta.dirname, '../support/ask-openai.py');
  const args = [script, url, uriOf(video), MARKET_QUESTION];
  const child = endWithTests(spawn('python-openai', args, { stdio: ['ignore', 'pipe', 'inherit'] }));
  let out = '';
  for await (const text of child.stdout) out += text;
  const { models, answer, finish, streamed } = JSON.parse(out) as Record<string, string>;
  assert.deepEqual(models, ['goldfish']);
  assert.match(answer ?? '', /seven apples/);
  assert.equal(streamed, answer);
  assert.equal(finish, 'stop');
});
