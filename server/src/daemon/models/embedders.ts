import { framePxOf } from '../../adapters/models/budget.ts';
import { openaiTextEmbedder } from '../../adapters/openai/text-embedder.ts';
import { embedRecipe } from '../../adapters/transformers/embed-recipe.ts';
import { transformersFrameEmbedder } from '../../adapters/transformers/frame-embedder.ts';
import { transformersTextEmbedder } from '../../adapters/transformers/text-embedder.ts';
import { withPassage } from '../../core/embedHabits.ts';
import type { FrameEmbedder } from '../../ports/frame-embedder.ts';
import type { TextEmbedder } from '../../ports/text-embedder.ts';
import { type Choosing, chooseFor } from './choose.ts';
import type { Taken } from './keep.ts';

export function chooseTextEmbedder(choosing: Choosing): Taken<TextEmbedder> {
  return chooseFor(
    {
      role: 'textEmbedder',
      remote: { sent: 'questions, captions, speech and screen text are', make: openaiTextEmbedder },
      local: ({ id, hubId, revision: weights, folder }, host) => {
        const revision = withPassage(weights, embedRecipe(folder, hubId));
        return { shape: revision, make: () => transformersTextEmbedder({ id, revision }, host) };
      },
    },
    choosing,
  );
}

export function chooseFrameEmbedder(choosing: Choosing): Taken<FrameEmbedder> {
  return chooseFor(
    {
      role: 'frameEmbedder',
      local: ({ id, revision, folder }, host) => {
        const framePx = framePxOf(folder);
        return { shape: framePx, make: () => transformersFrameEmbedder({ id, revision, framePx }, host) };
      },
    },
    choosing,
  );
}
