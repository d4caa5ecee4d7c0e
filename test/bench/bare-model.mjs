// The graphs of a model of the SmolVLM family through bare ONNX Runtime, with the very inputs that our child makes of a
// clip: what captioning costs at the least. Forked by models.bench.mjs; sends the seconds of each clip.
import { readFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { AutoProcessor } from '@huggingface/transformers';
import ort from 'onnxruntime-node';
import { createPreparer } from '../../server/src/adapters/transformers/image-text-prompt.ts';
import { restrictToFolder } from '../../server/src/adapters/transformers/load-model.ts';
import { clipOf } from './random-clip.mjs';

const [folder, threads, tokens, runs] = process.argv.slice(2);
// As our child runs.
setPriority(19);
const { text_config: text, image_token_id: image } = JSON.parse(
  readFileSync(join(folder, 'config.json'), 'utf8'),
);
const options = { intraOpNumThreads: Number(threads), interOpNumThreads: 1 };
const open = (name) => ort.InferenceSession.create(join(folder, 'onnx', `${name}_quantized.onnx`), options);
const [vision, embed, decoder] = [
  await open('vision_encoder'),
  await open('embed_tokens'),
  await open('decoder_model_merged'),
];
const processor = await AutoProcessor.from_pretrained(restrictToFolder(folder), { local_files_only: true });
const inputs = await createPreparer('smolvlm', processor).prepare([clipOf(0)]);
const bare = ({ type, data, dims }) => new ort.Tensor(type, data, dims);
const whole = (numbers) => new ort.Tensor('int64', BigInt64Array.from(numbers, BigInt), [1, numbers.length]);
const empty = () =>
  new ort.Tensor('float32', new Float32Array(0), [1, text.num_key_value_heads, 0, text.head_dim]);

function largest(values) {
  let best = 0;
  for (let i = 1; i < values.length; i += 1) if (values[i] > values[best]) best = i;
  return best;
}

async function caption() {
  const pixels = {
    pixel_values: bare(inputs.pixel_values),
    pixel_attention_mask: bare(inputs.pixel_attention_mask),
  };
  const { image_features: features } = await vision.run(pixels);
  const ids = inputs.input_ids.data;
  let { inputs_embeds: embeds } = await embed.run({ input_ids: bare(inputs.input_ids) });
  let at = 0;
  for (const [i, id] of ids.entries()) {
    if (Number(id) !== image) continue;
    const width = text.hidden_size;
    embeds.data.set(features.data.subarray(at * width, (at + 1) * width), i * width);
    at += 1;
  }
  const cache = {};
  for (let layer = 0; layer < text.num_hidden_layers; layer += 1)
    for (const part of ['key', 'value']) cache[`past_key_values.${layer}.${part}`] = empty();
  let positions = Array.from(ids, (_, i) => i);
  for (let token = 0; ; token += 1) {
    const length = positions.at(-1) + 1;
    const out = await decoder.run({
      inputs_embeds: embeds,
      attention_mask: whole(Array(length).fill(1)),
      position_ids: whole(positions),
      ...cache,
    });
    if (token + 1 >= Number(tokens)) return;
    for (const name of Object.keys(cache)) cache[name] = out[name.replace('past_key_values', 'present')];
    ({ inputs_embeds: embeds } = await embed.run({ input_ids: whole([largest(out.logits.data)]) }));
    positions = [length];
  }
}

const seconds = [];
// The first is a warm-up.
for (let run = 0; run <= Number(runs); run += 1) {
  const start = performance.now();
  await caption();
  if (run > 0) seconds.push((performance.now() - start) / 1000);
}
process.send({ seconds, prompt: inputs.input_ids.dims[1] });
process.disconnect();
