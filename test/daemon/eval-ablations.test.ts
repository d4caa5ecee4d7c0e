import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import type { EvalPrediction } from '../../server/src/evaluation/item.ts';
import { goldfish, type Sandbox, sandbox } from '../support/daemon.ts';
import { fill, makeMedia } from '../support/make-media.ts';
import { type OpenAiServer, openaiServer } from '../support/openai-server.ts';

/** What is said in each clip of 5 s. */
const SAID = [
  'The apples cost two euros.',
  'The pears cost three euros.',
  'The plums cost four euros.',
  'Good bye.',
];
const cue = (text: string, i: number) =>
  `${i + 1}\n00:00:${pad(i * 5 + 1)},000 --> 00:00:${pad(i * 5 + 4)},000\n${text}\n`;
const pad = (second: number) => String(second).padStart(2, '0');

let box: Sandbox;
let host: OpenAiServer;
before(async () => {
  box = sandbox();
  host = await openaiServer({
    model: 'm',
    answer: () => ['I am not sure ', 'about that [1].'],
    tops: () => ({ B: Math.log(0.7), A: Math.log(0.2), The: Math.log(0.1) }),
  });
  const source = join(box.folder, 'lvbench');
  mkdirSync(source);
  for (const name of ['market', 'other'])
    await makeMedia(join(source, `${name}.mp4`), {
      seconds: 20,
      video: { width: 64, height: 48, fps: 2, draw: (canvas) => fill(canvas, [40, name.length * 10, 60]) },
    });
  writeFileSync(join(source, 'market.srt'), SAID.map(cue).join('\n'));
  writeFileSync(join(source, 'other.srt'), cue('Nothing is sold here.', 0));
  const question = 'What do the pears cost?\n(A) two euros\n(B) three euros\n(C) four euros\n(D) five euros';
  const qa = [{ uid: '7', question, answer: 'B', question_type: ['recall'], time_reference: '00:06-00:09' }];
  const lines = [
    { key: 'market', type: 'sale', qa },
    { key: 'other', type: 'sale', qa: [{ ...qa[0], uid: '8', time_reference: '00:01-00:04' }] },
  ];
  writeFileSync(
    join(source, 'video_info.meta.jsonl'),
    lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
  );
  const prepared = await goldfish(box, 'eval', 'prepare', 'lvbench', '--from', source);
  assert.match(prepared.stdout, /2 items on 2 videos ready, 2 with subtitles/, prepared.stderr);
});
after(() => host.close());

/** Runs the set under a name and returns its predictions by uid, and what the host was asked about each. */
async function run(name: string, ...args: readonly string[]) {
  const requests = host.requests.length;
  const quick = ['--captioner', 'none', '--embedder', 'none', '--set', 'models.offline=true'];
  const small = ['--set', 'clips.seconds=5', '--set', 'screenText.enabled=false'];
  const all = ['eval', 'run', 'lvbench', '--name', name, ...quick, ...small, ...args];
  const { code, stdout, stderr } = await goldfish(box, ...all);
  assert.equal(code, 0, `${stdout}${stderr}`);
  const path = join(box.dataDir, 'eval/runs', name, 'predictions.jsonl');
  const lines = readFileSync(path, 'utf8').trim().split('\n');
  const predictions = new Map(
    lines.map((line): [string, EvalPrediction] => {
      const prediction = JSON.parse(line) as EvalPrediction;
      return [prediction.id, prediction];
    }),
  );
  const prompts = host.requests.slice(requests).map(({ messages }) => messages.at(-1)?.text ?? '');
  return { of: (uid: number) => predictions.get(`lvbench:${uid}`) ?? assert.fail(), prompts };
}

const answerer = () => ['--answerer', `${host.baseUrl}#m`];

test('given the oracle with wrong clips, when a set runs, then the model gets the right clip and the others, in time order', async () => {
  const { prompts } = await run('oracle', '--oracle', '--distract', '2', ...answerer());
  const [market = ''] = prompts.filter((prompt) => prompt.includes('pears cost three'));
  assert.equal(market.match(/Evidence \[/g)?.length, 3);
  const times = [...market.matchAll(/from (\d+:\d+) to/g)].map(([, time]) => time);
  assert.deepEqual(times, times.toSorted());
});

test('given choices by likelihood, when the text names no option, then the likeliest one is the choice, with its share', async () => {
  const { of } = await run('likely', '--likelihood', ...answerer());
  const { choice, optionShares, confidence, pred } = of(7);
  assert.match(pred, /not sure/);
  assert.equal(choice, 1);
  assert.deepEqual(optionShares, [0.2222, 0.7778, 0, 0]);
  assert.equal(confidence, 0.7778);
  const { stdout } = await goldfish(box, 'eval', 'report', 'likely');
  assert.match(stdout, /choices by the text, as the model told no likelihood +\d/);
  const file = join(box.folder, 'answers.json');
  await goldfish(box, 'eval', 'export', 'likely', '--for', 'lvbench', '-o', file);
  assert.equal(JSON.parse(readFileSync(file, 'utf8'))['7'], 'B');
});

test('given no evidence, when a set runs blind, then only question and options are sent, and nothing is cited', async () => {
  const { of, prompts } = await run('blind', '--blind', ...answerer());
  assert.equal(prompts.length, 2);
  for (const prompt of prompts) assert.match(prompt, /^Question: What do the pears cost\? \(A\) two euros/);
  assert.deepEqual([of(7).citations, of(7).hits], [[], []]);
  const { stdout } = await goldfish(box, 'eval', 'report', 'blind');
  assert.match(stdout, /blind/);
});

test('given captions and speech as documents of their own, or other evidence to answer from, when a set runs, then only those are used', async () => {
  const { of } = await run('apart', '--merge', 'no', '-k', '1', '--answerer', 'none');
  assert.match(of(7).pred, /pears cost three euros/);
  // What is said finds the clip, but nothing was captioned.
  const onlySeen = await run('seen', '--use', 'speech', '--answer', 'captions', '--answerer', 'none');
  assert.equal(onlySeen.of(7).abstained, true);
  assert.equal(onlySeen.of(7).choice, undefined);
});

test('given videos without the right one, when a set runs, then an answer counts as made up', async () => {
  const { of } = await run('absent', '--absent', '--answerer', 'none', '--bare');
  assert.equal(of(7).abstained, true);
  assert.match(of(8).pred, /pears/);
  const { stdout } = await goldfish(box, 'eval', 'report', 'absent');
  assert.match(stdout, /answered though the right video was not searched +50\.00 %/);
});

test('given options that contradict each other, when they are used, then the error says which', async () => {
  for (const [args, message] of [
    [['--distract', '2'], /--distract needs --oracle/],
    [['--blind', '--oracle'], /--blind and --oracle exclude each other/],
    [['--oracle', '--absent'], /--oracle and --absent exclude each other/],
    [['--merge', 'maybe'], /--merge maybe is unknown/],
    [['--answer', 'smell'], /--use smell is unknown/],
    [['--no-speech', '--transcribe'], /--no-speech and --transcribe exclude each other/],
    [['--no-speech', '--transcriber', 'a/b'], /--no-speech and --transcriber exclude each other/],
    [['--transcribe', '--transcriber', 'none'], /--transcribe needs a transcriber/],
  ] as const) {
    const { code, stderr } = await goldfish(box, 'eval', 'run', 'lvbench', ...args);
    assert.equal(code, 2, stderr);
    assert.match(stderr, message);
  }
});
