import { createOnnxDiariser } from '../../adapters/transformers/diariser.ts';
import type { Diariser } from '../../ports/diariser.ts';
import type { SelectedModel } from './model-slot.ts';
import { type SelectionInputs, selectModel } from './select-model.ts';

export function selectDiariser(inputs: SelectionInputs): SelectedModel<Diariser> {
  return selectModel(
    {
      role: 'diariser',
      // Small recurrent networks: an accelerator is slower than one processor.
      local: ({ id, revision }, host) => ({
        create: () => createOnnxDiariser({ id, revision }, { ...host, devices: ['cpu'], threads: 1 }),
      }),
    },
    inputs,
  );
}
