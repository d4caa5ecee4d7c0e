import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PULL_REMEDY } from './load-model.ts';
import { UnsupportedModelError } from './unsupported-model.ts';

/** A linear layer of sentence-transformers, after the pooling. */
export interface DenseLayer {
  /** Row by row, one row for each output. */
  readonly weights: Float32Array;
  /** One value for each output; undefined for a layer without bias. */
  readonly bias: Float32Array | undefined;
  readonly activation: 'identity' | 'tanh';
}

/** Maps the names of PyTorch's classes. */
const ACTIVATIONS: Readonly<Record<string, DenseLayer['activation']>> = {
  'torch.nn.modules.linear.Identity': 'identity',
  'torch.nn.modules.activation.Tanh': 'tanh',
};

interface TensorEntry {
  readonly dtype: string;
  readonly data_offsets: readonly [number, number];
}

/** Reads the 32-bit tensors of a safetensors file: 8 bytes with the length of a JSON header, the header, the data. */
function readSafetensors(path: string): ReadonlyMap<string, Float32Array> {
  const bytes = readFileSync(path);
  const headerLength = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.toString('utf8', 8, 8 + headerLength)) as Readonly<
    Record<string, TensorEntry>
  >;
  return new Map(
    Object.entries(header).flatMap(([name, { dtype, data_offsets: offsets }]) => {
      if (dtype !== 'F32') return [];
      const [from, to] = offsets.map((offset) => 8 + headerLength + offset);
      // A copy, because the data may begin at any byte.
      return [[name, new Float32Array(Uint8Array.from(bytes.subarray(from, to)).buffer)] as const];
    }),
  );
}

function readLayer(folder: string): DenseLayer {
  try {
    const config: unknown = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8'));
    const name =
      config && typeof config === 'object' && 'activation_function' in config
        ? String(config.activation_function)
        : '';
    const activation = ACTIVATIONS[name];
    const tensors = readSafetensors(join(folder, 'model.safetensors'));
    const weights = tensors.get('linear.weight');
    if (activation && weights) return { weights, bias: tensors.get('linear.bias'), activation };
  } catch (error) {
    throw new UnsupportedModelError(`The layer in ${folder} cannot be read`, PULL_REMEDY, { cause: error });
  }
  throw new UnsupportedModelError(`The layer in ${folder} is of an unknown kind`, PULL_REMEDY);
}

/** Returns the layers of a model that follow its pooling, in order: the folders `2_Dense`, `3_Dense`, ... */
export function readDenseLayers(folder: string): readonly DenseLayer[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /^\d+_Dense$/.test(name))
    .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))
    .map((name) => readLayer(join(folder, name)));
}

/** Applies a layer to a pooled vector. */
export function applyDenseLayer(
  vector: Float32Array,
  { weights, bias, activation }: DenseLayer,
): Float32Array {
  return Float32Array.from({ length: weights.length / vector.length }, (_, row) => {
    let sum = bias?.[row] ?? 0;
    for (let i = 0; i < vector.length; i += 1)
      sum += (weights[row * vector.length + i] ?? 0) * (vector[i] ?? 0);
    return activation === 'tanh' ? Math.tanh(sum) : sum;
  });
}
