import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Tensor } from '@huggingface/transformers';
import { loadModel } from '../../server/src/adapters/transformers/load-model.ts';
import { transcribeSamples } from '../../server/src/adapters/transformers/transcribe.ts';
import { SPEECH_LOADER } from '../../server/src/adapters/transformers/whisper-model.ts';
import { tinyModel } from '../support/tiny-models.ts';
import { sampled, secondsOf, VOCABULARY, whistled } from '../support/tone-speech.ts';

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

test('given a model that ends its text before the sound ends, when transcribed, then the rest is transcribed too', async () => {
  const sentences = [
    { startMs: 500, text: VOCABULARY.slice(0, 3).join(' ') },
    { startMs: 6000, text: VOCABULARY.slice(3, 6).join(' ') },
  ];
  const { endToken, firstTimeToken } = loaded.tokens.rules;
  const { forward } = loaded.model;
  let [passes, times] = [0, 0];
  loaded.model.forward = async (inputs: { readonly decoder_input_ids: Tensor }) => {
    const outputs = await forward.call(loaded.model, inputs);
    const ids = [...(inputs.decoder_input_ids.data as BigInt64Array)].map(Number);
    // A prompt with a language opens a pass.
    if (ids.length > 1) passes += 1;
    if (ids.some((id) => id >= firstTimeToken)) times += 1;
    // The first text ends at its second timestamp, where its first sentence does.
    if (passes !== 1 || times !== 2) return outputs;
    const { logits } = outputs;
    assert.ok(logits instanceof Tensor);
    const data = Float32Array.from(logits.data as Float32Array);
    data[data.length - (logits.dims.at(-1) ?? 0) + endToken] = 1000;
    return { ...outputs, logits: new Tensor('float32', data, logits.dims) };
  };
  const request = { samples: sampled(10, whistled(sentences)), language: 'en' };
  try {
    const reply = await transcribeSamples(loaded, request, () => undefined, new AbortController().signal);
    assert.ok('segments' in reply);
    assert.deepEqual(
      reply.segments.map((segment) => segment.text.trim()),
      sentences.map((sentence) => sentence.text),
    );
    const ends = reply.segments.map(({ endMs = Number.NaN }) => endMs);
    for (const [i, sentence] of sentences.entries()) {
      const endMs = sentence.startMs + secondsOf(sentence.text) * 1000;
      assert.ok(Math.abs((ends[i] ?? Number.NaN) - endMs) < 300, ends.join());
    }
  } finally {
    loaded.model.forward = forward;
  }
  assert.equal(passes, 2);
});
