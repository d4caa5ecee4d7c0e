import { fileURLToPath } from 'node:url';
import type { InferenceHostOptions } from '../../server/src/adapters/transformers/inference-host.ts';

const folderOf = (name: string) => fileURLToPath(new URL(`../../models/${name}/model`, import.meta.url));

/** A tiny model of models/ by the name of its folder, and how it is loaded in tests. */
export function tinyModel(
  name: 'tiny-embedder' | 'tiny-clip' | 'tiny-reranker' | 'tiny-whisper' | 'tiny-answerer',
) {
  const host: InferenceHostOptions = { folder: folderOf(name), devices: ['cpu'], threads: 1, idleMs: 60_000 };
  return { model: { id: name, revision: 'test' }, host };
}

/** How alike two vectors of length 1 are, -1..1. */
export function likeness(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
}
