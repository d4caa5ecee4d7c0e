import { z } from 'zod';
import { CORRECTABLE } from '../core/correctable.ts';
import { uri } from './params.ts';
import { provide } from './provider.ts';

const ms = z.int().min(0);
/** Characters of a line, and of a name or tag. */
const text = z.string().max(5_000);
const name = z.string().max(200);

export const provideCorrectionsList = provide(
  'goldfish/corrections/list',
  z.object({ uri }),
  async (params, _call, { library }) => library.corrections(params.uri),
);

export const provideCorrectionsLine = provide(
  'goldfish/corrections/line',
  z
    .object({
      uri,
      kind: z.enum(CORRECTABLE),
      startMs: ms,
      // As long as any line may be.
      was: z.string().max(100_000).optional(),
      text: text.optional(),
      speaker: name.optional(),
    })
    .refine(
      (params) => params.text !== undefined || params.speaker !== undefined,
      'must have text or speaker',
    ),
  (params, _call, { library }) => library.correctLine(params),
);

export const provideCorrectionsSpeaker = provide(
  'goldfish/corrections/speaker',
  z.object({ uri, from: z.string().max(5_000), to: name }),
  (params, _call, { library }) => library.nameSpeaker(params),
);

export const provideCorrectionsTag = provide(
  'goldfish/corrections/tag',
  z.object({ uri, startMs: ms, endMs: ms, tag: name }),
  (params, _call, { library }) => library.tag(params),
);

export const provideCorrectionsRemove = provide(
  'goldfish/corrections/remove',
  z.object({ uri, id: z.string().min(1).max(128) }),
  (params, _call, { library }) => library.uncorrect(params),
);
