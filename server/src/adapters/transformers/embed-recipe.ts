import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** How a model's token vectors become one vector of a text, and what it wants to read before it. */
export interface EmbedRecipe {
  readonly pooling: 'mean' | 'cls' | 'last';
  readonly query: string;
  readonly passage: string;
}

const BGE = 'Represent this sentence for searching relevant passages: ';

/** Habits of families that stand in no file of the hub's ONNX copies; each model's card tells them. */
const FAMILIES: readonly (readonly [RegExp, EmbedRecipe])[] = [
  [/bge-(?:small|base|large)-en/, { pooling: 'cls', query: BGE, passage: '' }],
  [/bge-(?:small|base|large|m3)/, { pooling: 'cls', query: '', passage: '' }],
  [/mxbai-embed/, { pooling: 'cls', query: BGE, passage: '' }],
  [/snowflake-arctic-embed/, { pooling: 'cls', query: BGE, passage: '' }],
  [/(?:^|[-_])e5-/, { pooling: 'mean', query: 'query: ', passage: 'passage: ' }],
  [/nomic-embed/, { pooling: 'mean', query: 'search_query: ', passage: 'search_document: ' }],
  [/gte-(?:multilingual|modernbert|base-en-v1.5|large-en-v1.5)/, { pooling: 'cls', query: '', passage: '' }],
];
const PLAIN: EmbedRecipe = { pooling: 'mean', query: '', passage: '' };

function json(folder: string, name: string): unknown {
  try {
    return JSON.parse(readFileSync(join(folder, name), 'utf8'));
  } catch {
    return undefined;
  }
}

function at(value: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined),
    value,
  );
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** What sentence-transformers wrote of pooling. */
function poolingOf(folder: string): EmbedRecipe['pooling'] | undefined {
  const config = json(folder, '1_Pooling/config.json');
  if (at(config, 'pooling_mode_cls_token') === true) return 'cls';
  if (at(config, 'pooling_mode_lasttoken') === true) return 'last';
  return at(config, 'pooling_mode_mean_tokens') === true ? 'mean' : undefined;
}

/**
 * How to embed with the model of a folder. What its goldfish.json says (`{"pooling": "cls", "query": "...",
 * "passage": "..."}`) goes first, then the files of sentence-transformers, then what is known of its family.
 */
export function embedRecipe(folder: string, id: string = basename(folder)): EmbedRecipe {
  const known = FAMILIES.find(([name]) => name.test(id.toLowerCase()))?.[1] ?? PLAIN;
  const own = json(folder, 'goldfish.json');
  const prompts = at(json(folder, 'config_sentence_transformers.json'), 'prompts');
  const ownPooling = (['mean', 'cls', 'last'] as const).find((each) => each === at(own, 'pooling'));
  return {
    pooling: ownPooling ?? poolingOf(folder) ?? known.pooling,
    query: text(at(own, 'query')) ?? text(at(prompts, 'query')) ?? known.query,
    passage:
      text(at(own, 'passage')) ??
      text(at(prompts, 'passage')) ??
      text(at(prompts, 'document')) ??
      known.passage,
  };
}
