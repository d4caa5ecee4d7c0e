// needs: lmms-eval
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { createMarketWorld, MARKET_QUESTION, startOpenAiApi } from '../support/openai-api.ts';
import { endWithTests } from '../support/started.ts';

test('given the harness lmms-eval as it is, when it runs a task on Goldfish, then its score is the known one', async () => {
  const { box, folder, video } = await createMarketWorld();
  const url = await startOpenAiApi(box, folder);
  const work = join(box.folder, 'lmms');
  cpSync(join(import.meta.dirname, '../support/lmms-task'), join(work, 'tasks'), { recursive: true });
  const questions = [
    { video, question: MARKET_QUESTION, answer: 'seven apples' },
    // Wrong on purpose.
    { video, question: MARKET_QUESTION, answer: 'two pears' },
  ];
  writeFileSync(join(work, 'questions.json'), JSON.stringify(questions));
  const model = `model_version=goldfish,base_url=${url},api_key=none,pass_video_url=True,num_concurrent=1,timeout=120`;
  const child = endWithTests(
    spawn(
      'lmms-eval',
      ['--model', 'openai', '--model_args', model, '--include_path', join(work, 'tasks')].concat([
        '--tasks',
        'goldfish_fixture',
        '--batch_size',
        '1',
        '--output_path',
        join(work, 'out'),
      ]),
      {
        cwd: work,
        env: { ...box.env, HF_DATASETS_OFFLINE: '1', HF_HUB_OFFLINE: '1', HF_HOME: join(work, 'hf') },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    ),
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text) => {
      output += text;
    });
  const [code] = await once(child, 'close');
  assert.equal(code, 0, output);
  const [results = ''] = globSync('out/**/*results.json', { cwd: work });
  const { results: scores } = JSON.parse(readFileSync(join(work, results), 'utf8'));
  assert.equal(scores.goldfish_fixture['contains_answer,none'], 0.5, output);
});
