import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type EmbedHabits, habitsOf } from '../../core/embedHabits.ts';

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
function poolingOf(folder: string): EmbedHabits['pooling'] | undefined {
  const config = json(folder, '1_Pooling/config.json');
  if (at(config, 'pooling_mode_cls_token') === true) return 'cls';
  if (at(config, 'pooling_mode_lasttoken') === true) return 'last';
  return at(config, 'pooling_mode_mean_tokens') === true ? 'mean' : undefined;
}

/**
 * How to embed with the model of a folder. What its goldfish.json says (`{"pooling": "cls", "query": "...",
 * "passage": "..."}`) goes first, then the files of sentence-transformers, then what is known of its family.
 */
export function embedRecipe(folder: string, id: string = basename(folder)): EmbedHabits {
  const known = habitsOf(id);
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
