import { answerBudgetOf } from '../../adapters/models/budget.ts';
import { openaiAnswerer } from '../../adapters/openai/answerer.ts';
import { type AnswerBudget, transformersAnswerer } from '../../adapters/transformers/answerer.ts';
import type { Answerer } from '../../ports/answerer.ts';
import type { WritingCaptioner } from './captioner.ts';
import { type Choosing, choiceOf, chooseFor } from './choose.ts';
import type { Kept, Taken } from './keep.ts';

const REMOTE: AnswerBudget = { words: 3000, tokens: 500 };
/** A captioner on this machine reads little beside its pictures. */
const CAPTIONER: AnswerBudget = { words: 600, tokens: 150 };

/** `captioner` is what serves that role now: it answers too where it is set for both. */
export function chooseAnswerer(choosing: Choosing, captioner: Kept<WritingCaptioner>): Taken<Answerer> {
  const role = 'answerer';
  const { kind } = choiceOf(choosing.settings, role);
  if (kind === 'editor') {
    const why = 'set in models.answerer: VS Code answers with its own model, other clients get quotes';
    return { role, inUse: 'editor', why, key: 'none', make: undefined };
  }
  if (kind === 'captioner') {
    const model = captioner.model();
    if (!model) {
      const why = 'models.answerer is the captioner, and there is none';
      return { role, inUse: 'quotes', why, key: 'none', make: undefined };
    }
    const remote = choiceOf(choosing.settings, 'captioner').kind === 'endpoint';
    const sent = remote ? '; questions and the clips found are sent to its host' : '';
    return {
      role,
      inUse: model.name,
      why: `the captioner, set in models.answerer${sent}`,
      key: `captioner ${captioner.key()}`,
      make: () => model.answerer(remote ? REMOTE : CAPTIONER),
    };
  }
  return chooseFor(
    {
      role,
      without: 'quotes',
      remote: {
        sent: 'questions and the clips found are',
        make: (host) => openaiAnswerer({ ...host, ...REMOTE }),
      },
      local: ({ id, folder }, host) => {
        const budget = answerBudgetOf(folder);
        return { shape: budget, make: () => transformersAnswerer({ id, budget }, host) };
      },
    },
    choosing,
  );
}
