import type { ModelHealth } from '../../ports/captioner.ts';

/** The model that serves a role and the reason for it, as shown in `status`. */
export interface ModelInUse {
  readonly role: string;
  readonly inUse: string;
  readonly why: string;
}

/** The model selected for a role and how to create it. */
export interface SelectedModel<T> extends ModelInUse {
  /** Identifies the model. A model with an equal key survives a change of other settings. */
  readonly key: string;
  /** Undefined if no model is configured or the configured one is not downloaded. */
  readonly create: (() => T) | undefined;
  /** A suggestion for the user, as one sentence. */
  readonly advice?: string;
}

interface Closeable {
  close(): Promise<void>;
}

export interface ModelSlot<T> {
  model(): T | undefined;
  key(): string;
  role(): ModelInUse;
  advice(): string | undefined;
  /** Selects again. Returns true if the model has changed; the previous one is then closed. */
  refresh(): boolean;
  close(): Promise<void>;
}

/** Owns the model of one role and replaces it when the selection changes. */
export function createModelSlot<T extends Closeable & { readonly loaded?: ModelHealth }>(
  selectModel: () => SelectedModel<T>,
): ModelSlot<T> {
  let selectedModel = selectModel();
  let model = selectedModel.create?.();
  return {
    model: () => model,
    key: () => selectedModel.key,
    role: () => withDevice(selectedModel, model?.loaded),
    advice: () => selectedModel.advice,
    refresh() {
      const next = selectModel();
      const isOtherModel = next.key !== selectedModel.key;
      selectedModel = next;
      if (!isOtherModel) return false;
      const previousModel = model;
      model = next.create?.();
      previousModel?.close();
      return true;
    },
    async close() {
      await model?.close();
    },
  };
}

/** Appends the device that a loaded model runs on, and why faster devices were skipped. */
function withDevice({ role, inUse, why }: ModelInUse, health: ModelHealth | undefined): ModelInUse {
  if (!health) return { role, inUse, why };
  const skippedSteps = health.steps.filter(({ taken }) => !taken);
  const skippedReasons = skippedSteps.map(({ device, reason }) => `not on ${device}: ${reason}`);
  return { role, inUse, why: [`${why}; runs on ${health.device}`, ...skippedReasons].join('; ') };
}
