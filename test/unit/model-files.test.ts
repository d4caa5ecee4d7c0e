import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseFilesToPull, listGraphs } from '../../server/src/core/models/model-files.ts';

const graphs = (...names: readonly string[]) =>
  names.flatMap((name) => [`onnx/${name}.onnx`, `onnx/${name}_fp16.onnx`, `onnx/${name}_quantized.onnx`]);

test('a merged decoder makes its parts needless', () => {
  const names = graphs('encoder_model', 'decoder_model', 'decoder_with_past_model', 'decoder_model_merged');
  assert.deepEqual(listGraphs(names), ['decoder_model_merged', 'encoder_model']);
  assert.deepEqual(listGraphs(graphs('decoder_model')), ['decoder_model']);
});

test('both towers make the whole needless; one alone does not', () => {
  assert.deepEqual(listGraphs(graphs('model', 'text_model', 'vision_model')), ['text_model', 'vision_model']);
  assert.deepEqual(listGraphs(graphs('model', 'vision_model')), ['model', 'vision_model']);
});

test('of each graph one precision is pulled, beside the configuration', () => {
  const names = [
    'config.json',
    'README.md',
    'model.safetensors',
    ...graphs('model', 'text_model', 'vision_model'),
  ];
  assert.deepEqual(chooseFilesToPull(names, false), [
    'config.json',
    'onnx/text_model_quantized.onnx',
    'onnx/vision_model_quantized.onnx',
  ]);
  assert.deepEqual(chooseFilesToPull(names, true), [
    'config.json',
    'onnx/text_model_fp16.onnx',
    'onnx/vision_model_fp16.onnx',
  ]);
});
