import { provide } from './provider.ts';
import { withWorkDone } from './work-done.ts';

export const provideModelsList = provide('goldfish/models/list', async (_params, _call, { models }) =>
  models.list(),
);

export const provideModelsPull = provide('goldfish/models/pull', (params, call, { models }) =>
  withWorkDone(call, params.workDoneToken, 'Downloading a model', (report) =>
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

export const provideModelsPin = provide('goldfish/models/pin', (params, call, { models }) =>
  withWorkDone(call, params.workDoneToken, 'Reading model details from the hub', (report) =>
    models.pin(params.model, (id) => report(undefined, id), call.signal),
  ),
);

export const provideModelsExam = provide('goldfish/models/exam', (params, call, { models }) =>
  withWorkDone(call, params.workDoneToken, 'Trying models', (report) =>
    models.exam(params.role, (role) => report(undefined, role), call.signal),
  ),
);

export const provideModelsRemove = provide('goldfish/models/remove', (params, _call, { models }) =>
  models.remove(params.model),
);

/** Stores an API key for the session. The key never appears in a log or an error. */
export const provideModelsKey = provide('goldfish/models/key', async (params, { session }, { models }) => {
  models.giveKey(params.key ?? undefined, session);
  return null;
});
