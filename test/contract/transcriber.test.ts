import assert from 'node:assert/strict';
import test, { after, before, describe } from 'node:test';
import { createOpenAiTranscriber } from '../../server/src/adapters/openai/transcriber.ts';
import { createTransformersTranscriber } from '../../server/src/adapters/transformers/transcriber.ts';
import { ModelUnavailableError } from '../../server/src/core/errors/model-unavailable.ts';
import type { Transcriber, TranscriberReply } from '../../server/src/ports/transcriber.ts';
import { fakeTranscriber } from '../support/fake-transcriber.ts';
import { WHISTLE, whistleHost } from '../support/fake-transcription-host.ts';
import type { OpenAiServer } from '../support/openai-server.ts';
import { tinyModel } from '../support/tiny-models.ts';
import { sampled, whistled } from '../support/tone-speech.ts';

const never = new AbortController().signal;
const said = [
  { startMs: 1000, text: 'the red fox sleeps' },
  { startMs: 9000, text: 'a blue whale sings' },
];
const samples = sampled(15, whistled(said));

function segments(reply: TranscriberReply) {
  assert.ok('segments' in reply, JSON.stringify(reply));
  return reply.segments;
}

/** What every Transcriber keeps. */
function contract(name: string, make: () => Promise<Transcriber>): void {
  describe(name, () => {
    let transcriber: Transcriber;
    before(async () => {
      transcriber = await make();
    });
    after(() => transcriber.close());

    test('given sentences, when transcribed, then each has its text and time', async () => {
      const found = segments(await transcriber.transcribe({ samples }, never));
      assert.deepEqual(
        found.map(({ text }) => text.replace(/[ .]+$|^ +/g, '')),
        said.map(({ text }) => text),
      );
      for (const [i, { startMs }] of found.entries()) {
        assert.ok(Math.abs((startMs ?? 0) - (said[i]?.startMs ?? 0)) <= 200, `${startMs}`);
      }
    });

    test('given the same audio, when transcribed before and after another, then the text is the same', async () => {
      const one = sampled(4, whistled([{ startMs: 500, text: 'rain falls' }]));
      const alone = await transcriber.transcribe({ samples: one }, never);
      await transcriber.transcribe({ samples }, never);
      assert.deepEqual(await transcriber.transcribe({ samples: one }, never), alone);
    });

    test('given calls at once, then each has its own text', async () => {
      const texts = ['rain falls', 'old stone', 'red fox'];
      const replies = await Promise.all(
        texts.map((text) =>
          transcriber.transcribe({ samples: sampled(4, whistled([{ startMs: 500, text }])) }, never),
        ),
      );
      assert.deepEqual(
        replies.map((reply) => segments(reply)[0]?.text.replace(/[ .]+$|^ +/g, '')),
        texts,
      );
    });

    test('given an aborted call, then it rejects with the reason and the next one works', async () => {
      const reason = new Error('no longer wanted');
      await assert.rejects(transcriber.transcribe({ samples }, AbortSignal.abort(reason)), reason);
      const stop = new AbortController();
      const pending = transcriber.transcribe({ samples }, stop.signal);
      stop.abort(reason);
      await assert.rejects(pending, reason);
      assert.equal(segments(await transcriber.transcribe({ samples }, never)).length, 2);
    });

    test('given a transcriber, when its health is read, then the device in use is the step taken, and each step has a reason', async () => {
      const { device, steps } = await transcriber.health(never);
      assert.deepEqual(
        steps.filter(({ taken }) => taken).map((step) => step.device),
        [device],
      );
      for (const step of steps) assert.ok(step.reason);
    });

    test('given a closed transcriber, when called, then it rejects as unavailable', async () => {
      const other = await make();
      await other.close();
      await assert.rejects(other.transcribe({ samples }, never), ModelUnavailableError);
      await other.close();
    });
  });
}

let server: OpenAiServer;
before(async () => {
  server = await whistleHost();
});
after(() => server.close());

contract('fake', async () => fakeTranscriber());
contract('transformers', async () => {
  const { model, host } = tinyModel('tiny-whisper');
  return createTransformersTranscriber(model, host);
});
contract('openai', async () =>
  createOpenAiTranscriber({ baseUrl: server.baseUrl, model: WHISTLE, keyVariable: 'NO_KEY', backOffMs: 1 }),
);
