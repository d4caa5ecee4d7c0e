import assert from 'node:assert/strict';
import test, { after, before, describe } from 'node:test';
import { createOpenAiCaptioner } from '../../server/src/adapters/openai/captioner.ts';
import { createTransformersCaptioner } from '../../server/src/adapters/transformers/captioner.ts';
import { ModelUnavailableError } from '../../server/src/core/errors/model-unavailable.ts';
import { captionPrompt } from '../../server/src/core/generation/caption-prompt.ts';
import type { Captioner, CaptionReply, CaptionRequest } from '../../server/src/ports/captioner.ts';
import { fakeCaptioner } from '../support/fake-captioner.ts';
import type { OpenAiServer } from '../support/openai-server.ts';
import { tinyHost } from '../support/tiny-caption-host.ts';
import { framesOf, type Scene, scenes, TINY, TINY_HOST } from '../support/tiny-scenes.ts';

const never = new AbortController().signal;
const [first, second] = scenes(2);
const said = { kind: 'speech', text: 'Look, that is Otto.', startMs: 900, endMs: 1800, source: 's' } as const;

function request(scene: Scene | undefined, speech = false): CaptionRequest {
  assert.ok(scene);
  const pictures = framesOf(scene);
  const times = pictures.map(({ timeMs }) => timeMs);
  const prompt = captionPrompt(
    { startMs: 0, endMs: 4000 },
    times,
    speech ? [said] : [],
    'Describe the video.',
    {
      words: 40,
    },
  );
  return { pictures, prompt };
}

function text(reply: CaptionReply | undefined): string {
  assert.ok(reply && 'text' in reply, JSON.stringify(reply));
  return reply.text;
}

/** What every Captioner keeps. */
function contract(name: string, make: () => Promise<Captioner>): void {
  describe(name, () => {
    let captioner: Captioner;
    before(async () => {
      captioner = await make();
    });
    after(() => captioner.close());

    test('given requests with prompts of unequal length, when captioned together, then each has its reply, in order', async () => {
      const one = request(first);
      const two = request(second, true);
      const replies = await captioner.caption([two, one, two], never);
      const [alone] = await captioner.caption([one], never);
      assert.equal(replies.length, 3);
      assert.equal(text(replies[1]), text(alone));
      assert.equal(text(replies[0]), text(replies[2]));
      assert.notEqual(text(replies[0]), text(replies[1]));
      assert.match(text(replies[0]), /otto/i);
      assert.doesNotMatch(text(replies[1]), /otto/i);
    });

    test('given no request, then there is no reply', async () => {
      assert.deepEqual(await captioner.caption([], never), []);
    });

    test('given a request with one frame too many, when it is captioned with others, then only it fails', async () => {
      const whole = request(first);
      const broken = { ...whole, pictures: [...whole.pictures, ...whole.pictures.slice(0, 1)] };
      const [bad, good] = await captioner.caption([broken, whole], never);
      assert.ok(bad && 'failure' in bad);
      assert.match(bad.failure.reason, /4 frames, but 5 were supplied/);
      assert.ok(bad.failure.remedy);
      assert.ok(text(good));
    });

    test('given an aborted call, then it rejects with the reason and the next one is answered', async () => {
      const reason = new Error('no longer wanted');
      await assert.rejects(captioner.caption([request(first)], AbortSignal.abort(reason)), reason);
      const stop = new AbortController();
      const pending = captioner.caption([request(first)], stop.signal);
      stop.abort(reason);
      await assert.rejects(pending, reason);
      const [reply] = await captioner.caption([request(first)], never);
      assert.ok(text(reply));
    });

    test('given a captioner, when its health is read, then the device in use is the step taken, and each step has a reason', async () => {
      const { device, steps } = await captioner.health(never);
      assert.deepEqual(
        steps.filter(({ taken }) => taken).map((step) => step.device),
        [device],
      );
      for (const step of steps) assert.ok(step.reason);
    });

    test('given a closed captioner, when it is called, then it rejects as unavailable', async () => {
      const other = await make();
      await other.close();
      await assert.rejects(other.caption([request(first)], never), ModelUnavailableError);
      await other.close();
    });
  });
}

let server: OpenAiServer;
before(async () => {
  server = await tinyHost();
});
after(() => server.close());

contract('fake', async () => fakeCaptioner());
contract('transformers', async () => createTransformersCaptioner(TINY, TINY_HOST));
contract('openai', async () =>
  createOpenAiCaptioner({
    baseUrl: server.baseUrl,
    model: TINY.id,
    keyVariable: 'NO_KEY',
    backOffMs: 1,
    budget: TINY.budget,
    concurrency: 3,
  }),
);
