import { createOpenAiTranscriber } from '../../adapters/openai/transcriber.ts';
import { createTransformersTranscriber } from '../../adapters/transformers/transcriber.ts';
import type { Transcriber } from '../../ports/transcriber.ts';
import type { SelectedModel } from './model-slot.ts';
import { type SelectionInputs, selectModel } from './select-model.ts';

export function selectTranscriber(inputs: SelectionInputs): SelectedModel<Transcriber> {
  return selectModel(
    {
      role: 'transcriber',
      remote: { sentText: 'the sound of videos is', create: createOpenAiTranscriber },
      local: ({ id, revision }, host) => ({
        create: () => createTransformersTranscriber({ id, revision }, host),
      }),
    },
    inputs,
  );
}
