import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { loadModel } from '../../server/src/adapters/transformers/load-model.ts';
import { transcribeSamples } from '../../server/src/adapters/transformers/transcribe.ts';
import { SPEECH_LOADER } from '../../server/src/adapters/transformers/whisper-model.ts';
import { tinyModel } from '../support/tiny-models.ts';
import { sampled, VOCABULARY, whistled } from '../support/tone-speech.ts';

const { host } = tinyModel('tiny-whisper');
const { folder, threads } = host;
const loaded = await loadModel(
  SPEECH_LOADER,
  { folder, threads, devices: ['cpu'], avoid: {} },
  () => undefined,
);
after(() => loaded.dispose());
const text = VOCABULARY.slice(0, 6).join(' ');
const sound = sampled(10, whistled([{ startMs: 1000, text }]));

test('given speech, when transcribed, then each token is reported and the encoder runs once', async () => {
  const { model: encoder } = loaded.model.sessions;
  const run = encoder.run.bind(encoder);
  let runs = 0;
  encoder.run = (...feeds: readonly unknown[]) => {
    runs += 1;
    return run(...feeds);
  };
  let tokens = 0;
  try {
    const reply = await transcribeSamples(
      loaded,
      { samples: sound, language: 'en' },
      () => (tokens += 1),
      new AbortController().signal,
    );
    assert.ok('segments' in reply);
    assert.equal(reply.segments.map((segment) => segment.text.trim()).join(' '), text);
  } finally {
    encoder.run = run;
  }
  assert.equal(runs, 1);
  assert.ok(tokens > 6, `${tokens} tokens`);
});

test('given a signal that aborts, when transcribing, then decoding ends at the next token', async () => {
  const stop = new AbortController();
  const reason = new Error('enough');
  let tokens = 0;
  const onToken = () => {
    tokens += 1;
    if (tokens === 2) stop.abort(reason);
  };
  await assert.rejects(
    transcribeSamples(loaded, { samples: sound, language: 'en' }, onToken, stop.signal),
    reason,
  );
  assert.equal(tokens, 2);
});

test('given hot words and a text that the model is sure of, when transcribed, then it is written once', async () => {
  const { forward } = loaded.model;
  let prompts = 0;
  loaded.model.forward = (inputs: { readonly decoder_input_ids: { readonly data: BigInt64Array } }) => {
    if (inputs.decoder_input_ids.data.includes(BigInt(loaded.tokens.start))) prompts += 1;
    return forward.call(loaded.model, inputs);
  };
  const countPrompts = async (hotWords: readonly string[]) => {
    prompts = 0;
    const request = { samples: sound, language: 'en', hotWords };
    const reply = await transcribeSamples(loaded, request, () => undefined, new AbortController().signal);
    assert.ok('segments' in reply);
    assert.equal(reply.segments.map((segment) => segment.text.trim()).join(' '), text);
    return prompts;
  };
  try {
    assert.equal(await countPrompts(['fox', 'whale']), await countPrompts([]));
  } finally {
    loaded.model.forward = forward;
  }
});
