import type { ModelHealth } from '../../ports/captioner.ts';

/** Which model serves a role, and why that one; for `status`. */
export interface ModelInUse {
  readonly role: string;
  readonly inUse: string;
  readonly why: string;
}

/** What was chosen for a role, and how the model is made. */
export interface SelectedModel<T> extends ModelInUse {
  /** Equal key, equal model: it is kept over a change of other settings. */
  readonly key: string;
  /** Undefined where none is set or the one that is set is not here. */
  readonly create: (() => T) | undefined;
  /** What would help, as one sentence. */
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
  /** Chooses again; true where another model is in use now. The one before is ended. */
  refresh(): boolean;
  close(): Promise<void>;
}

/** Holds the model of one role and replaces it when the choice becomes another. */
export function createModelSlot<T extends Closeable & { readonly loaded?: ModelHealth }>(
  selectModel: () => SelectedModel<T>,
): ModelSlot<T> {
  let selected = selectModel();
  let model = selected.create?.();
  return {
    model: () => model,
    key: () => selected.key,
    role: () => withDevice(selected, model?.loaded),
    advice: () => selected.advice,
    refresh() {
      const next = selectModel();
      const isOtherModel = next.key !== selected.key;
      selected = next;
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

/** What a loaded model runs on, and why not on what would be quicker. */
function withDevice({ role, inUse, why }: ModelInUse, health: ModelHealth | undefined): ModelInUse {
  if (!health) return { role, inUse, why };
  const skippedSteps = health.steps.filter(({ taken }) => !taken);
  const skippedReasons = skippedSteps.map(({ device, reason }) => `not on ${device}: ${reason}`);
  return { role, inUse, why: [`${why}; runs on ${health.device}`, ...skippedReasons].join('; ') };
}
