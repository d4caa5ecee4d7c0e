import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, type FSWatcher, mkdirSync, readdirSync, readFileSync, watch } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import type { RunReport } from '../../server/src/evaluation/reporting/run-report.ts';
import { bundle, goldfish, type Sandbox, sandbox } from '../support/daemon.ts';
import { type OpenAiServer, openaiServer } from '../support/openai-server.ts';
import { writeQuestionSet } from '../support/question-set.ts';
import { endWithTests } from '../support/started.ts';

const PER_VIDEO = 5;
/** Each costs the start of a command and a daemon. `contract/eval-kill.test.ts` kills without a daemon, and more often. */
const KILLS = 6;

/** A host that answers each question from its evidence, and remembers what it was asked. */
async function questionHost() {
  const asked: string[] = [];
  const waiting: (() => void)[] = [];
  const host: OpenAiServer = await openaiServer({
    model: 'm',
    usage: { prompt_tokens: 100, completion_tokens: 8 },
    answer: ({ messages }) => {
      const prompt = messages.at(-1)?.text ?? '';
      asked.push(/Question: (.*)$/m.exec(prompt)?.[1] ?? '');
      for (const wake of waiting.splice(0)) wake();
      const beside = /beside the (\w+)/.exec(prompt)?.[1] ?? '';
      return [`It is the ${beside} [1].`];
    },
  });
  return { host, asked, nextCall: () => new Promise<void>((resolve) => waiting.push(resolve)) };
}

const runArguments = (host: OpenAiServer, ...more: readonly string[]) => [
  'eval',
  'run',
  'msvd-qa',
  '--answerer',
  `${host.baseUrl}#m`,
  '--captioner',
  'none',
  '--embedder',
  'none',
  '--set',
  'models.offline=true',
  '--set',
  'screenText.enabled=false',
  ...more,
];

async function prepared(): Promise<Sandbox> {
  const box = sandbox();
  const source = join(box.folder, 'msvd');
  await writeQuestionSet(source, PER_VIDEO);
  const { code, stdout, stderr } = await goldfish(box, 'eval', 'prepare', 'msvd-qa', '--from', source);
  assert.equal(code, 0, `${stdout}${stderr}`);
  assert.match(stdout, /15 items on 3 videos ready, 3 with subtitles/);
  return box;
}

const predictionsOf = (box: Sandbox, run: string) =>
  readFileSync(join(box.dataDir, 'eval/runs', run, 'predictions.jsonl'), 'utf8');

const sorted = (text: string) => text.split('\n').sort().join('\n');

/** Starts `goldfish eval run` to be killed. */
function startRun(box: Sandbox, args: readonly string[]): ChildProcess {
  return endWithTests(
    spawn(process.execPath, [bundle, ...args, '--data-dir', box.dataDir], {
      env: box.env,
      cwd: box.folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    }),
  );
}

test('given shards and a whole run, when all are done, then the files are equal and nothing is asked twice', async (t) => {
  const { host, asked } = await questionHost();
  t.after(() => host.close());
  const [whole, parts] = [await prepared(), await prepared()];
  const first = await goldfish(whole, ...runArguments(host));
  assert.equal(first.code, 0, first.stderr);
  assert.match(first.stdout, /15 asked, 0 known already\. Complete\./);
  assert.equal(asked.length, 15);
  for (const shard of ['3/3', '1/3', '2/3']) {
    const { code, stdout, stderr } = await goldfish(parts, ...runArguments(host, '--shard', shard));
    assert.equal(code, 0, stderr);
    assert.match(stdout, shard === '2/3' ? /Complete\./ : /Not complete/);
  }
  assert.equal(predictionsOf(parts, 'msvd-qa'), predictionsOf(whole, 'msvd-qa'));
  assert.equal(asked.length, 30);
  const folder = readdirSync(join(parts.dataDir, 'eval/runs/msvd-qa'));
  assert.deepEqual(
    folder.filter((name) => name.startsWith('predictions')),
    ['predictions.jsonl'],
  );

  // The same run again, and another run with the same settings, ask nothing.
  const again = await goldfish(whole, ...runArguments(host));
  assert.match(again.stdout, /0 asked, 15 known already/);
  const other = await goldfish(whole, ...runArguments(host, '--name', 'other'));
  assert.match(other.stdout, /other: 0 asked, 15 known already/);
  assert.equal(asked.length, 30);
  // Every third thing of a video is the one beside which it is asked for.
  const report = await goldfish(whole, 'eval', 'report', 'msvd-qa', 'other');
  assert.equal(report.code, 0, report.stderr);
  assert.match(report.stdout, /this Goldfish: msvd-qa +V\+T +40\.00 \[/);
  assert.match(report.stdout, /no difference seen/);
  // What was asked is paid once: by the run that asked it.
  const priced = await goldfish(
    whole,
    ...[
      'eval',
      'report',
      'msvd-qa',
      'other',
      '-f',
      'json',
      '--json',
      '--price',
      '10,100',
      '--machine-price',
      '1',
    ],
  );
  assert.equal(priced.code, 0, priced.stderr);
  const [paid, reused] = (JSON.parse(priced.stdout).reports as readonly RunReport[]).map(({ cost }) => cost);
  const [indexing, answers] = paid?.stages ?? [];
  assert.deepEqual([indexing?.count, paid?.videos], [3, 3]);
  assert.ok((paid?.mediaSeconds ?? 0) > 0);
  for (const stage of [indexing, answers]) {
    assert.ok((stage?.seconds ?? 0) > 0 && (stage?.processorSeconds ?? 0) > 0, JSON.stringify(stage));
    assert.ok((stage?.dollars ?? 0) > 0);
  }
  assert.deepEqual(
    [answers?.count, answers?.calls, answers?.tokensIn, answers?.tokensOut],
    [15, 15, 1500, 120],
  );
  assert.ok((answers?.dollars ?? 0) >= 0.027);
  assert.deepEqual([reused?.asked, reused?.stages[1]?.count], [0, 0]);
  assert.match(report.stdout, /15 of 15 items were not asked in this run/);
  const page = join(whole.folder, 'report.html');
  assert.equal((await goldfish(whole, 'eval', 'report', 'msvd-qa', '-f', 'html', '-o', page)).code, 0);
  assert.equal(readFileSync(page, 'utf8').match(/<article/g)?.length, 9);
  const compared = await goldfish(whole, 'eval', 'compare', 'msvd-qa', 'other', '--json');
  assert.equal(JSON.parse(compared.stdout).difference, 0);
  const sets = await goldfish(whole, 'eval', 'sets');
  assert.match(sets.stdout, /msvd-qa +MSVD-QA \[open\] prepared: 15 items/);

  // Other settings under the same name would mix two things.
  const mixed = await goldfish(whole, ...runArguments(host, '-k', '1'));
  assert.equal(mixed.code, 1);
  assert.match(mixed.stderr, /exists with other items or settings/);
});

test(`given a run that is killed ${KILLS} times, when it ends, then it equals an undisturbed one and repeats no answered call`, async (t) => {
  const { host, asked, nextCall } = await questionHost();
  t.after(() => host.close());
  const [calm, killed] = [await prepared(), await prepared()];
  const args = runArguments(host);
  assert.equal((await goldfish(calm, ...args)).code, 0);
  const folder = join(killed.dataDir, 'eval/runs/msvd-qa');
  const file = join(folder, 'predictions.jsonl');
  mkdirSync(folder, { recursive: true });
  const answeredQuestions = () =>
    existsSync(file)
      ? readFileSync(file, 'utf8')
          .split('\n')
          .slice(0, -1)
          .map((line) => (JSON.parse(line) as { question: string }).question)
      : [];
  /** Resolves when the file has another line. */
  const whenWritten = async (watcher: FSWatcher, lines: number) => {
    while (answeredQuestions().length === lines) await once(watcher, 'change');
  };
  for (let kill = 0; kill < KILLS; kill += 1) {
    const known = answeredQuestions();
    asked.length = 0;
    const child = startRun(killed, args);
    const ended = once(child, 'exit');
    // In turn: at the first sign of work, during a call of the model, and right after a prediction was written.
    const watcher = watch(folder);
    const moments = [once(child.stderr ?? child, 'data'), nextCall(), whenWritten(watcher, known.length)];
    await Promise.race([moments[kill % moments.length], ended]);
    child.kill('SIGKILL');
    await ended;
    watcher.close();
    assert.deepEqual(
      asked.filter((question) => known.includes(question)),
      [],
      'an answered question is not asked again',
    );
  }
  assert.equal((await goldfish(killed, ...args)).code, 0);
  assert.equal(sorted(predictionsOf(killed, 'msvd-qa')), sorted(predictionsOf(calm, 'msvd-qa')));
});
