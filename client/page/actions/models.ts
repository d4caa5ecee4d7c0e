import type { ModelEntry, PullProgress } from '../../../server/protocol/models.ts';
import { RequestFailedError } from '../connection.ts';
import type { ModelFetch } from '../state.ts';
import { type Session, toProblem } from './session.ts';

/** Creates the actions of the models: list, fetch, remove, choose. */
export function createModelActions({ store, request }: Session) {
  const running = new Map<string, AbortController>();

  const show = (model: string, fetch: ModelFetch | undefined) => {
    const { [model]: _previous, ...others } = store.get().fetches;
    store.set({ fetches: fetch === undefined ? others : { ...others, [model]: fetch } });
  };
  const refresh = async () => {
    try {
      store.set({ models: await request('goldfish/models/list', {}) });
    } catch (error) {
      store.set({ notice: toProblem(error) });
    }
  };
  const fetchModel = async (model: string): Promise<void> => {
    if (running.has(model)) return;
    const abortController = new AbortController();
    running.set(model, abortController);
    show(model, {});
    try {
      await request(
        'goldfish/models/pull',
        { model },
        {
          signal: abortController.signal,
          onPartial: (value) => show(model, { progress: value as PullProgress }),
        },
      );
      show(model, undefined);
      store.set({ announcement: `${model} was fetched.` });
    } catch (error) {
      const isCancelled = error instanceof RequestFailedError && error.cancelled;
      show(model, isCancelled ? undefined : { problem: toProblem(error) });
    } finally {
      running.delete(model);
    }
    await refresh();
  };

  return {
    open() {
      store.set({ dialog: { kind: 'models' }, notice: undefined });
      void refresh();
    },
    refresh,
    /** Fetches models one after the other. */
    async fetchAll(models: readonly string[]): Promise<void> {
      for (const model of models) if (!running.has(model)) show(model, {});
      for (const model of models) if (store.get().fetches[model] !== undefined) await fetchModel(model);
    },
    fetchModel,
    cancel(model: string) {
      running.get(model)?.abort();
      if (!running.has(model)) show(model, undefined);
    },
    /** Uses a model for a role. It is fetched first if it is not on this computer. */
    async choose(role: string, model: ModelEntry): Promise<void> {
      if (model.revision === undefined) await fetchModel(model.id);
      try {
        await request('goldfish/settings/set', { key: `models.${role}`, value: model.id });
        store.set({ announcement: `${model.id} is used now.` });
      } catch (error) {
        store.set({ notice: toProblem(error) });
      }
      await refresh();
    },
    async remove(model: string): Promise<void> {
      try {
        await request('goldfish/models/remove', { model });
        store.set({ announcement: `${model} was removed.` });
      } catch (error) {
        store.set({ notice: toProblem(error) });
      }
      await refresh();
    },
  };
}

export type ModelActions = ReturnType<typeof createModelActions>;
