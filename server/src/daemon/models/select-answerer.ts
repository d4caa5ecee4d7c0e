import { findAnswerBudget } from '../../adapters/models/model-budgets.ts';
import { createOpenAiAnswerer } from '../../adapters/openai/answerer.ts';
import { createTransformersAnswerer } from '../../adapters/transformers/answerer.ts';
import type { Answerer } from '../../ports/answerer.ts';
import type { ModelSlot, SelectedModel } from './model-slot.ts';
import type { AnsweringCaptioner } from './select-captioner.ts';
import { parseRoleSetting, type SelectionInputs, selectModel } from './select-model.ts';

const REMOTE_BUDGET = { words: 3000, tokens: 500 } as const;
/** Small, because a local captioner has little room for text besides its pictures. */
const CAPTIONER_BUDGET = { words: 600, tokens: 150 } as const;

/**
 * Selects the answerer. `captioner` is the current captioner, which also answers if `models.answerer` says
 * so.
 */
export function selectAnswerer(
  inputs: SelectionInputs,
  captioner: ModelSlot<AnsweringCaptioner>,
): SelectedModel<Answerer> {
  const role = 'answerer';
  const { kind } = parseRoleSetting(inputs.settings, role);
  if (kind === 'editor') {
    const why = 'set in models.answerer: VS Code uses its own model, other clients get quotes';
    return { role, inUse: 'editor', why, key: 'none', create: undefined };
  }
  if (kind === 'captioner') {
    const model = captioner.model();
    if (!model) {
      const why = 'models.answerer is "captioner", but no captioner is in use';
      return { role, inUse: 'quotes', why, key: 'none', create: undefined };
    }
    const isRemote = parseRoleSetting(inputs.settings, 'captioner').kind === 'endpoint';
    const sentNotice = isRemote ? '; questions and the clips found are sent to its endpoint' : '';
    return {
      role,
      inUse: model.name,
      why: `the captioner, set in models.answerer${sentNotice}`,
      key: `captioner ${captioner.key()}`,
      create: () => model.answerer(isRemote ? REMOTE_BUDGET : CAPTIONER_BUDGET),
    };
  }
  return selectModel(
    {
      role,
      fallbackName: 'quotes',
      remote: {
        sentText: 'questions and the clips found are',
        create: (host, mark) => createOpenAiAnswerer({ ...host, ...REMOTE_BUDGET, style: mark?.style }),
      },
      local: ({ id, folder }, host, mark) => {
        const folderBudget = findAnswerBudget(folder);
        const budget = { ...folderBudget, style: mark?.style ?? folderBudget.style };
        return { cacheKey: budget, create: () => createTransformersAnswerer({ id, budget }, host) };
      },
    },
    inputs,
  );
}
