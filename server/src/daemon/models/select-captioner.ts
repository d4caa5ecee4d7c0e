import { findAnswerBudget, findCaptionBudget } from '../../adapters/models/model-budgets.ts';
import { createOpenAiAnswerer } from '../../adapters/openai/answerer.ts';
import { createOpenAiCaptioner } from '../../adapters/openai/captioner.ts';
import type { AnswerLimits } from '../../adapters/transformers/answerer.ts';
import { createTransformersCaptioner } from '../../adapters/transformers/captioner.ts';
import type { CaptionBudget } from '../../core/generation/caption-prompt.ts';
import type { Answerer } from '../../ports/answerer.ts';
import type { Captioner } from '../../ports/captioner.ts';
import type { SelectedModel } from './model-slot.ts';
import { type SelectionInputs, selectModel } from './select-model.ts';

/** A captioner that can also write from text without pictures, for `models.answerer`. */
export interface AnsweringCaptioner extends Captioner {
  answerer(limits: AnswerLimits): Answerer;
}

const REMOTE_BUDGET: CaptionBudget = { frames: 8, framePx: 512, words: 250, tokens: 150 };
const REMOTE_CONCURRENCY = 4;
const BATCH_CLIPS = 4;

export function selectCaptioner(inputs: SelectionInputs): SelectedModel<AnsweringCaptioner> {
  const { settings, manifest } = inputs;
  const withFrameSetting = (budget: CaptionBudget): CaptionBudget => {
    const frames = settings['models.frames'];
    return frames > 0 ? { ...budget, frames } : budget;
  };
  return selectModel(
    {
      role: 'captioner',
      missingAdvice: 'No visual descriptions yet',
      remote: {
        sentText: 'frames and speech are',
        create: (remote) => {
          const budget = withFrameSetting(REMOTE_BUDGET);
          const captioner = createOpenAiCaptioner({ ...remote, budget, concurrency: REMOTE_CONCURRENCY });
          return Object.assign(captioner, {
            answerer: (limits: AnswerLimits) => createOpenAiAnswerer({ ...remote, ...limits }),
          });
        },
      },
      local: ({ id, hubId, revision, folder }, host) => {
        const manifestModel = manifest.models.find((model) => model.id === hubId);
        const budget = withFrameSetting(manifestModel?.budget ?? findCaptionBudget(folder));
        const clipMs = manifestModel?.clipMs;
        const answerStyle = findAnswerBudget(folder).style;
        const model = { id, revision, budget, answerStyle, clipMs, batch: BATCH_CLIPS };
        return {
          cacheKey: budget,
          create: () => createTransformersCaptioner(model, host),
        };
      },
    },
    inputs,
  );
}
