import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseFilesToPull, listGraphs } from '../../server/src/core/models/model-files.ts';

const graphs = (...names: readonly string[]) =>
  names.flatMap((name) => [`onnx/${name}.onnx`, `onnx/${name}_fp16.onnx`, `onnx/${name}_quantized.onnx`]);

test('given a merged decoder, when graphs are listed, then its parts are left out', () => {
  const names = graphs('encoder_model', 'decoder_model', 'decoder_with_past_model', 'decoder_model_merged');
  assert.deepEqual(listGraphs(names), ['decoder_model_merged', 'encoder_model']);
  assert.deepEqual(listGraphs(graphs('decoder_model')), ['decoder_model']);
});

test('given both towers, when graphs are listed, then the whole model is left out; given one, then it stays', () => {
  assert.deepEqual(listGraphs(graphs('model', 'text_model', 'vision_model')), ['text_model', 'vision_model']);
  assert.deepEqual(listGraphs(graphs('model', 'vision_model')), ['model', 'vision_model']);
});

test('given the files of a model, when chosen for download, then each graph has one precision, plus the configuration', () => {
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
