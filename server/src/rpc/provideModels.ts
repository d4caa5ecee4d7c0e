import { z } from 'zod';
import { none, tokens } from './params.ts';
import { provide } from './provider.ts';
import { withWorkDone } from './workDone.ts';

const model = z.string().min(1).max(400);

export const provideModelsList = provide('goldfish/models/list', none, async (_params, _call, { models }) =>
  models.list(),
);

export const provideModelsPull = provide(
  'goldfish/models/pull',
  z.object({ model: model.optional(), accelerator: z.boolean().optional(), ...tokens }),
  (params, call, { models }) =>
    withWorkDone(call, params.workDoneToken, 'Fetching a model', (report) =>
      models.pull(
        params.model,
        params.accelerator ?? false,
        (progress) => {
          const { bytes, totalBytes, file, note } = progress;
          call.progress(params.partialResultToken, progress);
          report(totalBytes > 0 ? Math.floor((100 * bytes) / totalBytes) : undefined, note ?? file);
        },
        call.signal,
      ),
    ),
);

export const provideModelsPin = provide(
  'goldfish/models/pin',
  z.object({ model: model.optional(), ...tokens }),
  (params, call, { models }) =>
    withWorkDone(call, params.workDoneToken, 'Asking the hub', (report) =>
      models.pin(params.model, (id) => report(undefined, id), call.signal),
    ),
);

export const provideModelsRemove = provide(
  'goldfish/models/remove',
  z.object({ model }),
  (params, _call, { models }) => models.remove(params.model),
);

/** A header cannot carry more, nor a character outside of these. */
const key = z
  .string()
  .min(1)
  .max(4096)
  .regex(/^[\x21-\x7e]+$/, 'must be letters, digits and signs without a space');

/** The key is in no log and no error: a wrong one is told of without it. */
export const provideModelsKey = provide(
  'goldfish/models/key',
  z.object({ key: key.nullable() }),
  async (params, { session }, { models }) => {
    models.giveKey(params.key ?? undefined, session);
    return null;
  },
);
