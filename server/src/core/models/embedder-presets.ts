import { hashText } from '../text/hash-text.ts';

/** How a text embedder wants to be used: how token vectors become one of a text, and what it reads before a text. */
export interface EmbedderPreset {
  readonly pooling: 'mean' | 'cls' | 'last';
  readonly query: string;
  readonly passage: string;
}

const BGE_QUERY_PREFIX = 'Represent this sentence for searching relevant passages: ';
const INSTRUCT_QUERY_PREFIX =
  'Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery:';

/** Habits of families that stand in no file of the hub's ONNX copies and that no host tells; each model's card does. */
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
const DEFAULT_PRESET: EmbedderPreset = { pooling: 'mean', query: '', passage: '' };

/** What is known of a model by its name alone: the hub's id, a folder's, or as a host calls it (`nomic-embed-text:v1.5`). */
export function findEmbedderPreset(name: string): EmbedderPreset {
  return PRESETS_BY_FAMILY.find(([family]) => family.test(name.toLowerCase()))?.[1] ?? DEFAULT_PRESET;
}

/**
 * A text embedder's revision with what it reads before a passage: with other words there, stored vectors are another
 * model's. What stands before a question is in no stored vector, and changes nothing.
 */
export function toEmbedderRevision(revision: string, { passage }: Pick<EmbedderPreset, 'passage'>): string {
  return passage === '' ? revision : [revision, hashText(passage)].filter(Boolean).join('+');
}
