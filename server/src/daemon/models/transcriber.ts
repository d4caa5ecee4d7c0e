import { openaiTranscriber } from '../../adapters/openai/transcriber.ts';
import { transformersTranscriber } from '../../adapters/transformers/transcriber.ts';
import type { Transcriber } from '../../ports/transcriber.ts';
import { type Choosing, chooseFor } from './choose.ts';
import type { Taken } from './keep.ts';

export function chooseTranscriber(choosing: Choosing): Taken<Transcriber> {
  return chooseFor(
    {
      role: 'transcriber',
      remote: { sent: 'the sound of videos is', make: openaiTranscriber },
      local: ({ id, revision }, host) => ({ make: () => transformersTranscriber({ id, revision }, host) }),
    },
    choosing,
  );
}
