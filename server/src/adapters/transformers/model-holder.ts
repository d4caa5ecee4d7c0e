import type { ModelHealth } from '../../ports/captioner.ts';
import type { InferenceProgress, ModelPlace } from './inference-messages.ts';
import { loadModel } from './load-model.ts';
import type { Disposable, ModelLoader, WithHealth } from './loaded-model.ts';

export type Emit = (event: InferenceProgress) => Promise<void>;

/** Sends an event whose loss does no harm. A cancelled call rejects it. */
export function emitWithoutWaiting(emit: Emit, event: InferenceProgress): void {
  emit(event).catch(() => undefined);
}

/** Time without calls after which a model's memory is given back, ms. */
export const RELEASE_MS = 20_000;

/** Loads and uses one model at a time. */
export interface ModelHolder<T> {
  /** The device of the open model; undefined without one. */
  device(): string | undefined;
  /** Loads the model and returns its device. */
  health(place: ModelPlace, context: CallContext): Promise<ModelHealth>;
  /** Runs work with the loaded model, unless the call was cancelled meanwhile. */
  use<R>(place: ModelPlace, context: CallContext, work: (model: WithHealth<T>) => Promise<R>): Promise<R>;
}

export interface CallContext {
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

interface OpenModel<T> {
  readonly key: string;
  /** Undefined while its memory is given back. */
  loading: Promise<WithHealth<T>> | undefined;
  /** Resolves when the model that was open before is closed. */
  closed: Promise<unknown>;
  health: ModelHealth | undefined;
  userCount: number;
  releaseTimer: NodeJS.Timeout | undefined;
}

/**
 * Holds one loaded model. A call for another one closes it first. After a failed load, the next call tries again.
 * ONNX Runtime keeps the memory of a run for the next one, which makes each step 2 to 4 times faster. With
 * `releasesMemory`, a model without calls for a while is closed, and the next call opens it again on the same device
 * without a self-test. Embedders and rerankers stay open: they are small, and a person may be waiting.
 */
export function createModelHolder<T extends Disposable>(
  kind: ModelLoader<T>,
  releasesMemory: boolean,
): ModelHolder<T> {
  let current: OpenModel<T> | undefined;
  const closeModel = (model: OpenModel<T>): void => {
    const { loading } = model;
    if (!loading) return;
    model.loading = undefined;
    model.closed = loading.then(({ dispose }) => dispose()).catch(() => undefined);
  };
  const holdPlace = (place: ModelPlace): OpenModel<T> => {
    const key = JSON.stringify(place);
    if (current?.key === key) return current;
    clearTimeout(current?.releaseTimer);
    if (current) closeModel(current);
    const closed = current?.closed ?? Promise.resolve();
    current = { key, loading: undefined, closed, health: undefined, userCount: 0, releaseTimer: undefined };
    return current;
  };
  const openModel = async (
    model: OpenModel<T>,
    place: ModelPlace,
    { emit }: CallContext,
  ): Promise<WithHealth<T>> => {
    const load = async () => {
      await model.closed;
      const { health } = model;
      if (health) return { ...(await kind.loadOn(place, health.device)), health };
      return loadModel(kind, place, (device) => emitWithoutWaiting(emit, { trying: device }));
    };
    model.loading ??= load();
    try {
      const loaded = await model.loading;
      model.health = loaded.health;
      return loaded;
    } catch (error) {
      if (current === model) current = undefined;
      throw error;
    }
  };
  const use: ModelHolder<T>['use'] = async (place, context, work) => {
    const model = holdPlace(place);
    clearTimeout(model.releaseTimer);
    model.userCount += 1;
    try {
      const loaded = await openModel(model, place, context);
      context.signal.throwIfAborted();
      // From here on, a crash is caused by the request, not by the device.
      emitWithoutWaiting(context.emit, { loaded: loaded.health });
      return await work(loaded);
    } finally {
      model.userCount -= 1;
      if (releasesMemory && model.userCount === 0 && current === model)
        model.releaseTimer = setTimeout(() => closeModel(model), RELEASE_MS).unref();
    }
  };
  const device = () => current?.health?.device;
  return { device, use, health: (place, context) => use(place, context, async ({ health }) => health) };
}
