import { openaiReranker } from '../../adapters/openai/reranker.ts';
import { transformersReranker } from '../../adapters/transformers/reranker.ts';
import type { Reranker } from '../../ports/reranker.ts';
import { type Choosing, chooseFor } from './choose.ts';
import type { Taken } from './keep.ts';

export function chooseReranker(choosing: Choosing): Taken<Reranker> {
  return chooseFor(
    {
      role: 'reranker',
      remote: { sent: 'questions and the passages found are', make: openaiReranker },
      local: ({ id, revision }, host) => ({ make: () => transformersReranker({ id, revision }, host) }),
    },
    choosing,
  );
}
