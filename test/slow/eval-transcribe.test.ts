import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import type { EvalPrediction } from '../../server/src/evaluation/item.ts';
import { goldfish, sandbox } from '../support/daemon.ts';
import { WHISTLE, whistleHost } from '../support/fake-transcription-host.ts';
import { fill, makeMedia } from '../support/make-media.ts';
import { whistled } from '../support/tone-speech.ts';

test("given subtitles and sound that say different things, when a set runs, then it uses the set's subtitles, what it hears, or neither", async (t) => {
  const host = await whistleHost();
  t.after(() => host.close());
  const box = sandbox();
  const source = join(box.folder, 'msvd');
  mkdirSync(source);
  await makeMedia(join(source, 'vid1.mp4'), {
    seconds: 12,
    video: { width: 64, height: 48, fps: 2, draw: (canvas) => fill(canvas, [40, 90, 60]) },
    audio: { sample: whistled([{ startMs: 1000, text: 'a blue whale sings under water' }]) },
  });
  writeFileSync(
    join(source, 'vid1.srt'),
    '1\n00:00:01,000 --> 00:00:06,000\nA red whale sings in the desert.\n',
  );
  const items = [{ question: 'Where does the whale sing?', answer: 'under water', video_id: 'vid1' }];
  writeFileSync(join(source, 'test_qa.json'), JSON.stringify(items));
  const prepared = await goldfish(box, 'eval', 'prepare', 'msvd-qa', '--from', source);
  assert.match(prepared.stdout, /1 items? on 1 videos? ready, 1 with subtitles/, prepared.stderr);

  const plain = ['--captioner', 'none', '--embedder', 'none', '--answerer', 'none'];
  const quick = ['models.offline=true', 'screenText.enabled=false', 'models.voiceDetector=none'];
  const all = [...plain, ...quick.flatMap((setting) => ['--set', setting])];
  const run = (name: string, ...more: readonly string[]) =>
    goldfish(box, 'eval', 'run', 'msvd-qa', '--name', name, ...all, ...more);
  const predOf = (name: string) => {
    const path = join(box.dataDir, 'eval/runs', name, 'predictions.jsonl');
    return JSON.parse(readFileSync(path, 'utf8')) as EvalPrediction;
  };
  const transcriber = ['--transcriber', `${host.baseUrl}#${WHISTLE}`];
  assert.equal((await run('given')).code, 0);
  assert.match(predOf('given').pred, /desert/);
  const heard = await run('heard', '--transcribe', ...transcriber);
  assert.equal(heard.code, 0, heard.stderr);
  assert.match(predOf('heard').pred, /under water/);
  assert.doesNotMatch(predOf('heard').pred, /desert/);
  assert.equal((await run('silent', '--no-speech')).code, 0);
  assert.equal(predOf('silent').abstained, true);

  const { stdout } = await goldfish(box, 'eval', 'report', 'given', 'heard', 'silent', '--paper');
  assert.match(stdout, /this Goldfish: given +V\+T /);
  assert.match(stdout, /this Goldfish: heard +V\+T /);
  assert.match(stdout, /this Goldfish: silent +V /);
  assert.match(stdout, /‡ heard: .*speech was transcribed/);

  const without = await run('without', '--transcribe');
  assert.equal(without.code, 1);
  assert.match(without.stderr, /No transcriber is in use.*\n.*--transcriber/);
});
