import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type DataType, precisionOf } from '../../core/modelFiles.ts';

/** The graphs of a vision-language model. */
export const VISION_GRAPHS = ['vision_encoder', 'embed_tokens', 'decoder_model_merged'] as const;

/** The precision of each graph among the files of a folder, or the first graph that has none for the device. */
export function chooseTypes(
  folder: string,
  device: string,
  graphs: readonly string[],
): { readonly types: Readonly<Record<string, DataType>> } | { readonly missing: string } {
  const path = join(folder, 'onnx');
  const names = new Set(existsSync(path) ? readdirSync(path).map((name) => `onnx/${name}`) : []);
  const types: Record<string, DataType> = {};
  for (const graph of graphs) {
    const type = precisionOf(graph, names, device !== 'cpu');
    if (!type) return { missing: `onnx/${graph}.onnx` };
    types[graph] = type;
  }
  return { types };
}
