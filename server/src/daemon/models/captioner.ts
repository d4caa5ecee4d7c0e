import { budgetOf } from '../../adapters/models/budget.ts';
import { openaiAnswerer } from '../../adapters/openai/answerer.ts';
import { openaiCaptioner } from '../../adapters/openai/captioner.ts';
import type { AnswerBudget } from '../../adapters/transformers/answerer.ts';
import { transformersCaptioner } from '../../adapters/transformers/captioner.ts';
import type { CaptionBudget } from '../../core/captionPrompt.ts';
import type { Answerer } from '../../ports/answerer.ts';
import type { Captioner } from '../../ports/captioner.ts';
import { type Choosing, chooseFor } from './choose.ts';
import type { Taken } from './keep.ts';

/** A captioner that also writes from text alone, where `models.answerer` says so. */
export interface WritingCaptioner extends Captioner {
  answerer(budget: AnswerBudget): Answerer;
}

const REMOTE_BUDGET: CaptionBudget = { frames: 8, framePx: 512, words: 250, tokens: 150 };
const REMOTE_CONCURRENCY = 4;
const BATCH = 4;

export function chooseCaptioner(choosing: Choosing): Taken<WritingCaptioner> {
  const { settings, manifest } = choosing;
  const sized = (budget: CaptionBudget): CaptionBudget => {
    const frames = settings['models.frames'];
    return frames > 0 ? { ...budget, frames } : budget;
  };
  return chooseFor(
    {
      role: 'captioner',
      missing: 'Nothing says yet what is seen',
      remote: {
        sent: 'frames and speech are',
        make: (remote) => {
          const budget = sized(REMOTE_BUDGET);
          const captioner = openaiCaptioner({ ...remote, budget, concurrency: REMOTE_CONCURRENCY });
          return Object.assign(captioner, {
            answerer: (own: AnswerBudget) => openaiAnswerer({ ...remote, ...own }),
          });
        },
      },
      local: ({ id, hubId, revision, folder }, host) => {
        const known = manifest.models.find((model) => model.id === hubId);
        const budget = sized(known?.budget ?? budgetOf(folder));
        const clipMs = known?.clipMs;
        return {
          shape: budget,
          make: () => transformersCaptioner({ id, revision, budget, clipMs, batch: BATCH }, host),
        };
      },
    },
    choosing,
  );
}
