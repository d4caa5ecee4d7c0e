import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The graphs of a vision-language model, by the names that transformers.js gives them. */
const GRAPHS = ['vision_encoder', 'embed_tokens', 'decoder_model_merged'] as const;
type Graph = (typeof GRAPHS)[number];

export type DataType = 'fp32' | 'fp16' | 'q8' | 'q4' | 'q4f16' | 'int8' | 'uint8' | 'bnb4';

const SUFFIX: Readonly<Record<DataType, string>> = {
  fp32: '',
  fp16: '_fp16',
  q8: '_quantized',
  q4: '_q4',
  q4f16: '_q4f16',
  int8: '_int8',
  uint8: '_uint8',
  bnb4: '_bnb4',
};
/** Smallest cost first for a CPU; for a GPU half precision first, and full where the driver has no half. */
const CPU_ORDER: readonly DataType[] = ['q8', 'int8', 'uint8', 'q4', 'fp32', 'fp16'];
const GPU_ORDER: readonly DataType[] = ['fp16', 'fp32', 'q4f16', 'q4'];
/** Token embeddings are a table: quantising them saves little and costs much on a GPU. */
const EMBED_ORDER: readonly DataType[] = ['fp16', 'fp32'];

/**
 * The data type of each graph among the files that are there. `undefined` with the first graph that is missing.
 * Half precision for embeddings is taken on a GPU alone.
 */
export function chooseTypes(
  folder: string,
  device: string,
): { readonly types: Readonly<Record<Graph, DataType>> } | { readonly missing: string } {
  const there = (graph: Graph, type: DataType) =>
    existsSync(join(folder, 'onnx', `${graph}${SUFFIX[type]}.onnx`));
  const order = device === 'cpu' ? CPU_ORDER : GPU_ORDER;
  const types: Partial<Record<Graph, DataType>> = {};
  for (const graph of GRAPHS) {
    const wanted = graph === 'embed_tokens' && device !== 'cpu' ? [...EMBED_ORDER, ...order] : order;
    const found = wanted.find((type) => there(graph, type));
    if (!found) return { missing: `onnx/${graph}.onnx` };
    types[graph] = found;
  }
  return { types: types as Record<Graph, DataType> };
}
