import { RequestError } from '../../server/src/library.ts';
import type { ModelsService } from '../../server/src/rpc/services.ts';

/** Models of a daemon that knows one, which can be fetched and removed. */
export function fakeModels(): ModelsService {
  let here = false;
  const list = () => ({
    models: [{ id: 'tests/tiny', default: true, ...(here ? { revision: 'abc', bytes: 10 } : {}) }],
    roles: [
      { role: 'captioner', inUse: here ? 'tests/tiny' : 'none', why: here ? 'the default' : 'not here' },
    ],
    folder: '/models',
    hub: 'https://hub.test',
    offline: false,
  });
  const known = (model: string) => {
    if (model !== 'tests/tiny')
      throw new RequestError('unavailable', 'There is no such model.', 'Name another.');
  };
  return {
    list,
    async pull(model = 'tests/tiny', _accelerator, onProgress, signal) {
      known(model);
      signal.throwIfAborted();
      onProgress({ model, file: 'config.json', fileBytes: 5, fileTotalBytes: 10, bytes: 5, totalBytes: 10 });
      onProgress({
        model,
        file: 'config.json',
        fileBytes: 10,
        fileTotalBytes: 10,
        bytes: 10,
        totalBytes: 10,
      });
      here = true;
      return { model, revision: 'abc', bytes: 10, folder: '/models/tests/tiny/abc' };
    },
    async pin(model = 'tests/tiny', onModel, signal) {
      signal.throwIfAborted();
      onModel(model);
      if (model !== 'tests/tiny')
        throw new RequestError('notFound', 'It is not in the manifest.', 'Name another.');
      return { pinned: [{ model, revision: 'abc', licence: null, files: [] }], failed: [] };
    },
    async exam(role, onRole) {
      onRole(role ?? 'captioner');
      const summary = '2 of 2 pictures described';
      return { exams: [{ role: 'captioner', model: 'tests/tiny', right: 2, all: 2, summary, fit: true }] };
    },
    async remove(model) {
      known(model);
      here = false;
      return list();
    },
    giveKey: () => undefined,
  };
}
