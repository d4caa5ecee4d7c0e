import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { choosePrecision, type DataType } from '../../core/models/model-files.ts';

/** ONNX graphs of a vision-language model. */
export const VISION_GRAPHS = ['vision_encoder', 'embed_tokens', 'decoder_model_merged'] as const;

/**
 * Chooses the precision of each graph among the files of a folder. Returns `missing` for the first graph
 * without a file for the device.
 */
export function choosePrecisions(
  folder: string,
  device: string,
  graphs: readonly string[],
): { readonly types: Readonly<Record<string, DataType>> } | { readonly missing: string } {
  const path = join(folder, 'onnx');
  const names = new Set(existsSync(path) ? readdirSync(path).map((name) => `onnx/${name}`) : []);
  const precisions: Record<string, DataType> = {};
  for (const graph of graphs) {
    const precision = choosePrecision(graph, names, device !== 'cpu');
    if (!precision) return { missing: `onnx/${graph}.onnx` };
    precisions[graph] = precision;
  }
  return { types: precisions };
}
