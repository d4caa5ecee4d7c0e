import { basename } from 'node:path';
import { readJsonFile, readPath } from '../../base/read-json-file.ts';
import {
  DEFAULT_EMBEDDER_PRESET,
  type EmbedderPreset,
  findEmbedderPreset,
} from '../../core/models/embedder-presets.ts';
import { findIdInPath } from '../../core/models/shared-cache-path.ts';

const toText = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** Returns the pooling from the files of sentence-transformers. */
function findPooling(folder: string): EmbedderPreset['pooling'] | undefined {
  const config = readJsonFile(folder, '1_Pooling/config.json');
  if (readPath(config, 'pooling_mode_cls_token') === true) return 'cls';
  if (readPath(config, 'pooling_mode_lasttoken') === true) return 'last';
  return readPath(config, 'pooling_mode_mean_tokens') === true ? 'mean' : undefined;
}

/**
 * Returns the family's preset for the model in a folder. A folder's own name may say nothing (a commit, `model`): then
 * the shared cache's path or the configuration names the model.
 */
function findPreset(folder: string, id: string | undefined): EmbedderPreset {
  const nameInConfig = toText(readPath(readJsonFile(folder, 'config.json'), '_name_or_path'));
  const names = [id ?? findIdInPath(folder) ?? basename(folder), nameInConfig ?? ''];
  const presets = names.map(findEmbedderPreset);
  return presets.find((preset) => preset !== DEFAULT_EMBEDDER_PRESET) ?? DEFAULT_EMBEDDER_PRESET;
}

/**
 * Returns how to embed with the model in a folder. Its goldfish.json (`{"pooling": "cls", "query": "...",
 * "passage": "..."}`) takes precedence over the files of sentence-transformers, and those over the family's
 * preset.
 */
export function readPoolingConfig(folder: string, id?: string): EmbedderPreset {
  const preset = findPreset(folder, id);
  const folderConfig = readJsonFile(folder, 'goldfish.json');
  const prompts = readPath(readJsonFile(folder, 'config_sentence_transformers.json'), 'prompts');
  const ownPooling = (['mean', 'cls', 'last'] as const).find(
    (pooling) => pooling === readPath(folderConfig, 'pooling'),
  );
  return {
    pooling: ownPooling ?? findPooling(folder) ?? preset.pooling,
    query: toText(readPath(folderConfig, 'query')) ?? toText(readPath(prompts, 'query')) ?? preset.query,
    passage:
      toText(readPath(folderConfig, 'passage')) ??
      toText(readPath(prompts, 'passage')) ??
      toText(readPath(prompts, 'document')) ??
      preset.passage,
  };
}
