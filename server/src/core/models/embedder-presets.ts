import { hashText } from '../text/hash-text.ts';
import { legacyHashText } from '../text/legacy-hash.ts';

/**
 * Describes how to use a text embedder: the pooling of token vectors and the prefixes of queries and
 * passages.
 */
export interface EmbedderPreset {
  readonly pooling: 'mean' | 'cls' | 'last';
  readonly query: string;
  readonly passage: string;
}

const BGE_QUERY_PREFIX = 'Represent this sentence for searching relevant passages: ';
const INSTRUCT_QUERY_PREFIX =
  'Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery:';

/**
 * Maps model families to presets that neither the ONNX copies on the hub nor hosts state. Source: the model
 * cards.
 */
const PRESETS_BY_FAMILY: readonly (readonly [RegExp, EmbedderPreset])[] = [
  [/bge-(?:small|base|large)-en/, { pooling: 'cls', query: BGE_QUERY_PREFIX, passage: '' }],
  [/bge-(?:small|base|large|m3)/, { pooling: 'cls', query: '', passage: '' }],
  [/mxbai-embed/, { pooling: 'cls', query: BGE_QUERY_PREFIX, passage: '' }],
  [/snowflake-arctic-embed(?:2|-[ml]-v2)/, { pooling: 'cls', query: 'query: ', passage: '' }],
  [/snowflake-arctic-embed/, { pooling: 'cls', query: BGE_QUERY_PREFIX, passage: '' }],
  [/e5-[\w-]*instruct/, { pooling: 'mean', query: `${INSTRUCT_QUERY_PREFIX} `, passage: '' }],
  [/(?:^|[-_/])e5-/, { pooling: 'mean', query: 'query: ', passage: 'passage: ' }],
  [/nomic-embed-text/, { pooling: 'mean', query: 'search_query: ', passage: 'search_document: ' }],
  [/gte-(?:multilingual|modernbert|base-en-v1.5|large-en-v1.5)/, { pooling: 'cls', query: '', passage: '' }],
  [/qwen3-embedding/, { pooling: 'last', query: INSTRUCT_QUERY_PREFIX, passage: '' }],
];
/** Preset of a model that belongs to no known family. */
export const DEFAULT_EMBEDDER_PRESET: EmbedderPreset = { pooling: 'mean', query: '', passage: '' };

/**
 * Returns the preset for a model name: a hub id, a folder name, or a host's name (`nomic-embed-text:v1.5`).
 */
export function findEmbedderPreset(name: string): EmbedderPreset {
  return (
    PRESETS_BY_FAMILY.find(([family]) => family.test(name.toLowerCase()))?.[1] ?? DEFAULT_EMBEDDER_PRESET
  );
}

/**
 * Returns an embedder's revision including what shapes its stored vectors: the passage prefix, and the pooling if this
 * machine pools (a remote host does that itself). The query prefix is left out.
 */
export function toEmbedderRevision(
  revision: string,
  { passage, pooling = 'mean' }: { readonly passage: string; readonly pooling?: EmbedderPreset['pooling'] },
): string {
  const shape = toVectorShape(pooling, passage);
  return shape === '' ? revision : [revision, hashText(shape)].filter(Boolean).join('+');
}

const toVectorShape = (pooling: EmbedderPreset['pooling'], passage: string) =>
  pooling === 'mean' ? passage : `${pooling} ${passage}`;

/** Replaces the older hash at the end of a model's name and revision, if a preset's pooling and prefix explain it. */
export function toCurrentEmbedderModel(model: string): string {
  const passages = new Set(PRESETS_BY_FAMILY.map(([, { passage }]) => passage));
  for (const pooling of ['mean', 'cls', 'last'] as const)
    for (const passage of passages) {
      const shape = toVectorShape(pooling, passage);
      const legacyHash = legacyHashText(shape);
      if (shape !== '' && model.endsWith(legacyHash))
        return `${model.slice(0, -legacyHash.length)}${hashText(shape)}`;
    }
  return model;
}
