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

test('given the files of a sentence-transformers model, when chosen for download, then one graph is taken of its nine variants', () => {
  const variants = [
    '',
    '_O1',
    '_O2',
    '_O3',
    '_O4',
    '_qint8_arm64',
    '_qint8_avx512',
    '_qint8_avx512_vnni',
    '_quint8_avx2',
  ];
  const names = ['config.json', ...variants.map((variant) => `onnx/model${variant}.onnx`)];
  assert.deepEqual(listGraphs(names), ['model']);
  assert.deepEqual(chooseFilesToPull(names, false), ['config.json', 'onnx/model.onnx']);
});

test('given graphs in precisions that cannot be loaded, when chosen for download, then they are left out', () => {
  const names = ['', '_q1', '_q2', '_q2f16', '_q4', '_q4f16', '_quantized'].map(
    (each) => `onnx/model${each}.onnx`,
  );
  assert.deepEqual(chooseFilesToPull(names, false), ['onnx/model_quantized.onnx']);
  assert.deepEqual(chooseFilesToPull(['onnx/model_q2.onnx'], false), []);
});

test('given a speech encoder in full precision and in 8 bits, when chosen, then the full one is taken unless it is huge', () => {
  const names = graphs('encoder_model', 'decoder_model_merged');
  assert.deepEqual(chooseFilesToPull(names, false), [
    'onnx/decoder_model_merged_quantized.onnx',
    'onnx/encoder_model.onnx',
  ]);
  assert.deepEqual(chooseFilesToPull([...names, 'onnx/encoder_model.onnx_data'], false), [
    'onnx/decoder_model_merged_quantized.onnx',
    'onnx/encoder_model_quantized.onnx',
  ]);
});

test('given a model with layers after its pooling, when chosen for download, then they are taken too', () => {
  const names = [
    'modules.json',
    '1_Pooling/config.json',
    '2_Dense/config.json',
    '2_Dense/model.safetensors',
    'model.safetensors',
  ];
  assert.deepEqual(chooseFilesToPull(names, false), [
    '1_Pooling/config.json',
    '2_Dense/config.json',
    '2_Dense/model.safetensors',
    'modules.json',
  ]);
});
