import { findFramePx } from '../../adapters/models/model-budgets.ts';
import { createOpenAiTextEmbedder } from '../../adapters/openai/text-embedder.ts';
import { createTransformersFrameEmbedder } from '../../adapters/transformers/frame-embedder.ts';
import { readPoolingConfig } from '../../adapters/transformers/pooling-config.ts';
import { createTransformersTextEmbedder } from '../../adapters/transformers/text-embedder.ts';
import { toEmbedderRevision } from '../../core/models/embedder-presets.ts';
import type { FrameEmbedder } from '../../ports/frame-embedder.ts';
import type { TextEmbedder } from '../../ports/text-embedder.ts';
import type { SelectedModel } from './model-slot.ts';
import { type SelectionInputs, selectModel } from './select-model.ts';

export function selectTextEmbedder(inputs: SelectionInputs): SelectedModel<TextEmbedder> {
  return selectModel(
    {
      role: 'textEmbedder',
      remote: {
        sentText: 'questions, captions, speech and text on screen are',
        create: createOpenAiTextEmbedder,
      },
      local: ({ id, hubId, revision: weightsRevision, folder }, host) => {
        const revision = toEmbedderRevision(weightsRevision, readPoolingConfig(folder, hubId));
        return { cacheKey: revision, create: () => createTransformersTextEmbedder({ id, revision }, host) };
      },
    },
    inputs,
  );
}

export function selectFrameEmbedder(inputs: SelectionInputs): SelectedModel<FrameEmbedder> {
  return selectModel(
    {
      role: 'frameEmbedder',
      local: ({ id, revision, folder }, host) => {
        const framePx = findFramePx(folder);
        return {
          cacheKey: framePx,
          create: () => createTransformersFrameEmbedder({ id, revision, framePx }, host),
        };
      },
    },
    inputs,
  );
}
