import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { pathToFileURL } from 'node:url';
import { demoVideosFolder } from '../../server/src/cli/demo.ts';
import { type Answers, commandLine, home, runToEnd } from '../support/cli.ts';
import { aStatus } from '../support/fake-library.ts';

mkdirSync(join(home, 'Videos'));
const videos = `${pathToFileURL(join(home, 'Videos'))}`;

const answers: Answers = {
  'goldfish/folders/add': { folders: [] },
  'goldfish/index': {
    videos: 2,
    clips: 5,
    failed: [{ path: '/v/bad\n.mp4', uri: '', reason: 'It is empty.' }],
    seconds: 1.25,
  },
  'goldfish/ask': ({ question }) => ({
    answer: `${question}? Yes [1].`,
    citations: [
      {
        n: 1,
        clipId: 'c',
        uri: 'file:///v/a%20b.mp4',
        startMs: 61_000,
        endMs: 70_000,
        link: 'file:///v/a%20b.mp4#t=61,70',
        quote: 'Yes',
      },
    ],
    grounded: true,
    hits: [],
  }),
  'goldfish/status': aStatus,
  'goldfish/stop': null,
};
const methods = (calls: readonly { readonly method: string }[]) =>
  calls.map(({ method }) => method.replace('goldfish/', ''));

test("given the user's own folder, when start runs, then it indexes, answers, watches and leaves the daemon running", async () => {
  const line = commandLine(['start', 'Videos', '--ask', 'When'], answers);
  await line.printed('Watching');
  line.tell({
    ...aStatus,
    work: { ...aStatus.work, running: [{ uri: '', path: '/v/new.mp4', stage: 'facts' }] },
  });
  await line.printed('indexing /v/new.mp4');
  line.tell({ ...aStatus, videos: 3 });
  await line.printed('ready: 3 videos');
  line.interrupt();
  const { code, out } = await line.ended;
  assert.equal(code, 0);
  assert.deepEqual(methods(line.calls), ['folders/add', 'settings/get', 'index', 'ask', 'status']);
  assert.deepEqual(line.calls[2]?.params, { uris: [videos], keep: true });
  assert.deepEqual(
    line.connections.map(({ tied }) => tied),
    [false],
  );
  assert.match(out, /failed \/v\/bad \.mp4: It is empty\.\nIndexed 2 videos, 5 clips in 1\.3 s\.\n/);
  assert.match(
    out,
    /\? When\nWhen\? Yes \[1\]\.\n\n\[1\] {3}1:01 {2}a b\.mp4 {2}Yes {2}file:\/\/\/v\/a%20b\.mp4#t=61,70\n/,
  );
  assert.match(out, /Stop it with: npm run -s goldfish -- stop\n$/);
});

test('given no question, when start runs, then it only watches', async () => {
  const line = commandLine(['start', 'Videos'], answers);
  await line.printed('Watching');
  line.interrupt();
  await line.ended;
  assert.deepEqual(methods(line.calls), ['folders/add', 'settings/get', 'index', 'status']);
});

test('given the demo, when it is interrupted, then its daemon ends with it', async () => {
  const line = commandLine(['start'], answers);
  await line.printed('Watching');
  line.interrupt();
  line.interrupt();
  const { code, out, err } = await line.ended;
  assert.equal(code, 0, err);
  assert.deepEqual(methods(line.calls), ['folders/add', 'index', 'ask', 'status', 'stop']);
  assert.deepEqual(line.calls[0]?.params, { uri: `${pathToFileURL(demoVideosFolder())}` });
  assert.deepEqual(
    line.connections.map(({ tied }) => tied),
    [true],
  );
  assert.match(out, /The demo has ended\.\n$/);
});

test('given a running index, when Ctrl-C is pressed, then start ends and the daemon keeps watching', async () => {
  const line = commandLine(['start', 'Videos'], {
    ...answers,
    'goldfish/index': () => {
      line.interrupt();
      throw new DOMException('aborted', 'AbortError');
    },
  });
  const { code, out } = await line.ended;
  assert.equal(code, 0);
  assert.match(out, /The daemon keeps watching/);
});

test('given a watching start, when the daemon ends, then it fails and says so', async () => {
  const line = commandLine(['start', 'Videos', '--json'], answers);
  line.tell(aStatus);
  line.lose();
  const { code, out, err } = await line.ended;
  assert.equal(code, 3);
  assert.equal(JSON.parse(out).error.data.kind, 'unavailable');
  assert.match(err, /The daemon has ended, so no folder is watched\./);
});

test('given --json, when start ends, then it prints report and answer', async () => {
  const line = commandLine(['start', 'Videos', '--ask', 'When', '--json'], {
    ...answers,
    'goldfish/status': () => {
      setImmediate(line.interrupt);
      return aStatus;
    },
  });
  const { out, code } = await line.ended;
  assert.equal(code, 0);
  const { index, answer } = JSON.parse(out);
  assert.equal(index.videos, 2);
  assert.equal(answer.grounded, true);
});

test('given a folder that does not exist, when start runs, then it fails at once', async () => {
  const { code, err, calls } = await runToEnd(['start', 'No\u001bwhere'], answers);
  assert.equal(code, 1);
  assert.deepEqual(calls, []);
  assert.match(err, /No\ufffdwhere is not a folder\./);
});

test('given an answer with a note, when it is printed, then the note follows without control characters', async () => {
  const { out } = await runToEnd(['ask', 'When'], {
    'goldfish/ask': { answer: 'So.', citations: [], grounded: true, hits: [], note: 'No \u001b[2Jmodel.' },
  });
  assert.match(out, /^So\.\n\nNo .*model\.\n$/);
  assert.doesNotMatch(out, /\u001b/);
});
