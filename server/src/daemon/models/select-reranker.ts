import { createOpenAiReranker } from '../../adapters/openai/reranker.ts';
import { createTransformersReranker } from '../../adapters/transformers/reranker.ts';
import type { Reranker } from '../../ports/reranker.ts';
import type { SelectedModel } from './model-slot.ts';
import { type SelectionInputs, selectModel } from './select-model.ts';

export function selectReranker(inputs: SelectionInputs): SelectedModel<Reranker> {
  return selectModel(
    {
      role: 'reranker',
      remote: { sentText: 'questions and the passages found are', create: createOpenAiReranker },
      local: ({ id, revision }, host) => ({
        create: () => createTransformersReranker({ id, revision }, host),
      }),
    },
    inputs,
  );
}
