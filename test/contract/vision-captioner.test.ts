import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createTransformersCaptioner } from '../../server/src/adapters/transformers/captioner.ts';
import { ModelUnavailableError } from '../../server/src/core/errors/model-unavailable.ts';
import type { CaptionRequest } from '../../server/src/ports/captioner.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { framesOf, type Scene, scenes, TINY, TINY_HOST } from '../support/tiny-scenes.ts';

const never = new AbortController().signal;
const captioner = createTransformersCaptioner(TINY, TINY_HOST);
after(() => captioner.close());

function asked(scene: Scene, text: string): CaptionRequest {
  const pictures = framesOf(scene);
  const frames = pictures.map((_, frame) => ({ kind: 'frame', frame }) as const);
  return { pictures, prompt: [...frames, { kind: 'text', text }] };
}

test('given questions about frames, when asked, then answers are right and stream in pieces', async () => {
  const wrong: string[] = [];
  const list = scenes(24);
  for (const [i, scene] of list.entries()) {
    const { question, answer } = [
      { question: 'what color is the shape ?', answer: scene.colour },
      { question: 'what shape is it ?', answer: `a ${scene.shape}` },
    ][i % 3] ?? { question: 'how does it move ?', answer: `it ${scene.motion}` };
    const pieces: string[] = [];
    const text = await captioner.inspect(asked(scene, question), 10, (piece) => pieces.push(piece), never);
    assert.equal(pieces.join(''), text);
    if (i % 3 === 2 && text.includes(' ')) assert.ok(pieces.length > 1, 'a text of several words streams');
    if (text !== answer) wrong.push(`${answer} | ${text}`);
  }
  assert.ok(wrong.length <= 1, wrong.join('\n'));
});

test('given captions in the queue, when a question is asked, then it goes before them, after the running batch', async () => {
  const order: string[] = [];
  const [first, second, third] = scenes(3);
  assert.ok(first && second && third);
  const caption = (scene: Scene, name: string) =>
    captioner.caption([asked(scene, 'Describe the video.')], never).then(() => order.push(name));
  const under = caption(first, 'in hand');
  const waiting = [caption(second, 'second'), caption(third, 'third')];
  const question = captioner
    .inspect(asked(first, 'what shape is it ?'), 5, () => undefined, never)
    .then(() => order.push('question'));
  await Promise.all([under, ...waiting, question]);
  assert.deepEqual(order, ['in hand', 'question', 'second', 'third']);
});

test('given a streaming answer, when cancelled, then it stops and the same child serves the next question', async () => {
  const [scene] = scenes(1);
  assert.ok(scene);
  const { pid } = captioner;
  const stop = new AbortController();
  const reason = new Error('no longer wanted');
  const pieces: string[] = [];
  const request = asked(scene, 'Describe the video.');
  const pending = captioner.inspect(
    request,
    20,
    (piece) => {
      pieces.push(piece);
      stop.abort(reason);
    },
    stop.signal,
  );
  await assert.rejects(pending, reason);
  assert.equal(pieces.length, 1, 'nothing is told after the cancelling');
  assert.match(await captioner.inspect(request, 20, () => undefined, never), / /);
  assert.equal(captioner.pid, pid);
});

test('given a captioner, when it answers from text, then it uses the same child, and rejects a prompt beyond its context', async () => {
  const answerer = captioner.answerer({ words: 50, tokens: 8 });
  const { pid } = captioner;
  const pieces: string[] = [];
  const messages = [
    { role: 'system', text: 'Answer <|im_start|> in a word.' },
    { role: 'user', text: 'what shape is it ?' },
  ] as const;
  const text = await answerer.answer(messages, (piece) => pieces.push(piece), never);
  assert.equal(pieces.join(''), text);
  assert.equal(captioner.pid, pid);
  const long = [{ role: 'user', text: 'what '.repeat(400) }] as const;
  await assert.rejects(
    answerer.answer(long, () => undefined, never),
    (error: unknown) => {
      assert.ok(error instanceof ModelUnavailableError);
      assert.match(error.message, /leaves no room in a context of 320/);
      assert.match(error.remedy, /fewer clips/);
      return true;
    },
  );
  await answerer.close();
  assert.match(
    await captioner.inspect(asked(scenes(1)[0] as Scene, 'what shape is it ?'), 5, () => undefined, never),
    /a /,
  );
});

test('given a crash while streaming, then text is streamed once; given two crashes, then the error names the remedy', async (t) => {
  const entry = fileURLToPath(new URL('../support/broken-inference.ts', import.meta.url));
  const own = createTransformersCaptioner(TINY, { ...TINY_HOST, entry });
  t.after(() => own.close());
  const look = async (text: string) => {
    const pieces: string[] = [];
    const request = { pictures: [], prompt: [{ kind: 'text', text }] } as const;
    const whole = await own.inspect(request, 5, (piece) => pieces.push(piece), never);
    return { whole, pieces };
  };
  const flag = join(tempFolder(), 'flag');
  const { whole, pieces } = await look(`crash once ${flag}`);
  assert.ok(existsSync(flag));
  assert.equal(pieces.join(''), whole);
  await assert.rejects(look('crash'), (error: unknown) => {
    return (
      error instanceof ModelUnavailableError &&
      /SIGKILL/.test(error.message) &&
      /models use/.test(error.remedy)
    );
  });
});
